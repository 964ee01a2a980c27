"""The numeric check of a generated module. In: the function, its generated pair, an example. Out: a `Report`.

The pair is run as a user would run it, on the example and on a second set of sizes and values: the forward pass
against the function, every gradient against central differences, and the promises (nothing changed, nothing shared,
twice the same).

`session.py` has the steps of one check, `bench.py` makes the trials, each of which is run by `trial.py`, and
`report.py` says what came of them, by the numbers in `tolerances.py`. Other calls than the example: `sizes.py`,
`variations.py`, `values.py`, `unlike.py`, `broadcast.py`, `again.py`; which sizes must agree: `agreement.py`; what may
be left out: `options.py`; sides of tests, by force: `forcing.py`, `twins.py`, which ask `board.py`, `sides.py`; what
lies next to a number: `masks.py`; at zeros: `zeros.py`; in less precision: `narrow.py`. Derivatives: `gradients.py`
compares, `slopes.py` has the differences, `outputs.py` the upstream gradients; `uncounted.py` notes what has none.
`arguments.py`, `calls.py` and `state.py` call the user's function, `promises.py` sees what a pair breaks otherwise.

>>> from codegen.cli.show import after
>>> after("check", "def f(x, w): return x * w", 0.5, 2.0)  # doctest: +ELLIPSIS
gradient check of f: right
...
  judged: 7 of 7 lines
  note: each of x and w was a number when this code was made: gradients are not summed over axes that others have more
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from codegen.check.arguments import bind, naming
from codegen.check.calls import Caller, strictly
from codegen.check.report import Report, Row
from codegen.check.session import Session
from codegen.check.sides import Build
from codegen.check.state import State
from codegen.check.trial import Pair, Trials
from codegen.check.unlike import Unlike
from codegen.process import quiet

__all__ = ["Report", "Row", "check", "refusals"]


class CallablePackage(ModuleType):
    """This package, which users call: `codegen.check(...)`; one import must not hide the other."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Judge a hand-written derivative; see `codegen.judge.asserting.check`."""
        return import_module("codegen.judge.asserting").check(*args, **kwargs)


sys.modules[__name__].__class__ = CallablePackage


def refusals(
    function: Callable[..., Any],
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    wrt: Sequence[str] = (),
    source: str = "",
) -> dict[str, str]:
    """Return the conditions under which arguments of another kind get wrong gradients, with what to say there."""
    call, arguments = bind(function, args, kwargs, wrt)
    with quiet(), State(function, forward, backward) as state:
        strictly(Caller(state), function, call)
        pair = Pair(function, forward, backward, arguments, state, source)
        return Unlike(pair, call, Caller(state), naming(function, call)).conditions()


def check(
    function: Callable[..., Any],
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    wrt: Sequence[str] = (),
    source: str = "",
    build: Build | None = None,
    before: Trials | None = None,
    held: Sequence[str] = (),
) -> Report:
    """Check a generated pair numerically.

    Parameters
    ----------
    function : callable
        The user's forward function.
    forward, backward : callable
        The generated pair: `out, cache = forward(*args)`, `grads = backward(dout, cache)`.
    args, kwargs : sequence, mapping
        The example.
    wrt : sequence of str
        The differentiable arguments in argument order, such as "x" or "self.W".
    source : str, optional
        The text of the module that the pair comes from: lets sides be taken that no call takes.
    build : callable, optional
        Makes the pair from the names that the text defines and the function; by default, it is two of the names.

    before : Trials, optional
        Those of the same pair with fewer guards.
    held : sequence of str, optional
        Attributes that are in `wrt` if what the function gives depends on them.

    Returns
    -------
    Report
    """
    halves = [getattr(half, "__name__", "") for half in (forward, backward)]

    def of_names(
        space: Mapping[str, Any], _: Callable[..., Any]
    ) -> tuple[Callable[..., Any], Callable[..., Any]]:
        return space[halves[0]], space[halves[1]]

    call, arguments = bind(function, args, kwargs or {}, wrt)
    _, others = bind(function, args, kwargs or {}, held) if held else ((), ())
    with quiet() as heard, State(function, forward, backward) as state:
        strictly(Caller(state), function, call)
        session = Session(
            Pair(function, forward, backward, arguments, state, source),
            call,
            build or of_names,
            before=before,
            held=[one.absolute(path) for one in others for path, _ in one.leaves(call)],
        )
        session.run()
        session.kept(heard)
    return session.report()
