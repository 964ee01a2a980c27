"""The numeric check: every promise is broken once in a generated text, and right functions raise no alarm."""

import atexit
import inspect
import itertools
import random
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import codegen
from benchmarks import sameness
from codegen import passes
from codegen.check import check
from codegen.check.calls import is_misfit
from tests.cases.loops.filters import adam_by_hand
from tests.unit.check import pair_of

RANDOM = np.random.default_rng(7)
X, W, B = RANDOM.standard_normal((4, 3)), RANDOM.standard_normal((3, 5)), np.ones(5)


def mutated(function, args, *changes):
    """The report on the module of a function after its text was changed."""
    source = MODULES[function.__name__]
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    names = inspect.signature(function).bind(*args).arguments
    wrt = [name for name, value in names.items() if name not in ("n", "idx", "mode")]
    return check(function, *pair_of(source), args, {}, wrt, source=source)


def failure(report):
    """The first failure of a report that has one."""
    assert not report.ok, f"no failure in\n{report}"
    return [*report.failures, *(side.text for side in report.unproven)][0]


# The functions whose modules are broken, and right modules for them.


def affine(x, w, b):
    h = x @ w
    return h + b


def mean_square(x):
    n = x.shape[0]
    return np.sum(x * x) / n


def over_rows(x):
    return np.mean(x * x, axis=0)


def product(x, y):
    return x * y


def fork(x):
    return x * np.sin(x)


def sided(x):
    if x[0] > 5.0:
        return np.sum(x * 3.0)
    return np.sum(x * x)


def repeated(x, n):
    h = x
    for _ in range(n):
        h = h * x
    return h


def modes(x, mode):
    if mode == "square":
        return x * x
    if mode == "cube":
        return x**3
    return x


def picked(x, idx):
    return x[idx] * 2.0


def of_list(xs):
    return xs[0] * xs[1]


def module_of(name, parameters, forward, cache, backward):
    """The text of a module with both functions."""
    lines = [*forward.split("; "), f"return out, ({cache},)"]
    back = [f"({cache},) = cache", *backward.split("; ")]
    return "\n".join(
        [
            "import numpy as np",
            f"def {name}_forward({parameters}):",
            *(f"    {line}" for line in lines),
            f"def {name}_backward(dout, cache):",
            *(f"    {line}" for line in back),
        ]
    )


MODULES = {
    "affine": module_of(
        "affine",
        "x, w, b",
        "out = x @ w + b",
        "x, w",
        "db = np.sum(dout, axis=0); dx = dout @ w.T; dw = x.T @ dout; return dx, dw, db",
    ),
    "mean_square": module_of(
        "mean_square",
        "x",
        "n = x.shape[0]; out = np.sum(x * x) / n",
        "x, n",
        "dx = 2 * dout / n * x; return dx",
    ),
    "over_rows": module_of(
        "over_rows",
        "x",
        "out = np.mean(x * x, axis=0)",
        "x",
        "dx = 2 * x * dout / x.shape[0]; return dx",
    ),
    "product": module_of(
        "product", "x, y", "out = x * y", "x, y", "dx = y * dout; dy = x * dout; return dx, dy"
    ),
    "fork": module_of(
        "fork",
        "x",
        "out = x * np.sin(x)",
        "x",
        "dx = np.sin(x) * dout; dx = dx + x * np.cos(x) * dout; return dx",
    ),
    "sided": module_of(
        "sided",
        "x",
        "out = np.sum(x * 3.0) if x[0] > 5.0 else np.sum(x * x)",
        "x",
        "dx = 3.0 * dout * np.ones_like(x) if x[0] > 5.0 else 2 * x * dout; return dx",
    ),
    "repeated": module_of(
        "repeated",
        "x, n",
        "n = max(n, 0); out = x ** (n + 1)",
        "x, n",
        "dx = (n + 1) * x**n * dout; return dx",
    ),
    "modes": module_of(
        "modes",
        "x, mode",
        "power = 2 if mode == 'square' else 3 if mode == 'cube' else 1; out = x**power",
        "x, mode, power",
        "dx = 3 * x**2 * dout if mode == 'cube' else power * x ** (power - 1) * dout; return dx",
    ),
    "picked": module_of(
        "picked",
        "x, idx",
        "out = x[idx] * 2.0",
        "x, idx",
        "dx = np.zeros_like(x); np.add.at(dx, idx, 2.0 * dout); return dx",
    ),
    "of_list": module_of(
        "of_list",
        "xs",
        "out = xs[0] * xs[1]",
        "xs",
        "dxs = [xs[1] * dout, xs[0] * dout]; return dxs",
    ),
}
EXAMPLES = {
    affine: (X, W, B),
    mean_square: (X,),
    over_rows: (X[:3],),
    product: (X[0], X[1]),
    fork: (X,),
    sided: (X[0],),
    repeated: (X[0], 3),
    modes: (X[0], "square"),
    picked: (X[0], np.array([0, 2])),
    of_list: ([1.5, 2.5],),
}


