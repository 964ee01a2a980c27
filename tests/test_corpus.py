"""Every function of the corpus: generated, then compared with itself and with central differences."""

import pytest

from tests.corpus import Case, load
from tests.corpus.judge import judge, limit

CASES = load()


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_case(case: Case) -> None:
    with limit(20):
        verdict = judge(case)
    wanted = {False: ("right",), True: ("refused",), None: ("right", "refused", "check")}
    assert verdict.outcome in wanted[case.refused], f"{verdict.outcome}: {verdict.detail}"


def test_the_corpus_is_large() -> None:
    assert sum(case.refused is False for case in CASES) >= 300
