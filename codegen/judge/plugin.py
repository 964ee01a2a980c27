"""The judge in pytest. In: tests and modules. Out: tests that fail with the report of the judge.

`assert_backward` is a fixture, and `pytest --judge mypackage` makes a test of every pair of a package: a function with
an example and, beside it, one with the same name and `_backward` or `_grad` behind it. The same is done for one test
module by `pytestmark = pytest.mark.backward_pairs("mypackage.layers")`. With `--judge-format prairielearn` and
`--judge-file results.json` the scores of all pairs are written as a grader reads them, one point each.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from codegen.emit.destination import write
from codegen.inputs import example_inputs, has_example
from codegen.judge.asserting import assert_backward as asserted
from codegen.judge.asserting import check
from codegen.judge.formats import Asked, Score, rendered, scored
from codegen.judge.options import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable

SCORES = pytest.StashKey[list[Score]]()
SUFFIXES = ("_backward", "_bwd", "_grad", "_gradient", "_jac", "_jacobian", "_hessian", "_prime")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("codegen")
    group.addoption(
        "--judge",
        action="append",
        default=[],
        metavar="PACKAGE",
        help="judge every hand-written backward function of a package that stands beside its forward function",
    )
    group.addoption("--judge-format", choices=FORMATS, default="json", help="of --judge-file")
    group.addoption("--judge-file", metavar="FILE", help="write the scores of the pairs")


def pytest_configure(config: pytest.Config) -> None:
    """Add the mark, and the list of scores."""
    scores: list[Score] = []
    config.stash[SCORES] = scores
    config.addinivalue_line(
        "markers", "backward_pairs(module): judge every backward function of a module or package"
    )


@pytest.fixture(name="assert_backward")
def assert_backward_fixture() -> Callable[..., None]:
    """Return the assertion that a hand-written derivative is right."""
    return asserted


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add a test for each pair of the packages that were named."""
    names = dict.fromkeys(config.getoption("--judge"))
    for item in items:
        for mark in item.iter_markers("backward_pairs"):
            names |= dict.fromkeys(str(name) for name in mark.args)
    here = str(config.invocation_params.dir)
    if names and here not in sys.path:
        sys.path.append(here)  # as `python -m pytest` does
    for name in names:
        parent = Pairs.from_parent(session, name=f"judge[{name}]", nodeid=f"judge[{name}]")
        items += [Pair.of(parent, *pair) for pair in pairs(name)]


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--judge-file")
    if path:
        form = session.config.getoption("--judge-format")
        scores = session.config.stash[SCORES]
        write(path, rendered(scores, form) + "\n")


class Pairs(pytest.Collector):
    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Return nothing: the items are added when everything else is collected."""
        return []


class Pair(pytest.Item):
    function: Callable[..., Any]
    derivative: Callable[..., Any]

    @classmethod
    def of(cls, parent: pytest.Collector, name: str, function: Any, derivative: Any) -> Pair:
        made: Pair = cls.from_parent(parent, name=name)
        made.function, made.derivative = function, derivative
        return made

    def runtest(self) -> None:
        inputs = example_inputs(self.function)
        found = check(self.function, self.derivative, *inputs.args, **inputs.kwargs)
        asked = Asked(self.function.__module__, inputs.args, inputs.kwargs)
        self.config.stash[SCORES].append(scored(found, 1.0, asked=asked))
        if not found.ok:
            raise AssertionError(str(found))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Return the report alone."""
        return str(excinfo.value).strip()

    def reportinfo(self) -> tuple[str, int | None, str]:
        code = self.derivative.__code__
        return code.co_filename, code.co_firstlineno - 1, self.name


def pairs(name: str) -> Iterator[tuple[str, Callable[..., Any], Callable[..., Any]]]:
    """Yield the name, the function and the derivative of every pair of a module or package."""
    for module in modules(name):
        for key, function in sorted(vars(module).items()):
            if not callable(function) or getattr(function, "__module__", "") != module.__name__:
                continue
            for suffix in SUFFIXES:
                derivative = getattr(module, key.removesuffix("_forward") + suffix, None)
                if callable(derivative) and has_example(function):
                    yield f"{module.__name__}.{derivative.__name__}", function, derivative


def modules(name: str) -> Iterator[ModuleType]:
    """Yield a module, and those below it if it is a package."""
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in (name, name.partition(".")[0]):
            raise
        raise pytest.UsageError(f"--judge {name}: {error}; is its folder on the path?") from error
    yield module
    for found in pkgutil.walk_packages(getattr(module, "__path__", []), f"{name}."):
        yield importlib.import_module(found.name)
