"""Random programs, straight-line and with control flow: never wrong, and seldom refused.

100 programs of each kind by default; `-m long` runs 2,000 of each.
"""

import collections
import importlib
import pathlib
import subprocess
import sys
from collections.abc import Sequence
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cases.judge import limit
from tests.fuzz import judged

T = TypeVar("T")
ROOT = pathlib.Path(__file__).parents[1]
# Refused by the tracer or by the numeric check, or guarded: no gradient is handed out.
NO_GRADIENT = ("refused", "check", "guarded")
LARGEST_SHARE_WITHOUT = {"straight": 0.04, "control": 0.08}


class Drawn:
    """The choices of a program generator, drawn by hypothesis (which can then shrink them)."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def choice(self, options: Sequence[T]) -> T:
        return options[self.randint(0, len(options) - 1)]

    def randint(self, low: int, high: int) -> int:
        return self.data.draw(st.integers(low, high))

    def random(self) -> float:
        return self.randint(0, 999) / 1000


def never_wrong(kind: str, count: int, folder: pathlib.Path) -> None:
    """Judge so many random programs of a kind; few may be refused and none may be wrong."""
    generator = importlib.import_module(f"tests.fuzz.{kind}")
    table: collections.Counter[str] = collections.Counter()

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # `python -m tests.fuzz --small` makes a failing program smaller
    )
    @given(st.data())
    def one(data: st.DataObject) -> None:
        program = generator.program(Drawn(data))
        with limit(30):
            outcome, detail = judged(program, folder)
        table[outcome] += 1
        assert outcome in ("right", "discarded", *NO_GRADIENT), f"{detail}\n{program.text}"

    one()
    print(f"{kind}: {dict(table)}")
    without = sum(table[outcome] for outcome in NO_GRADIENT)
    assert table["right"] > count / 2
    assert without <= LARGEST_SHARE_WITHOUT[kind] * (table["right"] + without), dict(table)


def in_a_process_of_its_own(kind: str, count: int, folder: pathlib.Path) -> None:
    """Judge so many programs where no other test has left rows, modules or random states behind."""
    code = (
        "import pathlib; from tests.test_fuzz import never_wrong;"
        f" never_wrong({kind!r}, {count}, pathlib.Path({str(folder)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-6000:]
    assert f"{kind}: " in done.stdout


@pytest.mark.parametrize("kind", ["straight", "control"])
def test_random_programs(kind: str, tmp_path: pathlib.Path) -> None:
    in_a_process_of_its_own(kind, 100, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["straight", "control"])
def test_many_random_programs(kind: str, tmp_path: pathlib.Path) -> None:
    in_a_process_of_its_own(kind, 2000, tmp_path)