def lost_in_float32(x):
    return np.sum(((x + 1e8) - 1e8) ** 2)


def test_a_function_that_loses_its_digits_in_float32_is_right():
    assert codegen.generate(lost_in_float32, np.array([1.0, 2.0, 3.0])).check().ok


def of_rounding_alone(x):
    return (np.sum(x) + 1e15) - 1e15


def test_what_is_rounding_alone_is_not_judged():
    report = codegen.generate(of_rounding_alone, np.array([1.0, 2.0, 3.0])).check()
    assert report.ok and any("loses its digits" in note for note in report.notes)


def never_finite(x):
    return np.sum(np.log(x))


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_nothing_is_judged_where_no_output_is_finite():
    report = codegen.generate(never_finite, np.array([0.0, 1.0])).check()
    assert report.verdict == "not judged" and report.lines[0] == 0


def in_fine_stairs(x):
    return np.sum(np.floor(x * 1e6) / 1e6)


def test_the_slopes_of_a_kink_are_two_numbers():
    notes = codegen.generate(in_fine_stairs, np.random.default_rng(4).standard_normal(3)).check()
    found = [note.split("slopes ")[1].split(" at ")[0] for note in notes.notes if "kink" in note]
    assert all(len(set(sides.split(" and "))) == 2 for sides in found)


def by_mode(x, options):
    return np.sum(x) * options["k"] if options["mode"] == "scaled" else np.sum(x)


def test_floats_among_words_are_told():
    notes = codegen.generate(by_mode, np.ones(3), {"mode": "scaled", "k": 2.0}).check().notes
    assert """options['k'] is left out; wrt="options" would count what options holds""" in notes


def annuity(rate, years):
    growth = (1 + rate) ** years - 1
    return np.where(rate == 0, years, growth / np.where(rate == 0, 1, rate))


def test_a_mask_for_one_number_is_refused_where_the_slope_is_another():
    with pytest.raises(NotImplementedError, match="no number of rate was 0"):
        codegen.generate(annuity, 0.05, 10.0).forward(0.0, 10.0)


def root_by_newton(a):
    x = a
    while abs(x * x - a) > 1e-10:
        x = 0.5 * (x + a / x)
    return x


def test_a_number_at_which_alone_a_loop_makes_no_trip_is_refused():
    with pytest.raises(NotImplementedError, match="a was not 1.0"):
        codegen.generate(root_by_newton, 2.0).forward(1.0)


def test_a_small_number_under_a_root_is_no_number_to_ask_for():
    args = np.array([0.3, -0.8]), np.array([0.5, 1.5]), 1e-3, 3
    assert "== 1e-08" not in codegen.generate(adam_by_hand, *args).source


@pytest.mark.parametrize("function", EXAMPLES, ids=lambda f: f.__name__)
def test_right_modules_pass(function):
    for report in [
        mutated(function, EXAMPLES[function]),
        codegen.generate(function, *EXAMPLES[function]).check(),
    ]:
        assert report.ok, report
        assert not [note for note in report.notes if "WRONG" in note]


@pytest.mark.parametrize(
    ("function", "args", "change", "text"),
    [
        (fork, (X,), ("dx + x", "dx - x"), "dx is wrong"),
        (fork, (X,), ("dx + x", "x"), "dx is wrong"),
        (fork, (2.0,), ("dx + x", "dx - x"), "at x, the backward pass gives"),
        (affine, (X, W, B), ("x.T @ dout", "x.T @ dout * 1.001"), "dw is wrong"),
        (affine, (X, W, B), ("axis=0", "axis=1"), "db has shape (4,), the argument has shape (5,)"),
        (mean_square, (X,), ("dout / n", "1.0 / n"), "dx is wrong"),
    ],
)
def test_wrong_numbers_are_found_at_the_example(function, args, change, text):
    assert text in failure(mutated(function, args, change))


