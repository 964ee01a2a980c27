"""What the forward pass keeps."""

import numpy as np

from tests.unit.passes import saved


def product(x, w):
    return np.sum(x * w)


def overwritten(x):
    y = np.sin(x)
    z = y * y
    y = z * x
    return y * z


def repeated(x, n):
    y = x
    for _ in range(n):
        y = y * x
    return y


def sliced(x):
    total = 0.0
    for i in range(x.shape[0]):
        row = x[i]
        total = total + np.sum(row * row)
    return total


def asked(x, n):
    if n > 2:
        y = 2 * x
    else:
        y = 3 * x
    return y


def asked_of_values(x):
    if np.sum(x) > 2:
        y = 2 * x
    else:
        y = 3 * x
    return y


def test_what_local_gradients_read_is_cached():
    assert saved(product, np.ones(3), np.ones(3)).cached == ["x", "w"]


def test_a_value_that_is_overwritten_is_kept_under_another_name():
    found = saved(overwritten, 0.5)
    assert [one.source for one in found.kept] == ["y"]
    assert found.kept[0].name in found.cached


def test_a_loop_saves_what_each_trip_overwrites():
    found = saved(repeated, 0.5, 3)
    (steps,) = found.steps.values()
    assert len(steps.saved) == 1
    assert steps.name in found.cached


def test_what_a_slice_gives_again_is_not_saved():
    found = saved(sliced, np.ones((2, 3)))
    assert not any(steps.saved for steps in found.steps.values())
    assert [stage.binds for stages in found.again.values() for stage in stages] == [["row"]]


def test_a_test_of_numbers_is_asked_again():
    found = saved(asked, 0.5, 3)
    assert not found.flags
    assert "n" in found.cached


def test_the_answer_to_another_test_is_kept():
    found = saved(asked_of_values, np.ones(3))
    assert list(found.flags.values()) == ["taken"]
    assert "taken" in found.cached
