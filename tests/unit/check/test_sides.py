"""Sides of tests that no call takes: taken by force, judged, counted; where the pair is wrong, the module raises."""

import copy
import re

import numpy as np
import pytest

import codegen
import codegen.passes
from codegen.check import check
from codegen.check.twins import Twins
from tests.unit.check import pair_of

X = np.array([0.3, 0.5, -0.2, 0.9])


def changed(function, args, factor):
    """The report on the module of a function after a factor in its backward pass was changed."""
    module = codegen.generate(function, *args)
    parts = re.split("(?=^def )", module.source, flags=re.MULTILINE)
    halves = [p.replace(factor, "0.3") if "_backward(" in p else p for p in parts]
    source = "".join(halves)
    assert source != module.source
    return check(function, *pair_of(source), args, {}, module.wrt, source=source)


def halves(x):
    y = x * 2.0
    if np.sum(x) > 900.0:
        y = y * 5.0
    return y * x


def scaled(z, k):
    s = z * 2.0
    if k > 4000:
        s = s * 19.0
    return s + 1.0


def by_helper(x, n):
    h = scaled(x, n)
    return h * x


def by_ternary(x):
    return x * 3.0 if x[0] > 70000.0 else x * x


def by_two(x, n):
    if n > 99999 and np.sum(x) > 99999.0:
        x = x * 7.0
    return x * x


def by_elif(x, n):
    if n == 77777:
        y = x * 2.0
    elif n == 88888:
        y = x * 3.0
    else:
        y = x
    return y * x


def by_match(x, mode):
    match mode:
        case 700001:
            y = x * 2.0
        case 700002 | 700003:
            y = x * 3.0
        case _:
            y = x
    return y * x


def early(x, n):
    if n > 123456:
        return x * 11.0
    y = x * x
    return y * 0.5


def nested(x, n):
    y = x
    if n > 40000:
        y = y * 2.0
        if np.sum(y) < -70000.0:
            y = y * 13.0
    return y * x


def by_jump(x, n):
    y = x
    for i in range(n):
        if i == 50001:
            continue
        if np.sum(y) > 60000.0:
            break
        y = y * 1.5
    return y * x


def by_break(x):
    t = 1.0
    for v in x:
        if v > 250.0:
            t = t * 23.0
            break
        t = t + v * v
    return t


def by_while(x, w):
    while np.sum(x) > 2000.0:
        x = x * w * 7.0
    return x * w


def by_flag(x, n):
    late = n > 400000
    y = x
    if not late:
        y = y * 2.0
    else:
        y = y * 17.0
    return y * x


FUNCTIONS = [
    (halves, (X,), "5.0", "np.sum(x) > 900.0` is True"),
    (by_helper, (X, 2), "19.0", "k > 4000` is True"),
    (by_ternary, (X,), "3.0", "x[0] > 70000.0` is True"),
    (by_elif, (X, 2), "3.0", "n == 88888` is True"),
    (by_match, (X, 1), "3.0", "mode == 700002` is True"),
    (early, (X, 2), "11.0", "n > 123456` is True"),
    (by_break, (X,), "23.0", "v > 250.0` is True, line"),
    (by_while, (X, 0.5), "7.0", "trips of `while np.sum(x) > 2000.0`"),
    (by_flag, (X, 2), "17.0", "late` is True"),
]


@pytest.mark.parametrize(
    ("function", "args"),
    [(f, args) for f, args, *_ in FUNCTIONS]
    + [(by_two, (X, 2)), (nested, (X, 2)), (by_jump, (X, 3))],
    ids=lambda v: getattr(v, "__name__", ""),
)
@pytest.mark.parametrize("style", ["assignment", "notes"])
def test_every_line_is_judged(function, args, style):
    report = codegen.generate(function, *args, style=style).check()
    assert report.verdict == "right", report
    judged, lines = report.lines
    assert judged == lines > 0
    assert f"judged: {lines} of {lines} lines" in str(report)


@pytest.mark.parametrize(
    ("function", "args", "factor", "where"), FUNCTIONS, ids=lambda v: getattr(v, "__name__", "")
)
def test_mistakes_on_a_side_that_no_call_takes_are_found(function, args, factor, where):
    report = changed(function, args, factor)
    assert not report.ok
    assert any(where in side.text and "forced" in side.text for side in report.unproven), report


