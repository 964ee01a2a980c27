"""Other sizes: found by asking the function; large examples are judged at small ones."""

import sys
from contextlib import contextmanager

import numpy as np
import pytest

import codegen
from codegen.check.arguments import bind
from codegen.check.calls import LARGE, Meter
from codegen.check.sizes import COST, Search, smaller_calls, without_large


def counted(x, w, n):
    assert x.shape[0] == n
    h = np.tanh(x * w)
    return np.sum(h * h) / n


def cancelling(x, w, n):
    """A sum that is next to nothing beside its terms, so that its value does not tell how it is rounded."""
    return np.sum(x * w) / n


def picked(x, y):
    return -np.mean(x[np.arange(len(y)), y])


def exact(x):
    return np.sum(x.reshape(400, 500) * 2.0)


@contextmanager
def calls_with_many_numbers(function):
    """The calls of a function, or of a copy of it, on large arrays; what it kept itself would be put back."""
    calls = []

    def look(frame, event, _):
        if event == "call" and frame.f_code.co_name == function.__name__:
            calls.extend([event] * (np.size(frame.f_locals.get("x")) > LARGE))

    sys.setprofile(look)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def large(*shape):
    return np.random.default_rng(0).standard_normal(shape)


@pytest.mark.parametrize("function", [counted, cancelling])
def test_a_large_example_gives_the_text_of_a_small_one_and_few_calls(function):
    x = large(2000, 60)
    with calls_with_many_numbers(function) as calls:
        module = codegen.generate(function, x - x.mean(), large(60), 2000)
        module.check()
    assert 0 < len(calls) < 10
    report = module.check()
    assert report.verdict == "right", report
    assert report.sets[:2] == ("example", "smaller sizes")
    assert report.lines[0] == report.lines[1]
    assert module.source == codegen.generate(function, large(5, 6), large(6), 5).source


def test_labels_stay_within_what_is_cut():
    call, _ = bind(picked, (large(3000, 50), np.arange(3000) % 50), {}, ("x",))
    (small, labels), _ = without_large(picked, call)
    assert small.size < 100
    assert labels.max() < small.shape[1]
    report = codegen.generate(picked, large(3000, 50), np.arange(3000) % 50).check()
    assert report.verdict == "right", report


def test_sizes_that_cannot_be_cut_are_kept():
    call, _ = bind(exact, (large(200_000),), {}, ("x",))
    assert without_large(exact, call) is call
    report = codegen.generate(exact, large(200_000)).check()
    assert report.verdict == "right", report


def test_cut_sizes_all_differ():
    calls = list(smaller_calls(((large(300, 20), large(20, 400), large(400)), {})))
    (a, b, c), _ = calls[0]
    assert len({*a.shape, *b.shape, *c.shape}) == 3
    assert a.shape[1] == b.shape[0]
    assert b.shape[1] == c.shape[0]


class Quaternion:
    def __init__(self, q):
        if len(q) != 4:
            raise ValueError("four numbers")
        self.q = q

    def __copy__(self):
        return Quaternion(self.q)

    def length(self):
        return np.sqrt(np.dot(self.q, self.q))


def test_constructors_that_look_at_sizes_raise_no_alarm():
    assert codegen.generate(Quaternion(np.ones(4)).length, wrt="self.q").check().ok


def cross(p, q):
    return 2.0 * p[1:4] + np.cross(p[1:4], q[1:4])


def test_slices_that_are_shorter_at_smaller_sizes_raise_no_alarm():
    module = codegen.generate(cross, large(4), large(4))
    assert module.check().ok
    out, cache = module.forward(large(4), large(4))
    assert module.backward(out, cache)[0].shape == (4,)


def test_a_second_check_takes_over_what_was_searched_and_what_it_cost():
    runs = []

    def run(call):
        runs.append(call)
        (x, w), _ = call
        return x @ w

    meter = Meter()
    first = Search(run, ((np.ones((3, 4)), np.ones(4)), {}), [(0, 0), (0, 1)], meter)
    meter.spent += 7
    count, later = len(runs), Meter()
    second = first.again(run, later)
    assert second.moves == first.moves != []
    assert (len(runs), later.spent, second.end) == (count, first.cost, COST)
