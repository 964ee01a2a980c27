"""What a statement takes for granted."""

import numpy as np
import pytest

from codegen import syntax
from tests.unit.passes import builder

X = np.array([0.5, 1.0])


def plain(x, options):
    return x * options["n"]


@pytest.mark.parametrize(
    ("note", "test", "was"),
    [
        (
            lambda a: a.value(syntax.parse("axis"), None),
            "axis is not None",
            "axis was None",
        ),
        (lambda a: a.value(syntax.parse("axis"), 0), "axis != 0", "axis was 0"),
        (
            lambda a: a.key(syntax.parse("options"), syntax.parse("'n'"), True),
            '"n" not in options',
            'options had a "n"',
        ),
        (
            lambda a: a.key(syntax.parse("options"), syntax.parse("'m'"), False),
            '"m" in options',
            'options had no "m"',
        ),
    ],
)
def test_it_is_noted_how_to_find_it_otherwise(note, test, was):
    assumed = builder(plain, X, {"n": 2.0}).assumed
    note(assumed)
    assert assumed.scope.assumed == [(test, was)]