def test_a_wrong_forward_value_is_found():
    assert "is wrong: out is" in failure(mutated(mean_square, (X,), ("x) / n", "x) / (n + 1e-6)")))
    assert "out has shape" in failure(mutated(fork, (X,), ("return out", "return out[:1]")))
    assert "raises NameError" in failure(mutated(fork, (X,), ("return out", "return gone")))
    assert "not out and cache" in failure(mutated(fork, (X,), ("return out, (x,)", "return out")))


def test_sizes_that_were_frozen_are_found_at_other_sizes():
    assert "dx is wrong" in failure(mutated(mean_square, (X,), ("dout / n", "dout / 4")))
    report = mutated(mean_square, (X,), ("dout / n", "dout / 4"))
    assert report.rows[0].errors[0] < 1e-7 < report.rows[0].errors[1]


def test_axes_of_equal_size_are_told_apart():
    report = mutated(over_rows, (X[:3],), ("x.shape[0]", "x.shape[1]"))
    assert report.rows[0].errors[0] < 1e-7
    assert "dx is wrong" in failure(report)


def test_numbers_of_trips_that_were_frozen_are_found():
    report = mutated(repeated, (X[0], 3), ("(n + 1) * x**n", "4 * x**3"))
    assert "with n = 4" in failure(report)


def test_smaller_sizes_are_tried():
    report = mutated(fork, (X,), ("dx = dx +", "dx = dx + (len(x) < 3) * 1.0 +"))
    assert "dx is wrong" in failure(report)


def test_slices_that_shrink_to_one_number_are_noted():
    def middle(x, w):
        y = np.zeros(5)
        y[1:4] += x[1:4] * w[1:4]
        return y

    report = codegen.generate(middle, np.arange(5.0), np.arange(5.0) - 2).check()
    assert report.ok
    assert any(text.startswith("where a size is 1 or 0, middle_backward") for text in report.notes)


@pytest.mark.parametrize(
    ("text", "misfit"),
    [
        ("could not broadcast input array from shape (3,) into shape (1,)", True),
        ("operands could not be broadcast together with shapes (2,3) (0,3) ", True),
        ("operands could not be broadcast together with shapes (2,3) (2,4) ", False),
        ("cannot reshape array of size 1 into shape (3,)", False),
        ("10 and (11,) differ from (12,)", False),
    ],
)
def test_errors_about_axes_of_size_1_are_told_from_others(text, misfit):
    assert is_misfit(ValueError(text)) is misfit
    assert not is_misfit(IndexError(text))


def test_the_other_side_of_a_branch_is_tried():
    report = mutated(sided, (X[0],), ("dx = 3.0", "dx = 2.0"))
    assert "on the way through line" in failure(report)


def test_other_words_and_functions_are_tried():
    report = mutated(modes, (X[0], "square"), ("dx = 3", "dx = 2"))
    assert "with mode = 'cube'" in failure(report)

    def forward(x, act):
        return act(x), x

    def backward(dout, cache):
        return (1 - np.tanh(cache) ** 2) * dout

    report = check(lambda x, act: act(x), forward, backward, (X[0], np.tanh), {}, ("x",))
    assert "with act = " in failure(report)


