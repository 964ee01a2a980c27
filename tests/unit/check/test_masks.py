"""How a module asks for one number elsewhere than in a test."""

import pytest

from codegen.check.masks import Masks


@pytest.mark.parametrize(
    ("line", "equal", "near", "like"),
    [
        ("y = np.where(x == 0, 1.0, x)", True, "", False),
        ("y = np.where(np.abs(x) < 1e-8, 1.0, x)", False, "1e-8", False),
        ("y = np.where(np.abs(x) < eps, 1.0, x)", False, "eps", False),
        ("y = np.where(np.isclose(x, 0), 1.0, x)", False, "", True),
        ("y = np.where(x > 0.5, 1.0, x)", False, "", False),
        ("y = x if x == 0 else 1.0", False, "", False),
        ("y = x * (mode == 'train')", False, "", False),
        ("y = x * (x == np.max(x))", False, "", False),
        ("m = np.max(x, axis=1, keepdims=True); y = x * (x == m)", False, "", False),
        ("m = np.max(x); y = x * (x == m) + (x == 0)", True, "", False),
    ],
)
def test_masks_are_told_from_tests(line, equal, near, like):
    assert Masks.of(f"def f(x, eps, mode):\n    {line}\n", {"eps": 1e-6}) == Masks(
        equal, near, like
    )


def test_of_two_distances_the_larger_is_asked_for():
    text = "def f(x):\n    small = 1e-5\n    y = (x < 1e-9) + (np.abs(x) < small)\n"
    assert Masks.of(text, {}).near == "1e-5"


@pytest.mark.parametrize(
    ("masks", "text"),
    [
        (Masks(True, "", False), "x == 0.0"),
        (Masks(True, "1e-8", False), "np.abs(x) < 1e-8"),
        (Masks(False, "1e-8", True), "np.isclose(x, 0.0)"),
    ],
)
def test_a_guard_asks_the_same_way(masks, text):
    assert masks.asking("x", "0.0") == text


def test_a_guard_asks_for_the_distance_from_another_number():
    assert Masks(False, "1e-8", False).asking("x", "y") == "np.abs(x - y) < 1e-8"
