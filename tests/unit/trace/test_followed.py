"""Which functions are followed: the user's own, and those of the installed package that is differentiated."""

from __future__ import annotations

import importlib
import site
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import codegen
from codegen.trace import followed

CORE = """
import numpy as np


class Units:
    length = 2.0


def scaled(x, by=Units.length):
    y = x * by
    return y * y


def halved(x):
    z = x * 0.5
    return z * x


LEAST = 1e-3


def floor(x):
    return np.maximum(x, LEAST)


def share(w):
    if np.any(w < 0):
        raise ValueError("negative")
    return w / floor(np.sum(w))


def in_units(x):
    return x * Units.length


def later(x):
    import math

    return math.exp(x)
"""
FLOW = """
from measures import core
from measures.core import Units, scaled


def loss(x):
    return scaled(x) + core.halved(x) * Units.length
"""
OUTSIDE = """
from measures.core import in_units, later, share


def loss(x):
    return in_units(x)


def waiting(x):
    return later(x)


def portfolio(w, mu):
    return share(w) @ mu
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A package of two modules that stands where packages are installed."""
    folder = tmp_path / "site"
    (folder / "measures").mkdir(parents=True)
    (folder / "measures" / "__init__.py").write_text("")
    (folder / "measures" / "core.py").write_text(CORE)
    (folder / "measures" / "flow.py").write_text(FLOW)
    (tmp_path / "outside.py").write_text(OUTSIDE)
    places = [*site.getsitepackages(), str(folder)]
    monkeypatch.setattr(site, "getsitepackages", lambda: places)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.syspath_prepend(str(tmp_path))
    caches = followed.library_folders, followed.is_installed
    for one in caches:
        one.cache_clear()
    yield importlib.import_module("measures.flow")
    for one in caches:
        one.cache_clear()
    for name in ("measures", "measures.core", "measures.flow", "outside"):
        sys.modules.pop(name, None)


def test_a_function_of_an_installed_package_is_followed_into_its_package(
    installed: ModuleType,
) -> None:
    module = codegen.generate(installed.loss, 3.0)
    out, cache = module.forward(3.0)
    assert out == installed.loss(3.0) == 45.0
    assert np.isclose(module.backward(1.0, cache), 8 * 3.0 + 2 * 3.0)


def test_from_outside_it_stays_a_library(installed: ModuleType) -> None:
    outside = importlib.import_module("outside")
    for function, name in ((outside.loss, "in_units"), (outside.waiting, "later")):
        with pytest.raises(codegen.CodegenError, match=f"no gate fits {name}"):
            codegen.generate(function, 3.0)


def test_a_formula_of_an_installed_package_is_written_out(installed: ModuleType) -> None:
    outside = importlib.import_module("outside")
    w, mu = np.array([0.2, 0.5]), np.array([1.0, 3.0])
    module = codegen.generate(outside.portfolio, w, mu)
    assert "measures" not in module.source
    dw, dmu = module.backward(1.0, module.forward(w, mu)[1])
    assert np.allclose(dmu, w / 0.7)
    assert np.allclose(dw, mu / 0.7 - w @ mu / 0.49)


def test_the_packages_whose_functions_have_gates_are_no_home() -> None:
    assert followed.home_of(np.linalg.norm) == ""
    assert followed.home_of(test_from_outside_it_stays_a_library) == ""