def test_indices_that_repeat_are_tried():
    args = X[0], np.array([0, 2])
    report = mutated(picked, args, ("np.add.at(dx, idx, 2.0 * dout)", "dx[idx] += 2.0 * dout"))
    assert "dx is wrong" in failure(report)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (("return dx, dy", "return dx, dx"), "dx and dy share memory"),
        (("return dx, dy", "return dx, dout"), "dy shares memory with dout"),
        (("return dx, dy", "return dx, x[:]"), "dy shares memory with the cache"),
        (("return dx, dy", "dout *= 1.0\n    dout[0] = 2.0\n    return dx, dy"), "changes dout"),
        (("return dx, dy", "x[0] = 7.0\n    return dx, dy"), "changes the cache"),
        (("out = x * y", "out = x * y\n    x[0] += 0.5"), "changes the argument x"),
        (("return dx, dy", "return [dx, dy]"), "a list, not a tuple of 2 gradients"),
        (("return dx, dy", "return dx"), "not a tuple of 2 gradients"),
        (("return dx, dy", "return dx, dy.astype(np.float32)"), "dy is float32"),
        (("return dx, dy", "return dx, list(dy)"), "dy is a list, not a float"),
        (("return dx, dy", "return dx, dy[None]"), "dy has shape (1, 3)"),
        (("return dx, dy", "return dx, dy.astype(int)"), "dy is a ndarray of int64"),
    ],
)
def test_every_promise_is_tried(change, text):
    report = mutated(product, (X[0], X[1]), change)
    assert any(text in found for found in report.failures), report


def test_a_second_backward_pass_is_tried():
    def forward(x):
        return np.sum(x * x), [x, [2.0]]

    def backward(dout, cache):
        x, factors = cache
        factor = factors[0]
        factors[0] = 3.0
        return factor * x * dout

    report = check(lambda x: np.sum(x * x), forward, backward, (X,), {}, ("x",))
    assert "changes the cache" in " ".join(report.failures)
    assert "a second backward from the same cache gives other gradients" in " ".join(
        report.failures
    )


def test_gradients_have_the_structure_and_the_type_of_their_arguments():
    report = mutated(of_list, ([1.5, 2.5],), ("return dxs", "return tuple(dxs)"))
    assert "dxs is a tuple, xs is a list" in failure(report)
    single = X.astype(np.float32)
    report = mutated(fork, (single,), ("return dx", "return dx.astype(np.float64)"))
    assert "dx is float64, the argument is float32" in failure(report)


# No false alarms.


def relu(x):
    return np.maximum(0, x)


def softmax_sum(x):
    e = np.exp(x - np.max(x))
    return np.sum(e / np.sum(e))


def newton(x):
    r = x
    while abs(r * r - x) > 1e-9:
        r = 0.5 * (r + x / r)
    return r


def steep(x):
    return np.sum(np.exp(8.0 * x)) + np.sum(x**12)


def only_square(x):
    return np.sum(np.linalg.inv(x) * x.T)


def only_four(x):
    a, b, c, d = x
    return a * b - c * d


def partly(x):
    return np.log(x)


def turned(x):
    return np.sin(np.exp(x[0])) + x[1:].sum()


def cancelled(x):
    return (x + 1e6) - 1e6 - x


def grown(x):
    total = 0.0
    while total < 4.0:
        total = total + x
    return total * x


def printing(x):
    print("x is", x)
    return x * x


COUNT = [0]
CALLS = 0
GENERATOR = np.random.default_rng(3)


def counting(x):
    global CALLS  # noqa: PLW0603  # what is tried
    CALLS += 1
    COUNT.append(CALLS)
    return x * x


def drawing(x):
    return x * GENERATOR.standard_normal(x.shape)


def keeping(x, seen=[]):  # noqa: B006  # what is tried
    seen.append(len(seen))
    return x * len(seen)


def dropped(x):
    mask = np.random.default_rng().random(x.shape) < 0.5
    return x * mask


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (relu, (np.array([0.0, 1.0, -1.0, 0.0]),)),
        (relu, (np.zeros((3, 3)),)),
        (np_abs := lambda x: np.abs(x), (np.array([0.0, 2.0]),)),
        (softmax_sum, (X,)),
        (newton, (2.0,)),
        (steep, (X,)),
        (only_square, (np.eye(3) + 0.1 * RANDOM.standard_normal((3, 3)),)),
        (only_four, (X.ravel()[:4],)),
        (partly, (np.array([1.0, -1.0, 2.0]),)),
        (cancelled, (X[0],)),
        (turned, (np.array([20.0, -2000.0, -500.0, -900.0]),)),
        (grown, (1.5,)),
        (fork, (X.astype(np.float32),)),
        (fork, (np.float32(1.5),)),
        (fork, (np.array(1.5),)),
        (mean_square, (1e-8 * X,)),
        (mean_square, (1e8 * X,)),
        (mean_square, (np.zeros((2, 2)),)),
        (mean_square, (np.ones((1, 1)),)),
        (printing, (2.0,)),
        (np_max := lambda x: np.max(x), (np.array([1.0, 1.0, 0.5]),)),
        (lambda x: np.round(x) * x, (np.array([0.5, 1.2]),)),
        (lambda x: 0 * x, (X,)),
        (lambda x: np.sqrt(np.abs(x)), (np.array([0.0, 2.0]),)),
    ],
)
def test_right_functions_raise_no_alarm(function, args):
    report = codegen.generate(function, *args).check()
    assert report.ok, report


