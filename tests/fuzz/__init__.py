"""Random forward functions as source text. In: a source of choices. Out: a `Program`.

`straight` makes straight-line array programs, `control` and `mixed` programs with loops, branches and buffers, `public` what public
code consists of, `sides` one statement on a side that the example does not take;
`judged` writes a program to a module file, so that its source can be read, and judges it; `judged_quickly` judges it as it is before the
tool's own check has seen it, which takes a quarter of the time.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import importlib.util
import linecache
import pathlib
import random
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np

from codegen.check.report import Report
from codegen.module import Module
from tests.cases import Call, Case, numeric

T = TypeVar("T")

HARMLESS = ("right", "discarded", "guarded", "refused")


class Choices(Protocol):
    """Where a generator's decisions come from: a `random.Random`, say."""

    def choice(self, options: Sequence[T], /) -> T:
        """One of the options."""

    def randint(self, low: int, high: int, /) -> int:
        """An integer, both ends included."""

    def random(self) -> float:
        """A number in [0, 1)."""


@dataclass(frozen=True)
class Program:
    """A module's text with a function `f`, the example it is traced on and other arguments."""

    text: str
    example: tuple[Any, ...]
    other: tuple[tuple[Any, ...], ...]


def loaded(program: Program, folder: pathlib.Path) -> Any:
    """The function `f` of the program, from a module file written into the folder."""
    name = "fuzz_" + hashlib.sha1(program.text.encode()).hexdigest()[:12]
    path = folder / f"{name}.py"
    path.write_text(program.text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    linecache.checkcache(str(path))
    spec.loader.exec_module(module)
    return module.f


def tame(f: Any, args: tuple[Any, ...]) -> bool:
    """Whether f runs at the arguments, leaves them alone, and stays finite and moderate."""
    from tests.cases.judge import same

    call = Call(*copy.deepcopy(args))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            out = f(*call.args)
    except (ArithmeticError, Warning, ValueError, IndexError):
        return False
    if not same(call.args, args):
        return False
    leaves = [numeric.at(out, p) for p in numeric.float_paths(out)]
    return bool(leaves) and all(np.max(np.abs(v), initial=0.0) < 1e3 for v in leaves)


def judged(program: Program, folder: pathlib.Path) -> tuple[str, str]:
    """The outcome and its first line: right, refused, check, wrong, crash; guarded; or discarded.

    Guarded is a program that was right wherever it gave numbers and that raised NotImplementedError at another call.
    """
    from tests.cases.judge import Wrong, judge, try_pair

    f = loaded(program, folder)
    if not tame(f, program.example):
        return "discarded", ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        case = Case("fuzz", f, Call(*program.example))
        verdict = judge(case)
        if verdict.outcome != "right":
            return verdict.outcome, verdict.detail
        guard = ""
        for k, args in enumerate(program.other):
            if not tame(f, args):
                continue
            try:
                try_pair(verdict.module, case, Call(*args), f"other[{k}]")
            except Wrong as error:
                if not isinstance(error.__cause__, NotImplementedError):
                    return "wrong", str(error)
                guard = guard or str(error)
    return ("guarded", guard) if guard else ("right", "")


@contextlib.contextmanager
def unchecked() -> Iterator[None]:
    """Hand out modules as they are before the numeric check has seen them."""
    own = Module.check, Module.refusals
    Module.check = lambda self, before=None: Report("f")  # type: ignore[method-assign]
    Module.refusals = lambda self, args, kwargs: {}  # type: ignore[method-assign]
    try:
        yield
    finally:
        Module.check, Module.refusals = own  # type: ignore[method-assign]


def judged_quickly(program: Program, folder: pathlib.Path) -> tuple[str, str]:
    """The outcome of a program before the tool's own check has seen it; behind that check if it is wrong before."""
    with unchecked():
        found = judged(program, folder)
    return found if found[0] in HARMLESS else judged(program, folder)


def from_seed(seed: int) -> random.Random:
    """Choices from a seed."""
    return random.Random(seed)
