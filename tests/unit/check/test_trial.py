"""One pair at one set of values: float32, NaN, zeros, scales, what could not be judged."""

import numpy as np
import pytest

import codegen
from codegen.check.arguments import bind
from codegen.check.trial import Pair, Trial

R = np.random.default_rng(5)


def single(*shape):
    return R.standard_normal(shape).astype(np.float32)


def buffered(x, w1, w2):
    h = np.zeros((x.shape[0], w1.shape[1]), dtype=np.float32)
    h[:] = np.tanh(x @ w1)
    return (h @ w2).astype("float32")


def plain(x, w):
    return np.sum(np.tanh(x @ w) ** 2)


def constant_sum(x):
    e = np.exp(x - np.max(x))
    return np.sum(e / np.sum(e))


def masked(q, k, v, mask):
    s = q @ k.T / np.sqrt(q.shape[-1]) + mask
    e = np.exp(s - np.max(s, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True) @ v


def half(v):
    return 0.5 * v


def halves(x):
    single = len(x) // 2
    return np.sum(half(x)[:single] * x[single:])


def limited(v, d2=0.0, limit=np.inf):
    return v + np.where(d2 > 0, d2 / (limit - v), 0)


@pytest.mark.parametrize(
    ("function", "args", "error"),
    [
        (buffered, (single(4, 3), single(3, 5), single(5, 2)), 1e-7),
        (plain, (single(4, 3), single(3, 5)), 1e-7),
        (constant_sum, (single(5),), 1e-4),
        (
            masked,
            (R.random((4, 3)), R.random((4, 3)), R.random((4, 3)), (1 - np.tri(4)) * -1e10),
            1e-6,
        ),
        (lambda x: np.exp(-x * x), (np.array([19.0, 18.5]),), 1e-7),
        (lambda x: x * 2.0, (np.array([1.0, np.nan, 2.0]),), 1e-7),
        (lambda x: np.nansum(1 / x), (np.array([1.0, np.nan, np.inf, 2.0]),), 1e-7),
        (limited, (np.array([0.3, 0.5]),), 1e-7),
    ],
)
def test_right_functions_raise_no_alarm(function, args, error):
    report = codegen.generate(function, *args).check()
    assert report.ok, report
    assert report.rows[0].error <= error


def test_inputs_that_are_no_numbers_are_said():
    report = codegen.generate(lambda x: x * 2.0, np.array([1.0, np.nan, 2.0])).check()
    assert "1 entry of dx not judged: the input is NaN or infinite there" in report.notes


def test_nothing_that_was_not_judged_is_called_right():
    report = codegen.generate(lambda x: np.maximum(0.0, x), np.array([np.nan, np.nan])).check()
    assert report.verdict == "not judged"
    report = codegen.generate(lambda x, w: w * np.nansum(x), np.array([np.nan]), 2.0).check()
    assert report.verdict == "right, but dx not judged"


def test_names_that_are_dtypes_elsewhere_keep_their_meaning():
    report = codegen.generate(halves, np.array([0.5, -1.0, 2.0, 1.0])).check()
    assert report.ok, report
    assert report.lines[0] == report.lines[1] > 0


def test_a_large_example_is_tried_once_whatever_guards_are_found(monkeypatch):
    large, run = [], Trial.run

    def counted(self):
        large.append(self.large)
        run(self)

    monkeypatch.setattr(Trial, "run", counted)
    module = codegen.generate(weighted_sum, np.linspace(-1.0, 1.0, 200_000), 0.7)
    assert "raise" in module.source
    assert large.count(True) == 1


def weighted_sum(x, w):
    return np.sum(x * w)


def wave(x, length):
    return np.sin(x / length) * length


def wave_forward(x, length):
    return wave(x, length), (x, length)


def twice_too_steep(dout, cache):
    x, length = cache
    return 2 * np.cos(x / length) * dout


@pytest.mark.parametrize(
    ("turns", "is_far_off"),
    [(500, True), (10_000, False)],
    ids=["a slope that a step can show", "one that a millionth of the input turns"],
)
def test_far_off_is_what_is_wrong_where_a_step_shows_the_slope(turns, is_far_off):
    x = np.array([1000.0, 1000.0])
    call, arguments = bind(wave, (x, 1000.0 / (2 * np.pi * turns + np.pi / 4)), {}, ("x",))
    trial = Trial(Pair(wave, wave_forward, twice_too_steep, arguments), call)
    trial.run()
    assert trial.failures
    assert trial.is_far_off() is is_far_off


def test_a_bound_of_1e308_that_nothing_reads_is_no_infinity():
    def f(x, bound):
        return x * x

    assert codegen.generate(f, np.array([1.0, -2.0]), 1e308).check().verdict == "right"
