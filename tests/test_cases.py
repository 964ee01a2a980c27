"""Every function of tests/cases: generated, then compared with itself and with central differences."""

import pytest

from tests.cases import Case, load
from tests.cases.judge import judge, limit, problem

CASES = load()


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_case(case: Case) -> None:
    with limit(20):
        verdict = judge(case)
    assert not problem(case, verdict), problem(case, verdict)


def test_there_are_many_cases() -> None:
    assert sum(not case.refused for case in CASES) >= 300
