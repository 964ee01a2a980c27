"""One run of a hand-written derivative. In: the functions, values, an upstream gradient. Out: plain numbers, `Ran`.

Whatever runs code of other people is here, and only plain arrays come out of it: nothing that is judged later can lie
about its equality, its shape or its type.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import random
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from types import FrameType
from typing import Any

import numpy as np

from codegen.errors import EndlessError, UsageError
from codegen.judge.todo import Todo
from codegen.pytree import duplicate, same
from codegen.records import dataclass

SEED = 231
PULLED = "()"  # what is passed to the function that a derivative returns
PARTS = 2_000  # containers and numbers that a result may consist of


@dataclass(frozen=True)
class Other:
    """Something in a result that is no number."""

    kind: str


UNWRITTEN = Other("value that is still to be written")


def module_at(path: str, name: str) -> Any:
    """Return the module of a file under a name; it finds the modules beside it."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} is no module")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Raised:
    """An exception: its type, its text, and the line of the judged file it left from (0 if none is known)."""

    kind: str
    text: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}" if self.text else self.kind


@dataclass(frozen=True)
class Role:
    parameter: str
    kind: str
    """"argument", "upstream", "cache", "output"."""
    name: str = ""
    """For an argument, its name in the forward function; for an upstream gradient or an output, which one of
    several."""


@dataclass(frozen=True)
class Forward:
    """The forward function, called with its arguments by name."""

    function: Callable[..., Any]
    positional: tuple[str, ...]
    """Arguments that are passed by position; the last one may be a starred one."""
    starred: str = ""
    named: tuple[str, ...] = ()
    doubled: str = ""
    """`*args`, keyword-only arguments, `**kwargs`."""
    method: str = ""
    """For a method, its name: the argument `self` holds the object."""
    first: bool = False
    """Whether the value is the first of several results, as in `return loss, grads`."""

    def call(self, values: Mapping[str, Any]) -> Any:
        args = [values[name] for name in self.positional if name in values]
        args += values.get(self.starred, ())
        kwargs = {name: values[name] for name in self.named if name in values}
        kwargs |= values.get(self.doubled, {})
        if self.method:
            return getattr(values["self"], self.method)(*args, **kwargs)
        return self.function(*args, **kwargs)


@dataclass(frozen=True)
class Backward:
    function: Callable[..., Any]
    roles: tuple[Role, ...]
    forward: Forward
    """Its own forward half: what is run before it where it needs a cache or an object's state."""
    cached: bool = False
    """Whether the forward half returns `(out, cache)`."""
    method: str = ""
    """For a method, its name."""

    def parameters(self, *kinds: str) -> list[str]:
        """Return the names of the parameters that take something of some kinds."""
        return [role.parameter.lstrip("*=") for role in self.roles if role.kind in kinds]

    @property
    def pulled(self) -> bool:
        """Whether it returns its backward pass as a function, alone or behind the value."""
        return any(role.parameter == PULLED for role in self.roles)


@dataclass(frozen=True)
class Seen:
    """The value of a variable after a statement: which statement, the variable, an array."""

    statement: int
    label: str
    value: Any


