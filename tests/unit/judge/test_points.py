"""Other points at which a derivative is judged: whole numbers that go together with sizes stay together with them."""

import numpy as np
import pytest

from codegen.judge.asserting import check
from codegen.judge.points import other_number


@pytest.mark.parametrize(
    ("number", "shapes", "other"),
    [
        (3, [(2, 6, 4)], 2),  # groups of 6 channels: 2 divides them, too
        (2, [(5, 4)], 4),  # heads
        (2, [(7,)], 3),  # a stride: nothing is a multiple of it
        (1, [(5, 4)], 2),  # a padding
        (5, [(5, 4)], 6),  # a size itself changes with the axes that it equals
    ],
)
def test_another_number_divides_what_the_number_divides(number, shapes, other):
    values = {f"x{k}": np.ones(shape) for k, shape in enumerate(shapes)} | {"n": number}
    assert other_number(number, values) == other


def picked(scores, y):
    """A loss whose labels fit beside one row by broadcasting."""
    return np.mean(scores[np.arange(len(scores)), y] ** 2)


def picked_grad(scores, y):
    rows = np.arange(len(scores))
    dscores = np.zeros_like(scores)
    dscores[rows, y] = 2 * scores[rows, y] / len(scores)
    return dscores


def test_an_axis_of_size_1_is_no_point_where_others_of_its_size_stay():
    report = check(
        picked, picked_grad, np.array([[1.0, 2.0, 0.5], [0.1, -0.3, 2.0]]), np.array([1, 0])
    )
    assert report.ok, str(report)
