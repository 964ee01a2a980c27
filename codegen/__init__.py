"""Backpropagation as source code: a NumPy function goes in, a checked module with the backward pass comes out.

`generate` is the way in; `example` gives a function the inputs that it is traced with, `gate` adds a gate.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from codegen.errors import (
    CheckError,
    CodegenError,
    InternalError,
    MissingExampleError,
    MissingGateError,
    TraceError,
    UnsupportedError,
    UsageError,
)
from codegen.version import __version__

if TYPE_CHECKING:
    from codegen.inputs.example import example
    from codegen.judge.asserting import assert_backward, check
    from codegen.passes import Module, gate, generate

__all__ = [
    "CheckError",
    "CodegenError",
    "InternalError",
    "MissingExampleError",
    "MissingGateError",
    "Module",
    "TraceError",
    "UnsupportedError",
    "UsageError",
    "__version__",
    "assert_backward",
    "check",
    "example",
    "gate",
    "generate",
]
HOMES = {
    "Module": "codegen.passes",
    "assert_backward": "codegen.judge.asserting",
    "example": "codegen.inputs.example",
    "gate": "codegen.passes",
    "generate": "codegen.passes",
}


def __getattr__(name: str) -> Any:
    """Return a public name whose home is imported when it is first asked for: NumPy takes its time."""
    if name == "check":  # the package of this name can be called
        return import_module("codegen.check")
    if name not in HOMES:
        raise AttributeError(f"module 'codegen' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES, "check"})


def load_ipython_extension(ipython: Any) -> None:
    """Add the cell magic `%%backprop` to a notebook: `%load_ext codegen`."""
    from codegen.handout.magic import register
    from codegen.passes import generate

    register(ipython, generate)
