"""Backpropagation as source code: a NumPy function goes in, a checked module with the backward pass comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from codegen import gates as _gates
from codegen.check.state import State
from codegen.emit.program import program
from codegen.emit.text import emit
from codegen.errors import (
    CheckError,
    CodegenError,
    InternalError,
    MissingExampleError,
    MissingGateError,
    TraceError,
    UnsupportedError,
    UsageError,
    internal,
)
from codegen.gates.table import gate
from codegen.inputs.example import example
from codegen.lower.statements import lower
from codegen.module import Module, checked, place_of
from codegen.trace.collector import without_collector
from codegen.trace.convention import Conventions
from codegen.trace.differentiable import differentiable, subject
from codegen.trace.observe import run
from codegen.version import __version__

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
    "example",
    "gate",
    "generate",
]
_gates.load()


def generate(
    function: Callable[..., Any],
    *args: Any,
    wrt: str | Sequence[str] | None = None,
    style: str = "assignment",
    outputs: str | int | Sequence[str | int] | None = None,
    **kwargs: Any,
) -> Module:
    """Return the module that backpropagates through a function.

    Parameters
    ----------
    function : function
        The forward function, written in NumPy.
    *args, **kwargs
        Example inputs; the module is right for every other size of the same rank.
    wrt : str or sequence of str, optional
        The arguments to differentiate; by default those that are floats, float arrays, or containers of them.
    style : {"assignment", "notes"}
        A pair of functions, or one function with numbered stages.
    outputs : str, int or sequence of them, optional
        Which parts of what the function returns count, by name or place. By default all of them, but for a later
        part that only holds what a backward pass reads, as in `return out, cache`.

    Returns
    -------
    Module

    Raises
    ------
    CodegenError
        If the function uses something that cannot be differentiated rightly; the error says where. A `CheckError`
        if the gradients turn out wrong: a module that fails the numeric check is never returned.
    """
    try:
        plain, whole = subject(function, args)
        convention = Conventions().of(plain, outputs)
        plain = convention.function
        is_method = len(whole) > len(args)
        example_args, example_kwargs, inputs = differentiable(plain, whole, kwargs, wrt, is_method)
        with State(plain), without_collector():
            trace, _ = run(plain, example_args, example_kwargs, inputs)
        with without_collector():
            circuit = lower(trace, inputs)
            made = program(circuit)
            source = emit(made, style)
        module = Module(function, args, kwargs, tuple(inputs), style, source, convention)
        frozen = module.check().frozen
        if frozen:
            # right for these values alone: the module says so where it is called with others
            source = emit(made.guarded(frozen), style)
            module = Module(function, args, kwargs, tuple(inputs), style, source, convention)
        return checked(module)
    except CodegenError:
        raise
    except Exception as error:
        raise internal(error, place_of(function)) from error


def load_ipython_extension(ipython: Any) -> None:
    """Add the cell magic `%%backprop` to a notebook: `%load_ext codegen`."""
    from codegen.handout.magic import register

    register(ipython, generate)
