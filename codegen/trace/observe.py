"""Observing: function and arguments go in; out comes what one run on them has seen of every place.

>>> from examples.notes import compound
>>> trace = observe(compound, (-2.0, 5.0, -4.0), {})
>>> trace.run.fact(trace.tree.body[0].value).sample
3.0
"""

from __future__ import annotations

import builtins
import difflib
import inspect
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from types import FrameType, FunctionType
from typing import Any

from codegen.errors import CodegenError, Location, TraceError, said
from codegen.process import ExitedError, alone, staying
from codegen.pytree import Call
from codegen.trace.blame import blamed
from codegen.trace.facts import Behind, holds_objects
from codegen.trace.forced import copied, force, once_more
from codegen.trace.grown import with_later_trips, with_level_lists
from codegen.trace.outer import arguments_of, may_be_differentiated
from codegen.trace.paths import steps_of, value_at
from codegen.trace.read import no_source, source_of, with_parameters
from codegen.trace.run import Run, Trace
from codegen.trace.shown import mixed_loops, shown_twice


def observe(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    inputs: Sequence[str] = (),
    others: Sequence[Call] = (),
    *,
    keeps_rank: bool = False,
    keeps_types: bool = False,
) -> Trace:
    """Run `function` and return its trace; `TraceError` if it raises. Sides of branches not taken are run as well,
    on fresh arguments or on those of `others`, which take them by themselves. Of a place with values of several
    ranks the largest is the sample, or the example's own; sides for values of other types than the example's may be
    left out.
    """
    if not isinstance(function, FunctionType):
        raise no_source(function)
    if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
        source = source_of(function)
        raise source.refuse(
            source.tree,
            f"{source.name} is a generator or a coroutine",
            "Write it as an ordinary function that returns its value.",
        )
    function = with_parameters(function)
    fresh = (args, dict(kwargs))  # never handed out: the function may change what it is given
    state = Run(behind=Behind(keeps_rank=keeps_rank), keeps_types=keeps_types)
    trace = attempt(state, function, copied(fresh), fresh, inputs, others)
    while True:
        old = trace.run
        spread, mixed = old.spread, old.mixed
        if not old.again:
            spread, mixed = shown_twice(trace), mixed_loops(trace)
            if (spread, mixed) == (old.spread, old.mixed):
                break
        state = Run(
            apart=old.apart,
            varied=old.varied,
            split=old.split,
            spread=spread,
            mixed=mixed,
            behind=Behind(keeps_rank=keeps_rank),
            keeps_types=keeps_types,
        )
        trace = attempt(state, function, copied(fresh), fresh, inputs, others)
    with_level_lists(trace)
    with_later_trips(trace)
    for name, given in arguments_of(function, *fresh).items():
        if holds_objects(given):
            trace.values[name] = given  # as it was before the function changed it
    return trace


def attempt(
    state: Run,
    function: FunctionType,
    given: Call,
    fresh: Call,
    inputs: Sequence[str],
    others: Sequence[Call],
) -> Trace:
    """Run a function on the example, and for the sides not taken."""
    args, kwargs = given
    named = arguments_of(function, args, kwargs)
    may_be = may_be_differentiated(function, named) | set(inputs)
    state.counting = frozenset(map(type, owners(inputs, named)))
    trace = state.open(function, None, may_be, named)
    try:
        with alone(), staying(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=RuntimeWarning, module="codegen")
            state.enter(trace, function, args, kwargs, named)
    except CodegenError:
        raise
    except Exception as error:
        lists = [n for n, given in arguments_of(function, *fresh).items() if type(given) is list]
        raise failure(error, trace, raised(function, fresh), lists) from error
    state.natural = {key: set(fact.truths) for key, fact in state.facts.items() if fact.truths}
    state.seen_first = frozenset(key for key, fact in state.facts.items() if fact.visits)
    for other in others:
        once_more(state, trace, function, other)
    force(state, trace, function, fresh)
    return trace


def owners(inputs: Sequence[str], given: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the objects on the way to what is differentiated."""
    for root, steps in map(steps_of, inputs):
        for place in range(len(steps) or 1):
            yield value_at(given.get(root), steps[:place])


def raised(function: FunctionType, fresh: Call) -> Exception | None:
    """Return what a function, as its author wrote it, raises on the example; None if it runs."""
    args, kwargs = copied(fresh)
    try:
        with alone(), staying():
            function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001  # whatever it raises
        return error
    return None


def failure(
    error: Exception, trace: Trace, plain: Exception | None, lists: Sequence[str]
) -> CodegenError:
    """Return the error that says where in the user's file the function raised, or its twin alone."""
    source = trace.source
    shown: BaseException = plain or error
    shown = shown.__cause__ or shown if isinstance(shown, ExitedError) else shown
    spot, near = None, ""
    at = shown.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        if code.co_filename == source.path:
            line, column = next(islice(code.co_positions(), at.tb_lasti // 2, None))[::2][:2]
            line = line or at.tb_lineno
            text = source.lines[line - 1] if line <= len(source.lines) else ""
            start = len(text.encode()[: column or 0].decode(errors="ignore"))
            start = max(start, len(text) - len(text.lstrip()))
            spot = Location(code.co_name, os.path.basename(source.path), line, start, text)
            near = meant(shown, at.tb_frame)
        at = at.tb_next
    if plain is None:
        return blamed(error, (), spot)
    if lists and isinstance(shown, TypeError | AttributeError):
        near = f"{lists[0]} is a list here, and stays one; an array is written np.array([...]). "
    return TraceError(
        f"{source.name} raised {type(shown).__name__} on the example inputs: {said(plain)}",
        advice=f"{near}Call the function itself on these inputs first; it must run before it can be differentiated.",
        location=spot,
    )


def meant(error: BaseException, frame: FrameType) -> str:
    """Return a question after the name that was meant where one is not known."""
    name = getattr(error, "name", None)
    if not isinstance(name, str):
        return ""
    if isinstance(error, AttributeError):
        known = dir(error.obj)
    elif isinstance(error, NameError):
        known = [*frame.f_locals, *frame.f_globals, *vars(builtins)]
    else:
        return ""
    close = difflib.get_close_matches(name, {*known} - {name}, n=1)
    return f"Did you mean {close[0]}? " if close else ""