def test_a_maximum_that_one_number_reaches_twice_is_judged():
    forward, backward = pair_of(
        module_of(
            "top",
            "x, i",
            "v = x[i]; out = np.max(v)",
            "x, i, v, out",
            "dx = np.zeros_like(x); np.add.at(dx, i, (v == out) * dout); return dx",
        ).replace("    (x, i, v, out,) = cache", "    x, i, v, out = cache")
    )
    args = np.array([1.0, 2.0, 0.5]), np.array([0, 1])
    report = check(lambda x, i: np.max(x[i]), forward, backward, args, {}, ("x",))
    assert "dx is wrong" in failure(report)


def kept_between_calls():
    """Return what the functions above and the random generators keep."""
    states = GENERATOR.bit_generator.state, np.random.get_state()[1].tolist(), random.getstate()
    return len(COUNT), CALLS, len(keeping.__defaults__[0]), states


@pytest.mark.parametrize("function", [keeping, dropped])
def test_what_a_function_keeps_between_calls_is_put_back(function):
    module = codegen.generate(function, X[0])
    before = kept_between_calls()
    report = check(function, module.forward, module.backward, (X[0],), {}, ("x",))
    assert report.ok, report
    assert kept_between_calls() == before


@pytest.mark.parametrize(
    ("function", "words"), [(counting, "global variables"), (drawing, "Pass GENERATOR")]
)
def test_what_a_refused_function_keeps_between_calls_is_put_back(function, words):
    before = kept_between_calls()
    with pytest.raises(codegen.UnsupportedError, match=words):
        codegen.generate(function, X[0])
    assert kept_between_calls() == before


def test_a_function_that_is_never_the_same_is_not_compared():
    count = itertools.count(1)

    def unsteady(x):
        return x * next(count)

    report = check(unsteady, lambda x: (unsteady(x), x), lambda d, x: d, (1.5,), {}, ("x",))
    assert report.ok
    assert "another value at each call" in report.notes[0]


def test_what_a_function_prints_is_not_seen(capsys):
    module = codegen.generate(printing, 2.0)
    capsys.readouterr()
    check(printing, module.forward, module.backward, (2.0,), {}, ("x",))
    assert capsys.readouterr() == ("", "")


def test_loops_that_never_end_elsewhere_are_left():
    def shrinking(x, w):
        while x > 1.0:
            x = x * w
        return x * w

    assert codegen.generate(shrinking, 20.0, 0.9).check().ok


def test_refusals_of_the_generated_code_are_no_failures():
    def forward(x):
        if len(x) != 3:
            raise NotImplementedError("traced with three entries")
        return np.sum(x * x), x

    report = check(lambda x: np.sum(x * x), forward, lambda d, x: 2 * x * d, (X[0],), {}, ("x",))
    assert report.ok
    assert "guarded: NotImplementedError: traced with three entries" in report.notes
    report = check(lambda x: np.sum(x * x), forward, lambda d, x: 2 * x * d, (X[:, 0],), {}, ("x",))
    assert "refuses its own example" in failure(report)


@pytest.mark.parametrize(("x", "most"), [(X, 1000), (np.ones((1000, 1000)), 20)])
def test_a_check_is_cheap(x, most):
    count, size = itertools.count(), x.size

    def counted(x, w):
        if x.size == size or size < 100:  # a large example is judged at smaller sizes
            next(count)
        return np.sum(x * x) + np.sum(w)

    def forward(x, w):
        return counted(x, w), (x, w)

    def backward(dout, cache):
        x, w = cache
        return 2 * x * dout, np.full(w.shape, dout)

    report = check(counted, forward, backward, (x, W), {}, ("x", "w"))
    assert report.ok, report
    assert next(count) < most


