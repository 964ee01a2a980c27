"""The same text in whatever order, thread or process it is made, and nothing left behind in the process."""

import concurrent.futures
import random
import sys

import numpy as np

import codegen
from benchmarks import sameness
from tests.cases import load

NAMES = (
    "calls/several.eight_times",
    "calls/several.changed_in_turn",
    "objects/kinds.mandel",
    "objects/methods.through",
    "objects/methods.for_good",
    "calls/several.name_anew",
)
CASES = {case.name: case for case in load()}


def text_of(name):
    """The text that is generated for a case, or the words of its refusal."""
    case = CASES[name]
    try:
        made = codegen.generate(
            case.function, *case.example.args, wrt=case.wrt, **case.example.kwargs
        )
    except codegen.CodegenError as error:
        return str(error)
    return made.source


def test_threads_and_orders_give_the_same_text_and_leave_no_trace():
    np.random.seed(3)
    random.seed(3)
    numbers, state, out = np.random.get_state()[1].copy(), random.getstate(), sys.stdout
    first = [text_of(name) for name in NAMES]
    backwards = [text_of(name) for name in reversed(NAMES)][::-1]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        together = list(pool.map(text_of, NAMES))
    assert first == backwards == together
    assert (np.random.get_state()[1] == numbers).all()
    assert random.getstate() == state
    assert sys.stdout is out


def test_a_fresh_process_with_another_hash_seed_gives_the_same_text():
    for seed, name in enumerate(NAMES[2:4]):
        case = name, CASES[name].function.__module__
        assert sameness.fresh(case, seed + 1) == sameness.digest(*case)
