"""The trips of a loop: whether each picks other items, and whether they must run backwards."""

import ast
import inspect

import numpy as np
import pytest

import codegen
from codegen import syntax
from codegen.backward.trips import changed, counting_names
from codegen.ir import For, Line, items_of
from tests.cases.containers import dicts_of_steps
from tests.cases.stores import once_written
from tests.unit.passes import derived


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("i in range(n)", {"i"}),
        ("i in reversed(range(n))", {"i"}),
        ("i, x in enumerate(xs)", {"i"}),
        ("x in xs", set()),
        ("i, j in pairs", set()),
    ],
)
def test_what_counts_never_has_a_value_twice(header, names):
    assert counting_names(ast.parse(f"for {header}: pass").body[0]) == names


def summed(xs):
    total = 0.0
    for i in range(len(xs)):
        total = total + xs[i] * xs[i]
    return total


def carried(x, n):
    for _ in range(n):
        x = x * x
    return x


def put_back(x, n):
    for _ in range(n):
        x = x * x
        if x > 3.0:
            x = 1.5
    return x


def until(x):
    while x < 10.0:
        x = x * x
    return x


def backwards(function, *args):
    """Whether the trips of the only loop must come in reverse order."""
    (loop,) = (item for item in items_of(derived(function, *args).lines) if isinstance(item, For))
    return loop.backwards


def test_trips_that_only_add_up_may_come_in_any_order():
    assert not backwards(summed, np.ones(3))


def test_what_one_trip_hands_to_the_next_comes_back_in_reverse():
    assert backwards(carried, 0.5, 2)


def test_what_a_branch_alone_replaces_may_come_from_the_trip_before():
    assert backwards(put_back, 0.5, 2)


def test_trips_that_nobody_has_counted_come_back_in_reverse():
    assert backwards(until, 1.5)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("dx = dy", ["dx"]),
        ("dx[0] += dy", ["dx"]),
        ("da, db = f(dy)", ["da", "db"]),
        ("np.add.at(dx, k, dy)", ["dx"]),
        ("dxs.append(dy)", ["dxs"]),
    ],
)
def test_a_line_changes_its_target_or_what_it_calls_upon(text, names):
    match ast.parse(text).body[0]:
        case ast.Assign(targets=[target], value=value):
            line = Line(target, "=", value)
        case ast.AugAssign(target=target, value=value):
            line = Line(target, "+=", value)
        case ast.Expr(value=value):
            line = Line(None, "", value)
    assert changed(line) == names
    assert syntax.show(value)


def counted(x, beta):
    total = 0.0
    for t in range(len(x)):
        total += x[t] / (1 - beta ** (t + 1)) + beta**t
    return total


def test_the_slope_of_a_power_that_counts_from_one_needs_no_test_for_zero():
    text = codegen.generate(counted, np.ones(3), 0.5).source.partition("_backward(")[2]
    assert "(t + 1) * beta**t *" in text
    assert "t * beta ** (t - (t != 0))" in text


@pytest.mark.parametrize(
    ("function", "args", "kept"),
    [
        (once_written.thomas, (np.ones(4), 5 * np.ones(4), np.ones(4), np.ones(4)), 1),
        (once_written.cholesky_by_rows, (5 * np.eye(3) + 1.0,), 0),
        (once_written.gram_schmidt, (np.eye(3) + 0.1,), 2),
        (once_written.forward_substitution, (np.eye(3) + 0.1, np.ones(3)), 0),
        (once_written.back_substitution_by_slices, (np.eye(3) + 0.1, np.ones(3)), 0),
        (dicts_of_steps.by_step, dicts_of_steps.ARGS, 0),
        (dicts_of_steps.backwards, dicts_of_steps.ARGS, 0),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_what_is_read_once_it_is_written_for_good_is_not_copied(function, args, kept):
    forward = codegen.generate(function, *args).source.partition("(dout, cache)")[0]
    assert forward.count(".copy()") == inspect.getsource(function).count(".copy()")
    assert forward.count(".append(") == kept


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (once_written.swept_again, (np.eye(3) + 0.1,)),
        (once_written.masked_rows, (np.ones(4), 3)),
        (dicts_of_steps.written_again, dicts_of_steps.ARGS),
        (dicts_of_steps.changed_later, dicts_of_steps.ARGS),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_what_is_written_again_is_copied(function, args):
    assert ".copy()\n" in codegen.generate(function, *args).source.partition("(dout, cache)")[0]


def scaled_by_key(ws, s):
    found = {}
    for k in ws:
        found[k] = s * ws[k]
    return found


def scaled_twice(ws, s):
    found = {}
    for k in ws:
        found[k] = s * ws[k]
        found[k] = s * found[k]
    return found


def test_each_key_of_a_dict_comes_once():
    ws = {"u": np.ones(2), "v": np.ones(3)}
    assert "dfound" not in codegen.generate(scaled_by_key, ws, 0.5).source
    assert "dfound" in codegen.generate(scaled_twice, ws, 0.5).source
