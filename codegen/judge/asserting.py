"""The judge as a function and as an assertion. In: `f, f_backward, *args`. Out: a report, or an `AssertionError`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from codegen.judge.judging import judge
from codegen.judge.report import Judgement


def check(
    function: Callable[..., Any],
    derivative: Callable[..., Any],
    *args: Any,
    wrt: str | Sequence[str] | None = None,
    form: str | None = None,
    forward: Callable[..., Any] | None = None,
    **kwargs: Any,
) -> Judgement:
    """Judge a hand-written derivative by numbers, and say where it is wrong first.

    Parameters
    ----------
    function : callable
        The forward function.
    derivative : callable
        Its derivative: `f_backward(dout, cache)`, a gradient, a Jacobian, a method of a layer and other forms; the
        forward function itself, if it returns its gradient too.
    *args, **kwargs
        The example that both are tried with; other values and sizes are made from it.
    wrt : str or sequence of str, optional
        The arguments that it is the derivative by.
    form : str, optional
        How it is meant, where that cannot be told: "pair", "value_and_grad", "gradient", "elementwise", "jacobian",
        "hessian" or "second".
    forward : callable, optional
        The forward half that makes its cache; found by its name otherwise.

    Returns
    -------
    Judgement
        Its `ok` says whether all is right, its text is the report.

    Raises
    ------
    UsageError
        If it cannot be told how to call the derivative.

    Examples
    --------
    >>> def square(x):
    ...     return x * x
    >>> def square_backward(dout, cache):
    ...     x = cache
    ...     return 2 * x * dout
    >>> check(square, square_backward, 3.0, forward=lambda x: (x * x, x)).ok
    True
    """
    return judge(function, derivative, args, kwargs, wrt, form, forward)


def assert_backward(
    function: Callable[..., Any],
    derivative: Callable[..., Any],
    *args: Any,
    wrt: str | Sequence[str] | None = None,
    form: str | None = None,
    forward: Callable[..., Any] | None = None,
    **kwargs: Any,
) -> None:
    """Raise an AssertionError with the report unless a hand-written derivative is right; parameters as in `check`."""
    __tracebackhide__ = True
    found = judge(function, derivative, args, kwargs, wrt, form, forward)
    if not found.ok:
        raise AssertionError(f"\n{found}")
