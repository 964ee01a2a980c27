"""What the forward pass keeps."""

import numpy as np
import pytest

import codegen
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


def normalized_in_turn(X):
    loss = 0.0
    for i in range(len(X)):
        p = np.exp(X[i])
        p /= p.sum()
        loss -= np.log(p[0])
    return loss


def changed_again(X):
    loss = 0.0
    for i in range(len(X)):
        p = np.exp(X[i])
        p /= p.sum()
        loss += np.sum(p**2)
        p *= 2
        loss += np.sum(np.sin(p))
    return loss


def in_one_buffer(X):
    loss, p = 0.0, np.exp(X[0])
    for i in range(len(X)):
        p *= X[i]
        loss += np.sum(p**2)
    return loss


@pytest.mark.parametrize(
    ("function", "copies"), [(normalized_in_turn, 0), (changed_again, 1), (in_one_buffer, 1)]
)
def test_an_array_of_one_trip_is_not_copied(function, copies):
    text = codegen.generate(function, 1 + np.arange(6.0).reshape(2, 3)).source
    assert min(text.partition("_backward(")[0].count(".copy()"), 1) == copies


def where_it_is_told(X, p):
    loss = 0.0
    for i in range(len(X)):
        q = np.exp(X[i], p)
        q /= q.sum()
        loss -= np.log(q[0])
    return loss


def test_an_array_that_is_filled_in_every_trip_is_copied_in_each():
    X = 1 + np.arange(6.0).reshape(2, 3)
    text = codegen.generate(where_it_is_told, X, np.zeros(3), wrt="X").source
    assert ".copy()" in text.partition("_backward(")[0]
