"""Every function of the corpus: generated, then compared with itself and with central differences."""

import pytest

from tests.corpus import Case, load
from tests.corpus.judge import judge, limit, problem

CASES = load()


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_case(case: Case) -> None:
    with limit(20):
        verdict = judge(case)
    assert not problem(case, verdict), problem(case, verdict)


def test_the_corpus_is_large() -> None:
    assert sum(not case.refused for case in CASES) >= 300
