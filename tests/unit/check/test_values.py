"""Other values are of the same pattern as those of the example."""

import numpy as np
import pytest

from codegen.check.values import again, fresh, narrowed, redrawn, scalar, shaken, wide


def draw(seed=0):
    """A generator of random numbers."""
    return np.random.default_rng(seed)


SQUARE = np.array([[2.0, 0.5, 0.1], [0.5, 3.0, 0.2], [0.1, 0.2, 1.0]])


@pytest.mark.parametrize("seed", range(5))
def test_a_pattern_is_kept(seed):
    rows = fresh(np.array([[0.2, 0.8], [0.5, 0.5]]), draw(seed))
    assert np.allclose(rows.sum(axis=1), 1)
    assert (rows >= 0).all()
    ordered = fresh(np.array([0.0, 0.5, 2.0, 2.5]), draw(seed))
    assert (np.diff(ordered) > 0).all()
    definite = fresh(SQUARE, draw(seed))
    assert np.allclose(definite, definite.T)
    assert np.linalg.eigvalsh(definite)[0] > 0
    mask = fresh(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), draw(seed))
    assert sorted(mask.ravel()) == [0, 0, 0, 0, 1, 1]


def test_numbers_without_a_pattern_are_others_within_the_range():
    x = np.array([[-1.0, 3.0], [0.5, 2.0]])
    found = fresh(x, draw())
    assert not np.isclose(found, x).any()
    assert (found >= -1).all()
    assert (found <= 3).all()


@pytest.mark.parametrize("x", [0.9, 1.0, 0.6])
def test_a_number_between_a_half_and_one_stays_below_one(x):
    assert all(0 < scalar(x, draw(seed)) <= x for seed in range(50))


@pytest.mark.parametrize("x", [-4.0, 0.3, 250.0])
def test_another_number_keeps_its_sign(x):
    found = [scalar(x, draw(seed)) for seed in range(50)]
    assert all(0.7 <= one / x <= 1.3 for one in found)
    assert len(set(found)) == 50


def test_what_is_no_number_stays():
    assert scalar(np.inf, draw()) == np.inf
    x = np.array([1.0, np.nan])
    assert fresh(x, draw()) is x


def test_an_index_that_is_drawn_names_an_item_twice():
    found = again(np.array([0, 1, 2, 3]), draw())
    assert found[-1] == found[0]
    assert set(found) <= {0, 1, 2, 3}


def test_the_kind_of_number_is_kept_and_the_array_is_another():
    x = np.asfortranarray(np.ones((2, 3), np.float32))
    found = wide(x, draw())
    assert found.dtype == np.float32
    assert found.flags.f_contiguous
    assert (x == 1).all()


def test_what_is_shaken_differs_in_the_last_places_alone():
    x = np.array([1.0, -3.0])
    found = shaken(x, draw())
    assert (found != x).any()
    assert np.allclose(found, x, rtol=1e-14, atol=0)
    assert shaken(3, draw()) == 3


CALL = ((np.array([1.0, 2.0]), 5.0, np.array([0, 1, 1])), {"mode": "train"})


def test_only_what_is_asked_for_is_drawn_anew():
    (x, p, y), kwargs = redrawn(CALL, [(0, 0)], "arguments", 1)
    assert (x != CALL[0][0]).any()
    assert p == 5.0
    assert (y == [0, 1, 1]).all()
    assert kwargs == {"mode": "train"}
    (x, p, y), _ = redrawn(CALL, [(0, 0)], "floats", 1)
    assert p != 5.0


def test_one_seed_draws_the_same():
    one, other = (redrawn(CALL, [(0, 0)], "all", 3)[0] for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_arrays_in_single_precision_or_the_call_itself():
    (x, p, _), _ = narrowed(CALL)
    assert x.dtype == np.float32
    assert p == 5.0
    whole = ((1.0, np.ones(2, int)), {})
    assert narrowed(whole) is whole