def test_a_few_wrong_entries_of_many_are_found_along_directions():
    forward, _ = pair_of(MODULES["mean_square"])

    def backward(dout, cache):
        dx = 2 * cache[0] * dout / len(cache[0])
        dx[:3] = 0
        return dx

    def kept(x):
        return forward(x)[0], (x,)

    large = RANDOM.standard_normal((50, 40))
    assert "dx is wrong" in failure(check(mean_square, kept, backward, (large,), {}, ("x",)))


def area_by_parts(x, y):
    s = 0.0
    for i in range(1, len(x)):
        if y[i - 1] == y[i]:
            s += (x[i] - x[i - 1]) * y[i - 1]
        else:
            s += 0.5 * (x[i] - x[i - 1]) * (y[i - 1] + y[i])
    return s


def test_what_is_right_beside_a_tie_alone_is_not_explained_by_rounding():
    with pytest.raises(codegen.CheckError, match="dy is wrong"):
        codegen.generate(area_by_parts, np.arange(4.0), np.array([0.5, 0.5, 0.2, 0.2]))


def cube_root(c, lo, hi):
    while hi - lo > 1e-9:
        mid = 0.5 * (lo + hi)
        if mid**3 > c:
            hi = mid
        else:
            lo = mid
    return mid


def share_of_cube_root(c, lo, hi):
    return c * cube_root(c, lo, hi)


def cube_root_below_ten(c):
    return cube_root(c, 0.0, 10.0)


def test_the_way_through_a_bisection_is_no_slope():
    with pytest.raises(codegen.CheckError, match="dc is wrong"):
        codegen.generate(share_of_cube_root, 5.0, 0.0, 10.0)
    with pytest.raises(codegen.CheckError, match="dlo is wrong"):
        codegen.generate(cube_root, 5.0, 0.0, 10.0)


def test_stairs_are_told():
    told = str(codegen.generate(cube_root_below_ten, 5.0).check())
    assert "dc is zero wherever it was tried" in told
    assert "cube_root_below_ten goes up in stairs of c" in told


# Reports and errors.


def test_generate_hands_out_nothing_that_is_wrong(monkeypatch):
    right = passes.emit
    monkeypatch.setattr(
        "codegen.passes.emit", lambda *a: right(*a).replace("np.cos(x)", "np.sin(x)")
    )
    with pytest.raises(codegen.CheckError, match="dx is wrong") as caught:
        codegen.generate(fork, X)
    assert not caught.value.report.ok
    assert "(sinx + np.sin(x) * x) * dout" in caught.value.source


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "if n != 3:"), (True, "if not n:"), ("x", "if n != 'x':")],
)
def test_values_that_a_gradient_is_right_for_alone_are_guarded(monkeypatch, value, text):
    def times(x, n):
        return x * {"x": 2.0, "y": 5.0}.get(n, n)

    def times_plain(x, n):
        return x * n

    function = times if isinstance(value, str) else times_plain
    known = {3: 3.0, True: 1.0, "x": 2.0}[value]
    right = passes.emit

    def emit(made, style):
        head, _, tail = right(made, style).partition("_backward(dout, cache):")
        return f"{head}_backward(dout, cache):\n    return {known} * dout\n{tail}"

    monkeypatch.setattr("codegen.passes.emit", emit)
    module = codegen.generate(function, X, value)
    assert text.replace("'", '"') in module.source
    out, cache = module.forward(X, value)
    assert np.allclose(module.backward(X, cache), known * X)
    with pytest.raises(NotImplementedError, match=f"n was {value!r} when this code was made"):
        module.forward(X, {3: 4, True: False, "x": "y"}[value])


def test_sizes_that_a_gradient_is_right_for_alone_are_guarded():
    def seen(points, focal):
        return focal * points[:, :2] / points[:, 2:]

    points = np.random.default_rng(0).uniform(1, 2, (4, 3))
    module = codegen.generate(seen, points, 2.0)
    assert "if points.shape[1] != 3:" in module.source
    assert module.check().ok
    more = np.random.default_rng(1).uniform(1, 2, (5, 4))
    with pytest.raises(NotImplementedError, match=r"points.shape\[1\] was 3"):
        module.forward(more, 2.0)
    dpoints, _ = module.backward(np.ones((6, 2)), module.forward(np.ones((6, 3)), 2.0)[1])
    assert dpoints.shape == (6, 3)


