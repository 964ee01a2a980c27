"""Every function of tests/cases: generated, then compared with itself and with central differences.

By default the first cases of every file are judged, and one in eight of the others; with `-m 'long or not long'` all of
them, and the files of whole programs.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cases import Case, load
from tests.cases.judge import judge, limit, problem

CASES = load()
WHOLE = ("/programs", "/in_public", "/by_heart")
FIRST, EVERY = 5, 8


def parameters() -> Iterator[Any]:
    """Yield the parameters of the test: what is not judged by default is marked as long."""
    for file, cases in itertools.groupby(CASES, lambda case: case.name.partition(".")[0]):
        for number, case in enumerate(cases):
            is_long = file.endswith(WHOLE) or (number >= FIRST and number % EVERY > 0)
            yield pytest.param(case, id=case.name, marks=[pytest.mark.long] if is_long else [])


@pytest.mark.parametrize("case", parameters())
def test_case(case: Case) -> None:
    with limit(20):
        verdict = judge(case)
    assert not problem(case, verdict), problem(case, verdict)


def test_there_are_many_cases() -> None:
    assert sum(not case.refused for case in CASES) >= 300