@dataclass(frozen=True)
class Ran:
    outputs: tuple[Any, ...] = ()
    """What the forward half returned, without the cache."""
    result: Any = None
    """What the derivative returned."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """For a method, the arrays that the object holds afterwards, by name such as `dW` or `grads['W']`."""
    raised: Raised | None = None
    changed: tuple[str, ...] = ()
    """What of `dout`, the cache and the arguments is no longer what it was."""
    again: bool = True
    """Whether a second call with the same cache gave the same."""
    seen: tuple[Seen, ...] = ()


class Nowhere(io.TextIOBase):
    """Where the prints of judged code go; no memory is needed for them, however many they are."""

    def write(self, text: str) -> int:
        return len(text)


class NoCacheError(Exception):
    """A backward function wants a cache, and its forward function returns none."""


@dataclass
class Counted:
    """Counts the lines that run in a block, and ends it after so many: a loop that ends here may not end elsewhere."""

    limit: float = float("inf")
    count: int = 0

    def __enter__(self) -> Counted:
        self.before = sys.gettrace()
        sys.settrace(self.follow)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self.before)

    def follow(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Count a line; what the interpreter calls."""
        self.count += 1
        if self.count > self.limit:
            raise EndlessError("the call does not end here")
        return self.follow


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Run the block without prints and warnings, from one and the same random state."""
    numpy_state, python_state = np.random.get_state(), random.getstate()
    try:
        with (
            contextlib.redirect_stdout(Nowhere()),
            contextlib.redirect_stderr(Nowhere()),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        np.random.set_state(numpy_state)
        random.setstate(python_state)


def fresh() -> None:
    np.random.seed(SEED)
    random.seed(SEED)


def plain(value: Any, room: list[int] | None = None) -> Any:
    """Return a value as arrays in tuples, lists and dicts."""
    room = room if room is not None else [PARTS]
    room[0] -= 1
    if room[0] < 0:
        return Other("too much")
    if value is None:
        return None
    if isinstance(value, dict):
        return {str(key): plain(item, room) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [plain(item, room) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, (bool, int, float, np.generic, np.ndarray)):
        try:
            found = np.array(value)
        except Exception:  # noqa: BLE001  # a subclass may do what it likes
            return Other(type(value).__name__)
        if found.dtype.kind == "O" and any(isinstance(one, Todo) for one in found.flat):
            return UNWRITTEN
        return found if found.dtype.kind in "fiub" else Other(str(found.dtype))
    return UNWRITTEN if isinstance(value, Todo) else Other(type(value).__name__)


def split(result: Any, cached: bool, first: bool = False) -> tuple[tuple[Any, ...], Any]:
    """Return the outputs and the cache of a forward half."""
    if cached and isinstance(result, tuple) and len(result) > 1:
        if len(result) == 2 and isinstance(result[0], (tuple, list)):
            return tuple(result[0]), result[1]
        return result[:-1], result[-1]
    if first and isinstance(result, (tuple, list)):
        return (result[0],), None
    return (result, None) if isinstance(result, tuple) else ((result,), None)


def line_of(error: BaseException, function: Callable[..., Any]) -> int:
    code = getattr(function, "__code__", None)
    if code is None:
        return 0
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == code.co_filename]
    return lines[-1] if lines else 0


def raised(error: BaseException, function: Callable[..., Any]) -> Raised:
    """Return an exception as plain text."""
    try:
        text = str(error).strip().split("\n")[0][:300]
    except Exception:  # noqa: BLE001  # whose text cannot be had
        text = ""
    return Raised(type(error).__name__, text, line_of(error, function))


def outputs_of(forward: Forward, values: Mapping[str, Any], cached: bool) -> tuple[Any, ...]:
    """Return the outputs of a forward function at some values, as plain arrays."""
    fresh()
    outs, _ = split(forward.call(duplicate(dict(values))), cached, forward.first)
    return tuple(plain(out) for out in outs)


def run(
    backward: Backward,
    values: Mapping[str, Any],
    upstream: Sequence[Any],
    twice: bool = False,
    see: list[Seen] | None = None,
) -> Ran:
    """Run a derivative once; `twice` calls it again with the same cache; an instrumented one fills `see`."""
    fresh()
    values, dout = duplicate(dict(values)), duplicate(tuple(upstream))
    outs: tuple[Any, ...] = ()
    stage = backward.forward.function
    try:
        cache = None
        if backward.parameters("cache", "output") or backward.method:
            result = backward.forward.call(values)
            outs, cache = split(result, backward.cached)
            if backward.parameters("cache") and cache is None:
                raise NoCacheError("the forward function returns no cache")
        stage = backward.function
        if backward.pulled:  # the derivative is its own forward half, and its cache a function
            made, _ = called(backward, values, dout, outs, cache)
            outs, cache = split(made, True) if isinstance(made, tuple) else ((), made)
        before = duplicate((values if twice else {}, dout, cache))
        result, function = applied(backward, values, dout, outs, cache)
        shown = plain(result)
        found = Ran(
            tuple(plain(out) for out in outs),
            shown,
            attributes(values["self"]) if backward.method else {},
            seen=tuple(see or ()),
        )
        if not twice:
            return found
        changed = what_changed(before, values, dout, cache, backward)
        again = True
        if backward.pulled or backward.parameters("cache"):
            second, _ = applied(backward, values, dout, outs, cache)
            again = same(plain(second), shown)
        return replace(found, changed=changed, again=again)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # SystemExit too: it is the derivative's
        return Ran(
            tuple(plain(out) for out in outs), raised=raised(error, stage), seen=tuple(see or ())
        )


def applied(
    backward: Backward, values: Mapping[str, Any], dout: tuple[Any, ...], outs: Any, cache: Any
) -> tuple[Any, Any]:
    """Return the gradients that the derivative, or the function that it returned, gives; and the function."""
    if not backward.pulled:
        return called(backward, values, dout, outs, cache)
    roles = [role for role in backward.roles if role.parameter == PULLED]
    ups = [dout if role.name == "all" else dout[int(role.name or 0)] for role in roles]
    return cache(*ups), cache


def called(
    backward: Backward, values: Mapping[str, Any], dout: tuple[Any, ...], outs: Any, cache: Any
) -> tuple[Any, Any]:
    def given(role: Role) -> Any:
        several = dout if role.kind == "upstream" else outs
        if role.kind in ("cache", "argument"):
            return cache if role.kind == "cache" else values[role.name]
        return several if role.name == "all" else several[int(role.name or 0)]

    kwargs: dict[str, Any] = {}
    args: list[Any] = []
    for role in backward.roles:
        if role.parameter == PULLED:
            continue
        value = given(role)
        if role.parameter.startswith("*"):
            args += list(value)
        elif role.parameter.startswith("="):
            kwargs[role.parameter[1:]] = value
        else:
            args.append(value)
    function = backward.function
    if backward.method:
        # an instrumented method is a plain function
        own = hasattr(function, "__self__")
        function = (
            getattr(values["self"], backward.method) if own else partial(function, values["self"])
        )
    return function(*args, **kwargs), function


def attributes(owner: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in vars(owner).items():
        if isinstance(value, dict):
            found |= {f"{name}[{key!r}]": plain(item) for key, item in value.items()}
        elif isinstance(value, (float, np.floating, np.ndarray)):
            found[name] = plain(value)
    return found


def what_changed(
    before: Any, values: Mapping[str, Any], dout: Any, cache: Any, backward: Backward
) -> tuple[str, ...]:
    old_values, old_dout, old_cache = before
    own = {"self"} if backward.method else set()
    names = [
        name for name in values if name not in own and not same(values[name], old_values[name])
    ]
    if not same(dout, old_dout):
        names += backward.parameters("upstream")[:1]
    if not same(cache, old_cache):
        names.append("the cache")
    return tuple(names)
