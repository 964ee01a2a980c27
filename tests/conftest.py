"""What holds for every test: its draws do not depend on the tests that ran before it in the same process, and it
does not pay for them.
"""

from __future__ import annotations

import copy
import gc
import itertools
import os
import sys
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest

STATES: dict[str, list[tuple[np.random.BitGenerator, object]]] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Keep bytecode in a folder of its own where none may lie beside the sources: hundreds of processes would compile
    the whole package again.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.fspath(config.rootpath / ".pytest_cache" / "bytecode")
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


def is_judged_whole(item: pytest.Item, names: set[str]) -> bool:
    """Return whether a test is a sample of one that is run."""
    mark = item.get_closest_marker("sample")
    return mark is not None and mark.kwargs["of"] in names


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out samples of what is judged whole. Let every worker begin with its part of the tests that take long, so
    that none is left with one of them at the end. A worker is given as many tests as any other, one after the other,
    before it takes some from others.
    """
    names = {getattr(item, "originalname", item.name) for item in items}
    left_out = [item for item in items if is_judged_whole(item, names)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not is_judged_whole(item, names)]
    slow = [i for i in items if i.get_closest_marker("heavy") or i.get_closest_marker("long")]
    slow.sort(key=lambda item: item.get_closest_marker("heavy") is None)
    first = set(slow)
    others = iter([item for item in items if item not in first])
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    dealt: list[pytest.Item] = []
    for k in range(workers):
        mine = slow[k::workers]
        room = (len(items) - len(dealt)) // (workers - k) - len(mine)
        dealt += [*mine, *itertools.islice(others, max(room, 0))]
    items[:] = [*dealt, *others]


def generators(module: ModuleType) -> Iterator[np.random.Generator]:
    """Yield the random generators of a module: `RNG = default_rng(3)`, `r = default_rng(7).standard_normal`."""
    for value in vars(module).values():
        generator = getattr(value, "__self__", value)
        if isinstance(generator, np.random.Generator):
            yield generator


@pytest.fixture(scope="module", autouse=True)
def frozen() -> None:
    """Set aside what is alive before a module of tests: to look through ten thousand tests for garbage takes seconds."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def drawn_from_the_start(request: pytest.FixtureRequest) -> None:
    """Set the generators of a test's module back to where they were when it was imported."""
    module = request.module
    if module.__name__ not in STATES:
        bits = [generator.bit_generator for generator in generators(module)]
        STATES[module.__name__] = [(bit, copy.deepcopy(bit.state)) for bit in bits]
    for bit, state in STATES[module.__name__]:
        bit.state = state
