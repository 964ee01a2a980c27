"""Judges a generated pair against its forward function. In: a case. Out: a `Verdict`.

Nothing here uses codegen.check: values are compared with the function itself, gradients with central
differences of `numeric`, and the promises of a backward pass (nothing changed, nothing shared, twice
the same) are tried one by one.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import enum
import inspect
import itertools
import random
import signal
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import codegen
from tests.cases import Call, Case, Raises, numeric
from tests.cases.numeric import at, float_paths

TOLERANCE = 2e-6


@dataclass(frozen=True)
class Verdict:
    """What became of a case: right, refused, check (the tool's own check failed), wrong, crash."""

    outcome: str
    detail: str = ""
    text: str = ""
    module: Any = None


class Wrong(Exception):
    """What the generated pair got wrong."""


class TooLong(BaseException):
    """The time for one case is over; no `except Exception` on the way may swallow it."""


@contextlib.contextmanager
def limit(seconds: int) -> Iterator[None]:
    """Raise `TooLong` in the block after so many seconds of processor time, whatever else the machine does."""

    def stop(signum: int, frame: Any) -> None:
        raise TooLong(f"no answer after {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def judge(case: Case) -> Verdict:
    """Generate at the example, try the pair there and at all other arguments."""
    example = case.example
    kept = copy.deepcopy((example.args, example.kwargs))
    np.random.seed(0)
    random.seed(0)
    try:
        wrt = {} if case.wrt is None else {"wrt": case.wrt}
        args, kwargs = copy.deepcopy((example.args, example.kwargs))
        module = codegen.generate(case.function, *args, **wrt, **kwargs)
    except codegen.CodegenError as error:
        kinds = {"CheckError": "check", "InternalError": "crash"}
        failures = error.report.failures if isinstance(error, codegen.CheckError) else ()
        detail = failures[0] if failures else first_line(error)
        return Verdict(kinds.get(type(error).__name__, "refused"), detail, str(error))
    except Exception as error:
        return Verdict("crash", f"generate: {type(error).__name__}: {first_line(error)}")
    try:
        if not same(kept, (args, kwargs)):
            raise Wrong("generate changed its arguments")
        for k, call in enumerate([example, *case.other]):
            try_pair(module, case, call, f"other[{k - 1}]" if k else "example")
        for k, (call, wanted) in enumerate(case.exact):
            equal_exactly(module, call, wanted, f"exact[{k}]")
        for k, call in enumerate(case.guarded):
            try_guard(module, call, f"guarded[{k}]")
    except Wrong as error:
        return Verdict("wrong", str(error))
    except Exception as error:
        return Verdict("crash", f"{type(error).__name__}: {first_line(error)}")
    return Verdict("right", module=module)


def equal_exactly(module: Any, call: Call, wanted: dict[str, Any], where: str) -> None:
    """Raise `Wrong` unless a dout of ones gives the gradients that are written down."""
    with np.errstate(all="ignore"):
        out, cache = module.forward(*copy.deepcopy(call.args), **copy.deepcopy(call.kwargs))
        grads = module.backward(np.ones_like(out) if np.ndim(out) else 1.0, cache)
    grads = dict(zip(module.wrt, grads if len(module.wrt) > 1 else (grads,), strict=True))
    for name, want in wanted.items():
        if not np.allclose(grads[name], want, rtol=1e-9, atol=1e-12, equal_nan=True):
            raise Wrong(f"at {where}: d{name} is {short(grads[name])}, not {short(want)}")


def first_line(error: BaseException) -> str:
    """The first line of an error's text."""
    return (str(error).splitlines() or [""])[0]


def try_pair(module: Any, case: Case, call: Call, where: str) -> None:
    """Raise `Wrong` at the first promise the pair breaks at these arguments."""
    try:
        Trial(module, case, call).run()
    except Wrong as error:
        raise Wrong(f"at {where}: {error}") from None
    except Exception as error:
        text = f"at {where}: {type(error).__name__}: {first_line(error)}"
        raise Wrong(text) from error


def try_guard(module: Any, call: Raises, where: str) -> None:
    """Raise `Wrong` unless the forward function raises at these arguments what it should."""
    try:
        module.forward(*copy.deepcopy(call.args), **copy.deepcopy(call.kwargs))
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        if call.words not in text:
            raise Wrong(f"at {where}: {text!r} does not say {call.words!r}") from error
    else:
        raise Wrong(f"at {where}: no guard raises {call.words!r}")


def problem(case: Case, verdict: Verdict) -> str:
    """What is not as the case states; nothing if all is."""
    found = f"{verdict.outcome}: {verdict.detail}"
    if not case.refused:
        return "" if verdict.outcome == "right" else found
    if verdict.outcome not in ("refused", "check"):
        return f"not refused, but {found}"
    return "" if case.refused in verdict.text else f"{case.refused!r} is not in {verdict.text!r}"


class Trial:
    """One pair at one set of arguments."""

    def __init__(self, module: Any, case: Case, call: Call) -> None:
        self.module, self.case = module, case
        self.function, self.call = numeric.plain(case.function, call)
        if module.convention.only_updates:
            self.function = numeric.updates(self.function, module.convention.outputs)
        self.arguments = numeric.bound(self.function, self.call)
        self.wrt = self.names()
        self.random = np.random.default_rng(231)

    def names(self) -> tuple[str, ...]:
        """The differentiable arguments by name, as the module says; all asked for must be there."""
        names: tuple[str, ...] = tuple(self.module.wrt)
        if self.case.wrt is not None and names != self.case.wrt:
            raise Wrong(f"wrt is {names}, asked for {self.case.wrt}")
        if self.case.wrt is None:
            given = numeric.bound(self.case.function, self.case.example).arguments
            passed = [n for n, v in given.items() if any(True for _ in float_paths(v))]
            needed = [n for n in passed if n not in self.defaults()]
            missing = [n for n in needed if n not in names]
            if missing:
                raise Wrong(f"no gradient on {', '.join(missing)}: wrt is {names}")
        return names

    def defaults(self) -> set[str]:
        """Parameters the example leaves at their defaults."""
        arguments = numeric.bound(self.case.function, self.case.example)
        return {
            name
            for name, p in arguments.signature.parameters.items()
            if arguments.arguments.get(name) is p.default
        }

    def run(self) -> None:
        """Forward, backward twice, and everything that can be compared."""
        args, kwargs = copy.deepcopy((self.call.args, self.call.kwargs))
        own = inspect.BoundArguments(
            self.arguments.signature, copy.deepcopy(self.arguments.arguments)
        )
        np.random.seed(0)
        random.seed(0)
        want = self.want = self.function(*own.args, **own.kwargs)
        named = {**own.kwargs, **own.arguments}
        left = own.args[: len(args)], {name: named[name] for name in kwargs}
        np.random.seed(0)
        random.seed(0)
        forward = self.module.forward
        out, cache = getattr(forward, "__func__", forward)(*args, **kwargs)
        if not same(left, (args, kwargs)):
            raise Wrong("the forward pass leaves other arguments than the function")
        kept = copy.deepcopy((args, kwargs))
        equal_values(out, want)
        dout = self.upstream(out)
        kept_dout, kept_cache = copy.deepcopy(dout), copy.deepcopy(cache)
        grads = self.module.backward(dout, cache)
        first = copy.deepcopy(grads)
        shared(grads, (args, kwargs, dout, cache))
        for what, now, before in [
            ("the arguments", (args, kwargs), kept),
            ("dout", dout, kept_dout),
            ("the cache", cache, kept_cache),
        ]:
            if not same(now, before):
                raise Wrong(f"{what} changed")
        if not same(self.module.backward(dout, cache), first):
            raise Wrong("the second backward pass gives other gradients")
        self.without_axes(dout, cache, first)
        if len(self.wrt) == 1:
            first = (first,)
        if not isinstance(first, tuple) or len(first) != len(self.wrt):
            raise Wrong(f"{len(self.wrt)} gradients wanted, got {type(first).__name__}")
        for name, grad in zip(self.wrt, first, strict=True):
            self.compare(name, grad, dout)
        switched(self.alike(args, kwargs), set())
        again = list(floats(self.module.backward(dout, cache)))
        if not same(again, list(floats(first))):
            raise Wrong("the backward pass reads what the caller has changed since")

    def alike(self, args: Any, kwargs: dict[str, Any]) -> list[Any]:
        """The arguments of the types that they have in the example."""
        example = self.case.example
        pairs = (
            list(zip(args, example.args))
            if len(args) == len(example.args)
            else [(a, a) for a in args]
        )
        pairs += [(value, example.kwargs.get(name, value)) for name, value in kwargs.items()]
        return [value for value, known in pairs if type(value) is type(known)]

    def without_axes(self, dout: Any, cache: Any, grads: Any) -> None:
        """Once more with arrays instead of numbers, as `np.ones_like(out)` gives them: they do not change either."""
        if any(array.dtype != np.float64 for array in arrays(arrays_of(self.want))):
            return  # a number is of no precision, an array is
        given = arrays_of(dout)
        kept = copy.deepcopy(given)
        again = self.module.backward(given, cache)
        if not same(given, kept):
            raise Wrong("a dout that is an array without axes changed")
        if not same(arrays_of(again), arrays_of(grads)):
            raise Wrong("a dout that is an array without axes gives other gradients")

    def upstream(self, out: Any) -> Any:
        """A random dout of the structure of out."""
        if isinstance(out, dict):
            return type(out)((k, self.upstream(v)) for k, v in out.items())
        if isinstance(out, tuple) and hasattr(out, "_fields"):
            return type(out)(*map(self.upstream, out))
        if isinstance(out, (list, tuple, deque)):
            return type(out)(map(self.upstream, out))
        if dataclasses.is_dataclass(out):
            parts = {f.name: getattr(out, f.name) for f in dataclasses.fields(out)}
            return dataclasses.replace(out, **{k: self.upstream(v) for k, v in parts.items()})
        if is_object(out):
            return with_attributes(out, self.upstream)
        if isinstance(out, np.ndarray):
            kind = out.dtype if np.issubdtype(out.dtype, np.floating) else np.float64
            return np.asarray(self.random.standard_normal(out.shape)).astype(kind)
        return float(self.random.standard_normal())

    def compare(self, name: str, grad: Any, dout: Any) -> None:
        """Structure, shape, dtype and numbers of the gradient on one argument."""
        start = numeric.steps(name)
        value = at(self.arguments.arguments, start)
        if value is None and grad is not None:
            raise Wrong(f"d{name} is {short(grad)}, not None")
        for path in float_paths(value):
            label = "d" + name + "".join(f"[{k!r}]" for k in path)
            leaf, got = at(value, path), container(value, grad, path, label)
            if got is None or np.shape(got) != np.shape(leaf):
                raise Wrong(f"{label} has shape {np.shape(got)}, not {np.shape(leaf)}")
            # the machine's byte order, whatever that of the argument is
            kind = getattr(leaf, "dtype", np.dtype(np.float64)).newbyteorder("=")
            got_kind = np.asarray(got).dtype.newbyteorder("=")
            if got_kind != kind:
                raise Wrong(f"{label} is {got_kind}, not {kind}")
            if isinstance(leaf, np.ndarray) and leaf.ndim and not isinstance(got, np.ndarray):
                raise Wrong(f"{label} is a {type(got).__name__}, not an array")
            wide = numeric.widened(dout)
            want = numeric.gradient(self.function, self.call, (*start, *path), wide)
            equal_gradients(label, np.asarray(got, np.float64), want, kind)


def is_object(value: Any) -> bool:
    """Whether a value is an object of a class of the case's own."""
    return hasattr(value, "__dict__") and type(value).__module__ not in ("builtins", "numpy")


def with_attributes(value: Any, change: Callable[[Any], Any]) -> Any:
    """A copy of an object with other things in its attributes, as far as these have floats inside."""
    twin = copy.copy(value)
    for name, part in vars(value).items():
        if any(True for _ in numeric.output_paths(part)):
            setattr(twin, name, change(part))
    return twin


def arrays_of(value: Any) -> Any:
    """The same structure with arrays in place of numbers."""
    if isinstance(value, dict):
        return {k: arrays_of(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, deque)):
        return tuple(map(arrays_of, value))
    if dataclasses.is_dataclass(value):
        parts = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **{k: arrays_of(v) for k, v in parts.items()})
    if is_object(value):
        return with_attributes(value, arrays_of)
    return np.asarray(value) if isinstance(value, float | np.floating) else value


def container(value: Any, grad: Any, path: tuple[Any, ...], label: str) -> Any:
    """The gradient's leaf at the path; its containers must be those of the value."""
    for key in path:
        if dataclasses.is_dataclass(value):
            if type(grad) is not type(value):
                raise Wrong(f"{label}: a {type(grad).__name__} for a {type(value).__name__}")
            value, grad = getattr(value, key), getattr(grad, key)
            continue
        kinds = {dict: dict, list: list, tuple: tuple, deque: list}
        builtin = next(kind for t, kind in kinds.items() if isinstance(value, t))
        if not isinstance(grad, builtin):
            raise Wrong(f"{label}: a {type(grad).__name__} for a {builtin.__name__}")
        if builtin is not dict and len(grad) != len(value):
            raise Wrong(f"{label}: {len(grad)} items for {len(value)}")
        if builtin is dict and key not in grad:
            raise Wrong(f"{label} is missing")
        value, grad = value[key], grad[key]
    return grad


def equal_gradients(label: str, got: Any, want: Any, kind: Any) -> None:
    """Raise `Wrong` where got differs from want; kinks (nan in want) are left out."""
    smooth = ~np.isnan(want)
    scale = max(0.1, float(np.max(np.abs(want[smooth]), initial=0.0)))
    bound = TOLERANCE if kind == np.float64 else 2e-3 if kind == np.float32 else 0.1
    error = np.abs(got - want)[smooth]
    if not np.all(error <= bound * scale):
        worst = float(np.max(error)) / scale
        raise Wrong(f"{label} is wrong by {worst:.1e}: {short(got)}, numeric {short(want)}")


def switched(value: Any, seen: set[int]) -> Any:
    """Give the containers and objects in a value other words, counts and switches, and return what is to stand for it."""
    if id(value) in seen or isinstance(value, type):
        return value
    seen.add(id(value))
    if isinstance(value, dict):
        value.update({key: switched(item, seen) for key, item in value.items()})
    elif isinstance(value, list):
        value[:] = [switched(item, seen) for item in value]
    elif isinstance(value, tuple):
        for item in value:
            switched(item, seen)
    elif isinstance(value, bool):
        return not value
    elif isinstance(value, int | str):
        return value + type(value)(1)
    elif hasattr(value, "__dict__") and not callable(value) and not isinstance(value, enum.Enum):
        for name, item in vars(value).items():
            with contextlib.suppress(AttributeError):  # of a frozen dataclass
                setattr(value, name, switched(item, seen))
    return value


def floats(value: Any) -> Iterator[Any]:
    """All floats and arrays in a gradient, without the other fields of a dataclass, which are the argument's own."""
    if isinstance(value, float | np.floating | np.ndarray):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from floats(item)
    elif isinstance(value, list | tuple | deque):
        for item in value:
            yield from floats(item)
    elif hasattr(value, "__dict__"):
        yield from floats(vars(value))


def short(array: Any) -> str:
    """The first numbers of an array."""
    flat = np.ravel(array)
    text = " ".join(f"{v:.4g}" for v in itertools.islice(flat, 4))
    return f"[{text}{' ...' if flat.size > 4 else ''}]"


def equal_values(out: Any, want: Any) -> None:
    """Raise `Wrong` unless the forward pass gives what the function gives."""
    if isinstance(want, dict):
        if not isinstance(out, dict) or list(out) != list(want):
            raise Wrong("out has other keys")
        for key in want:
            equal_values(out[key], want[key])
    elif isinstance(want, (list, tuple, deque)):
        if type(out) is not type(want) or len(out) != len(want):
            raise Wrong(f"out is a {type(out).__name__}, not a {type(want).__name__}")
        for a, b in zip(out, want, strict=True):
            equal_values(a, b)
    elif dataclasses.is_dataclass(want):
        if type(out) is not type(want):
            raise Wrong(f"out is a {type(out).__name__}, not a {type(want).__name__}")
        equal_values(*([getattr(v, f.name) for f in dataclasses.fields(want)] for v in (out, want)))
    elif is_object(want) and not isinstance(want, (float, np.ndarray, np.generic)):
        if type(out) is not type(want):
            raise Wrong(f"out is a {type(out).__name__}, not a {type(want).__name__}")
        equal_values(vars(out), vars(want))
    elif isinstance(want, (str, int, bool)) and out != want:
        raise Wrong(f"out is {out!r}, not {want!r}")
    elif isinstance(want, (float, np.ndarray, np.generic)):
        if np.shape(out) != np.shape(want):
            raise Wrong(f"out has shape {np.shape(out)}, not {np.shape(want)}")
        if np.asarray(out).dtype != np.asarray(want).dtype:
            raise Wrong(f"out is {np.asarray(out).dtype}, not {np.asarray(want).dtype}")
        if not np.allclose(out, want, rtol=1e-12, atol=1e-14, equal_nan=True):
            raise Wrong(f"out is {short(out)}, not {short(want)}")


def same(a: Any, b: Any, above: tuple[int, ...] = ()) -> bool:
    """Whether two values are equal to the bit, containers and all; an object inside itself is looked at once."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k], above) for k in a)
    if isinstance(a, (list, tuple, deque)):
        return len(a) == len(b) and all(same(u, v, above) for u, v in zip(a, b))
    if isinstance(a, (np.ndarray, np.generic, float)):
        nan_possible = np.issubdtype(np.asarray(a).dtype, np.inexact)
        return bool(np.array_equal(a, b, equal_nan=bool(nan_possible)))
    if isinstance(a, (int, str, type(None))):
        return bool(a == b)
    if hasattr(a, "__dict__") and not callable(a):
        return id(a) in above or same(vars(a), vars(b), (*above, id(a)))
    return True


def arrays(value: Any, above: tuple[int, ...] = ()) -> Iterator[np.ndarray]:
    """All arrays in a value."""
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            for item in value.flat:
                yield from arrays(item, above)
        elif value.size:
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from arrays(item, above)
    elif isinstance(value, (list, tuple, deque)):
        for item in value:
            yield from arrays(item, above)
    elif hasattr(value, "__dict__") and not callable(value) and id(value) not in above:
        yield from arrays(vars(value), (*above, id(value)))


def shared(grads: Any, others: Any) -> None:
    """Raise `Wrong` if a gradient is not its receiver's own: it shares memory, or cannot be written to."""
    made = list(arrays(grads))
    if not all(array.flags.writeable for array in made):
        raise Wrong("a gradient cannot be written to")
    for a, b in itertools.combinations(made, 2):
        if np.shares_memory(a, b):
            raise Wrong("two gradients share memory")
    for what, value in zip(("arguments", "keywords", "dout", "cache"), others, strict=True):
        for grad, array in itertools.product(made, arrays(value)):
            if np.shares_memory(grad, array):
                raise Wrong(f"a gradient shares memory with the {what}")
