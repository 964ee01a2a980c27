"""What holds for every test: its draws do not depend on the tests that ran before it in the same process, and it
does not pay for them.
"""

from __future__ import annotations

import copy
import gc
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