def penalty(p, x, step):
    h = x @ p["W"]
    extra = 0.0
    if step > 1000:
        extra = np.sum(p["W"] ** 2)
    return np.mean(np.tanh(h)) + 0.1 * extra


def swapped(x, n):
    u = np.array([1.0, 2.0])
    if n > 4000:
        u[0], u[1] = u[1], u[0]
    return u[0] * x


def rows(x, n):
    u = np.ones((2, 3))
    if n > 12000:
        for r in u:
            r *= x[0]
    return np.sum(u) + x[1]


@pytest.mark.parametrize(
    ("function", "example", "far"),
    [
        (penalty, ({"W": np.ones((3, 2))}, np.ones((4, 3)), 2), 2000),
        (swapped, (X, 2), 5000),
        (rows, (X, 2), 20000),
        (halves, (X,), X + 1000.0),
    ],
)
def test_a_far_side_is_right_or_raises(function, example, far):
    module = codegen.generate(function, *copy.deepcopy(example))
    call = (*example[:-1], far)
    try:
        out, cache = module.forward(*copy.deepcopy(call))
    except NotImplementedError:
        return
    assert np.allclose(out, function(*copy.deepcopy(call)))
    report = check(function, module.forward, module.backward, call, {}, module.wrt)
    assert report.ok, report


def test_a_side_that_is_wrong_raises_and_the_others_stay(monkeypatch):
    right = codegen.passes.emit
    monkeypatch.setattr("codegen.passes.emit", lambda *a: right(*a).replace("5.0 * dy", "4.0 * dy"))
    module = codegen.generate(halves, X)
    assert module.check().ok
    assert any("guarded" in note for note in module.check().notes)
    with pytest.raises(NotImplementedError, match="side of the branch"):
        module.forward(X + 1000.0)
    out, cache = module.forward(X)
    assert np.allclose(module.backward(np.ones(4), cache), 4 * X)


def test_what_raises_in_the_function_says_nothing_against_the_module():
    def careful(x, n):
        if n > 70000:
            raise ValueError("too many")
        if x.ndim == 4:
            x = x[:, :, 0, 0]
        return x * x

    assert codegen.generate(careful, X, 2).check().ok


def test_a_side_that_cannot_be_judged_raises_and_is_counted():
    def guarded(x, table):
        y = x * 2.0
        if table is None:
            y = y * len(table)
        return y * x

    module = codegen.generate(guarded, X, [1, 2])
    report = module.check()
    assert report.lines[0] <= report.lines[1]
    out, cache = module.forward(X, [1, 2])
    assert np.allclose(module.backward(np.ones(4), cache), 4 * X)
    with pytest.raises((NotImplementedError, TypeError)):
        module.forward(X, None)


def test_twins_do_what_their_originals_do():
    class Net:
        def __init__(self, k):
            self.__k = k

        def run(self, z, /, *rest, flag=True, **more):
            total = [z * self.__k for _ in range(2) if flag]
            return sum(total) + sum(rest) + more.get("c", 0)

    def outer(x):
        net = Net(3.0)
        inner = lambda v: net.run(v, 1.0, c=2.0) if x[0] > 0 else v
        with np.errstate(all="ignore"):
            try:
                return inner(x)[::-1]
            finally:
                net = None

    twins = Twins()
    assert np.array_equal(twins.of(outer)(X), outer(X))
    assert ("x[0] > 0", True) in twins.board.sides
    twins.board.begin({"x[0] > 0": False})
    assert np.array_equal(twins.of(outer)(X), X[::-1])


def test_loops_that_never_end_by_force_are_left():
    def halved(x):
        while True:
            x = x * 0.5
            if np.sum(x) < 0.01:
                break
        return x

    assert codegen.generate(halved, X).check().ok


def by_option(x, opt):
    s = opt or 2.0
    return np.sum(x) * s


def by_both(x, flag, s):
    return np.sum(x) * (flag and s)


@pytest.mark.parametrize(
    ("function", "args"), [(by_option, (X, 0.5)), (by_both, (X, True, 0.7)), (by_option, (X, 0.0))]
)
def test_short_circuits_that_are_values_have_sides(function, args):
    judged, lines = codegen.generate(function, *args).check().lines
    assert judged == lines


def looked_up(d, x):
    try:
        s = d["s"]
    except KeyError:
        s = 3.0
    return np.sum(x) * s


def test_what_an_except_would_catch_is_told():
    report = codegen.generate(looked_up, {"s": 0.5}, X).check()
    assert "what `except KeyError` catches: guarded, never judged" in report.notes


