"""Mistakes that no variable shows."""

import numpy as np
import pytest

from tests.unit.judge import derivatives
from tests.unit.judge.derivatives import W, X, bent_forward, folded_forward
from tests.unit.judge.wrong import search

WEIGHTS = np.array([1.1, 0.7, 0.4])


def of_bent(name):
    return search(bent_forward, getattr(derivatives, name), X, W).astray


def of_folded(name):
    return search(folded_forward, getattr(derivatives, name), X, WEIGHTS).astray


@pytest.mark.parametrize(
    ("of", "name", "asked", "kind", "line"),
    [
        (of_bent, "unpacked_in_another_order", "unpacked_astray", "unpacked", "w, x, s = cache"),
        (of_bent, "changed_in_place", "in_place", "changed_in_place", "dout *= 2"),
        (of_folded, "folded_forwards", "running_forwards", "backwards", "for k in range(3):"),
        (of_folded, "returned_in_the_loop", "returned_early", "return_in_loop", "return dh, dw"),
    ],
)
def test_each_is_found_at_its_line_and_taken_for_no_other(of, name, asked, kind, line):
    astray = of(name)
    ways = ("unpacked_astray", "returned_early", "running_forwards", "in_place")
    found = {way: getattr(astray, way)() for way in ways}
    assert {way for way, one in found.items() if one is not None} == {asked}
    place, mistake = found[asked]
    assert mistake.kind == kind
    assert place.text.strip().startswith(line)


def test_a_wrong_sign_is_none_of_them():
    astray = of_bent("of_wrong_sign")
    assert astray.unpacked_astray() is None
    assert astray.in_place() is None
