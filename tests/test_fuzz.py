"""Random programs of five kinds: never wrong, and seldom refused; drawn from a seed that is printed.

6 programs of each kind by default; `-m long` judges 1,000 of what public code consists of and 250 of each other kind, most
of them before the tool's own check has seen them. `python -m tests.fuzz` judges 20,000.
"""

import collections
import importlib
import pathlib
import random
import warnings

import pytest

import codegen
from tests.cases.judge import limit
from tests.fuzz import from_seed, judged, judged_quickly, loaded

# Refused by the tracer or by the numeric check, or guarded: no gradient is handed out.
NO_GRADIENT = ("refused", "check", "guarded")
LARGEST_SHARE_WITHOUT = {
    "straight": 0.04,
    "control": 0.08,
    "mixed": 0.15,
    "public": 0.25,
    "sides": 0.3,  # a statement that is wrong on a side is guarded there
}
SEED = 231
CHECKED = 5  # of the programs of one test: the others are judged before the check


def never_wrong(kind: str, seeds: range, folder: pathlib.Path) -> None:
    """Judge the programs of a kind with these seeds; few may be refused and none may be wrong."""
    generator = importlib.import_module(f"tests.fuzz.{kind}")
    table: collections.Counter[str] = collections.Counter()
    texts: set[str] = set()
    for number, seed in enumerate(seeds):
        program = generator.program(from_seed(seed))
        texts.add(program.text)
        with limit(60):
            outcome, detail = (judged if number < CHECKED else judged_quickly)(program, folder)
        table[outcome] += 1
        assert outcome in (
            "right",
            "discarded",
            *NO_GRADIENT,
        ), f"seed {seed}: {outcome}: {detail}\n{program.text}"
    print(f"{kind}: seeds {seeds[0]} to {seeds[-1]}, {len(texts)} distinct: {dict(table)}")
    without = sum(table[outcome] for outcome in NO_GRADIENT)
    assert len(texts) > 0.98 * len(seeds)
    assert table["right"] > len(seeds) / 2
    assert without <= LARGEST_SHARE_WITHOUT[kind] * (table["right"] + without), dict(table)


@pytest.mark.heavy
@pytest.mark.sample(of="test_many_random_programs")
@pytest.mark.parametrize("kind", LARGEST_SHARE_WITHOUT)
def test_random_programs(kind: str, tmp_path: pathlib.Path) -> None:
    never_wrong(kind, range(SEED, SEED + 6), tmp_path)


@pytest.mark.heavy
@pytest.mark.long
@pytest.mark.parametrize("start", range(10_000, 11_000, 125))
def test_many_programs_of_what_public_code_consists_of(start: int, tmp_path: pathlib.Path) -> None:
    never_wrong("public", range(start, start + 125), tmp_path)


@pytest.mark.heavy
@pytest.mark.long
@pytest.mark.parametrize("start", range(10_000, 10_250, 125))
@pytest.mark.parametrize("kind", ["straight", "control", "mixed", "sides"])
def test_many_random_programs(kind: str, start: int, tmp_path: pathlib.Path) -> None:
    never_wrong(kind, range(start, start + 125), tmp_path)


def written(kind: str, seed: int, folder: pathlib.Path) -> str:
    """What is generated for a program, or the words of its refusal."""
    program = importlib.import_module(f"tests.fuzz.{kind}").program(from_seed(seed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return codegen.generate(loaded(program, folder), *program.example).source
        except codegen.CodegenError as error:
            return str(error)


@pytest.mark.heavy
def test_what_was_generated_before_leaves_no_trace(tmp_path: pathlib.Path) -> None:
    """In one process, in three orders, with the modules of all other programs loaded: the same texts."""
    order = [(kind, seed) for kind in ("straight", "control", "sides") for seed in range(1, 5)]
    first = {one: written(*one, tmp_path) for one in order}
    for shuffle in (1, 2):
        random.Random(shuffle).shuffle(order)
        for one in order:
            assert written(*one, tmp_path) == first[one], f"seed {one} in order {shuffle}"