def case_of_its_own(x, s):
    return np.sum(x) if s == 2.0 else np.sum(x) * (s - 1.0)


def test_a_side_at_one_number_alone_is_refused_where_the_slope_is_another():
    report = codegen.generate(case_of_its_own, X, 0.7).check()
    assert report.ok and any("`s == 2.0` is True" in n and "guarded" in n for n in report.notes)


def limit_in_an_argument(y, k):
    if k == 0:
        return np.log(y)
    return (y**k - 1) / k


def limit_of_another_kind(k, t):
    return -np.expm1(-k * t) / k if k != 0 else t


def limit_of_an_item(x):
    return np.where(x == 0, 1.0, np.expm1(x) / x)


@pytest.mark.parametrize(
    ("function", "args", "there"),
    [
        (limit_in_an_argument, (X[:2] ** 2 + 0.5, 0.4), (X[:2] ** 2 + 0.5, 0.0)),
        (limit_of_another_kind, (0.3, 0.8), (0.0, 0.8)),
        (limit_of_an_item, (X,), (0.0 * X,)),
    ],
)
def test_a_limit_whose_slope_is_another_is_refused(function, args, there):
    module = codegen.generate(function, *args)
    assert module.check().ok
    with pytest.raises(NotImplementedError):
        module.forward(*there)


def squared_unless_told(x, options):
    try:
        power = options["power"]
    except KeyError:
        power = 3
    return x**power


def of_one_or_several(x, factors):
    try:
        n = len(factors)
    except TypeError:
        n, factors = 1, [factors]
    for factor in factors:
        x = x * factor
    return x * n


@pytest.mark.parametrize(
    ("function", "given"), [(squared_unless_told, {"power": 2}), (of_one_or_several, [2, 3])]
)
def test_what_an_except_does_is_judged(function, given):
    judged, lines = codegen.generate(function, np.array([0.3, 1.2]), given).check().lines
    assert judged == lines


def power_of_a_word(x, word):
    try:
        power = int(word)
    except ValueError:
        power = len(word) / 0
    return x**power


def test_an_except_that_cannot_be_judged_raises():
    source = codegen.generate(power_of_a_word, np.array([0.3, 1.2]), "2").source
    assert "nothing was caught here when this code was made" in source


class Switched:
    def __init__(self):
        self.mode, self.w = "a", 0.5

    def run(self, x, mode):
        self.mode = mode
        return self.applied(x)

    def applied(self, x):
        if self.mode == "a":
            return np.tanh(x * self.w)
        if self.mode == "b":
            return x * self.w
        return x * 2


def test_a_test_of_an_attribute_that_has_the_value_of_an_argument_is_judged():
    module = codegen.generate(Switched().run, X, "a")
    judged, lines = module.check().lines
    assert judged == lines and "not recorded" not in module.source


def turned(q, v):
    norm = q @ q
    if norm != 1:
        q = q / np.sqrt(norm)
    return q[0] * v + q[1] * v**2


def test_an_example_on_a_side_that_nothing_next_to_it_takes_is_told():
    with pytest.raises(codegen.CodegenError, match="and nothing next to it does"):
        codegen.generate(turned, np.full(4, 0.5), X)


def normalized(x, gamma, beta, running_mean, train):
    if train:
        mu = np.mean(x, axis=0)
        running_mean = 0.9 * running_mean + 0.1 * mu
    else:
        mu = running_mean
    return gamma * (x - mu) + beta, running_mean


def test_what_is_not_asked_for_on_the_way_of_the_example_is_not_asked_for_on_the_other_side():
    """`x - running_mean` alone would ask for one size, as an example without training does."""
    X, D = np.random.default_rng(1).standard_normal((4, 5)), np.array([0.3, 0.5, -0.2, 0.9, 0.1])
    assert "raise" not in codegen.generate(normalized, X, D, D + 1, D + 2, True).source
    assert "raise" in codegen.generate(normalized, X, D, D + 1, D + 2, False).source


def test_where_no_side_can_be_forced_a_note_says_so(monkeypatch):
    def f(x, k):
        return x * x * k if k > 10 else np.sin(x)

    def lost(*args):
        raise KeyError("lost")

    monkeypatch.setattr("codegen.check.twins.Twins.module", lost)
    notes = codegen.generate(f, np.ones(3), 3).check().notes
    assert any(text.startswith("no side of a test is taken by force: KeyError") for text in notes)
