"""Every function of tests/cases: generated, then compared with itself and with central differences.

The files of whole programs run with `-m 'long or not long'`.
"""

from typing import Any

import pytest

from tests.cases import Case, load
from tests.cases.judge import judge, limit, problem

CASES = load()
WHOLE = ("/programs.", "/in_public.", "/by_heart.")


def of(case: Case) -> Any:
    """Return a parameter of the test; one of a file of whole programs takes long."""
    is_long = any(part in case.name for part in WHOLE)
    return pytest.param(case, id=case.name, marks=[pytest.mark.long] if is_long else [])


@pytest.mark.parametrize("case", [*map(of, CASES)])
def test_case(case: Case) -> None:
    with limit(20):
        verdict = judge(case)
    assert not problem(case, verdict), problem(case, verdict)


def test_there_are_many_cases() -> None:
    assert sum(not case.refused for case in CASES) >= 300
