"""A function as the passes leave it, for tests of one pass: each calls those before it."""

from collections.abc import Callable
from typing import Any

import codegen
from codegen import gates
from codegen.backward.differentiate import Derived, differentiate
from codegen.backward.finish import Plan, finish
from codegen.backward.remember import Saved, remember
from codegen.ir import Circuit
from codegen.lower.expressions import WireBuilder
from codegen.lower.scope import Point, Scope
from codegen.lower.statements import lower
from codegen.passes import to_stages
from codegen.trace.differentiable import differentiable, subject
from codegen.trace.inline import Inlined, inline
from codegen.trace.observe import observe

gates.load()


def inlined(function: Callable[..., Any], *args: Any, wrt: str | None = None) -> Inlined:
    """The function with calls and objects taken apart."""
    plain, whole = subject(function, args)
    given, kwargs, inputs = differentiable(plain, whole, {}, wrt, False)
    trace = observe(plain, given, kwargs, inputs)
    return inline(trace, inputs)


def builder(function: Callable[..., Any], *args: Any) -> WireBuilder:
    """A builder of wires for expressions of the arguments, which calls no helper."""
    made = inlined(function, *args)
    scope = Scope(made.trace, Point(set(made.inputs)))
    return WireBuilder(scope, lambda sample, node, trace, scope: None)


def circuit(function: Callable[..., Any], *args: Any) -> Circuit:
    """The circuit."""
    return lower(inlined(function, *args))


def stages(function: Callable[..., Any], *args: Any) -> Circuit:
    """The circuit with names for what needs one."""
    return to_stages(circuit(function, *args))


def derived(function: Callable[..., Any], *args: Any) -> Derived:
    """The lines of the backward pass, with placeholders."""
    return differentiate(stages(function, *args))


def saved(function: Callable[..., Any], *args: Any) -> Saved:
    """What the forward pass keeps."""
    return saved_of(stages(function, *args))


def saved_of(staged: Circuit) -> Saved:
    """What the forward pass of a circuit with names keeps."""
    return remember(differentiate(staged))


def plan(function: Callable[..., Any], *args: Any) -> Plan:
    """The backward pass, not yet safe against shared memory."""
    lines = derived(function, *args)
    return finish(lines, remember(lines))


def backward_of(function: Callable[..., Any], *args: Any) -> str:
    """The text of the backward function, as it is written in the end."""
    return codegen.generate(function, *args).source.partition("_backward(")[2]


def lines_of(function: Callable[..., Any], *args: Any) -> list[str]:
    """Its lines, without what is said behind them."""
    text = backward_of(function, *args)
    return [line.strip().partition("  #")[0] for line in text.splitlines()]