def test_the_report_is_made_once_and_kept():
    module = codegen.generate(fork, X)
    assert module.check() is module.check()


def test_kinks_are_reported_as_kinks():
    report = codegen.generate(relu, np.array([0.0, 1.0, -1.0])).check()
    assert report.rows[0].kinks == 1
    (note,) = [note for note in report.notes if "kink" in note]
    left, right, given = map(
        float, re.findall(r"-?\d+\.?\d*", note.partition("slopes ")[2].replace("at x[0]", ""))
    )
    assert note.startswith("1 entry of dx at a kink: slopes ")
    assert "at x[0]" in note
    assert (left, abs(right) > 0.3) == (0, True)
    assert given in (left, right)


# The same everywhere, and nothing left behind.


def test_the_bytes_are_the_same_in_one_process_in_threads_and_in_fresh_ones():
    cases = sameness.names(12)
    one = [sameness.digest(*case) for case in cases]
    assert len(set(one)) == 12
    assert sameness.in_threads(cases) == one
    assert [sameness.fresh(case, k) for k, case in enumerate(cases[::4], start=3)] == one[::4]


def test_the_random_state_of_the_caller_changes_no_byte_and_is_left_alone():
    def noisy(x):
        return x * np.random.standard_normal(x.shape) + random.random()

    texts = set()
    for seed in range(3):
        np.random.seed(seed)
        random.seed(seed)
        before = np.random.get_state()[1].tolist(), random.getstate()
        module = codegen.generate(noisy, X)
        texts.add(f"{module.source}{module.check()}")
        assert before == (np.random.get_state()[1].tolist(), random.getstate())
    assert len(texts) == 1


def test_nothing_of_the_process_is_changed_by_threads_that_generate():
    made, out, err = np.random.default_rng, sys.stdout, sys.stderr
    with ThreadPoolExecutor(4) as pool:
        texts = set(pool.map(lambda _: codegen.generate(printing, 2.0).source, range(8)))
    assert len(texts) == 1
    assert (np.random.default_rng, sys.stdout, sys.stderr) == (made, out, err)
    assert np.random.default_rng().random() != np.random.default_rng().random()


def test_what_is_kept_for_the_end_of_the_process_or_for_imports_is_not_kept_for_ours():
    def registering(x):
        atexit.register(print)
        sys.path_hooks.append(print)
        sys.meta_path.append(print)
        return x * x

    before = atexit._ncallbacks(), sys.path_hooks[:], sys.meta_path[:]
    codegen.generate(registering, 2.0)
    assert before == (atexit._ncallbacks(), sys.path_hooks, sys.meta_path)


def test_a_search_that_was_stopped_does_not_say_that_nothing_was_found(monkeypatch):
    def square_only(x):
        return np.sum(np.linalg.inv(x[:3, :3] + np.eye(3)) * x.reshape(3, 3))

    report = codegen.generate(square_only, np.eye(3)).check()
    assert "no other sizes found that square_only accepts" in str(report)
    monkeypatch.setattr("codegen.check.sizes.ATTEMPTS", 2)
    report = codegen.generate(square_only, np.eye(3)).check()
    assert "the search for other sizes stopped before its end" in str(report)
    assert "no other sizes" not in str(report)


def test_what_would_differ_from_call_to_call_is_noted():
    def keeping_count(x):
        COUNT.append(0)
        return x * x

    report = check(dropped, lambda x: (dropped(x), x), lambda d, x: d, (X[0],), {}, ("x",))
    assert "np.random.default_rng() has no seed" in str(report)
    report = codegen.generate(keeping_count, X[0]).check()
    assert "keeping_count changes COUNT" in str(report)


def test_arrays_are_tried_in_float32():
    def forward(x):
        return np.sum(x * x), x

    def backward(dout, cache):
        return (2 * cache * dout) * (1.5 if cache.dtype == np.float32 else 1.0)

    def squares(x):
        return np.sum(x * x)

    report = check(squares, forward, backward, (np.array([0.3, -0.2]),), {}, ("x",))
    assert report.failures and all("in float32" in text for text in report.failures)
