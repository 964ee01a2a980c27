"""The standard `dataclass`, whose fields are read and whose methods are written when somebody first asks for them, and
not when the class is made.

A run makes objects of few of the classes that it imports. To read the fields of each of them, and to write and compile
`__init__`, `__eq__` and four more, takes 45 of the 250 ms of a small run (`python -m benchmarks startup`). That alone
is why this file exists: type checkers see the standard decorator, and to use it everywhere is to change one line.

>>> @dataclass(frozen=True)
... class Point:
...     x: float
...     y: float = 0.0
>>> Point(1.0)
Point(x=1.0, y=0.0)
>>> Point(1.0) == Point(1.0, 0.0), Point(1.0) == Point(2.0)
(True, False)
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, eq=True):
        """Return a class as `dataclasses.dataclass` does; of its options those that are used here."""
        if cls is None:
            return lambda decorated: dataclass(decorated, frozen=frozen, eq=eq)
        # else the standard one asks for its signature: 10 ms
        cls.__doc__ = cls.__doc__ or cls.__name__
        methods = {"__init__": first_init(cls, frozen), "__repr__": shown}
        if eq:
            methods["__eq__"], methods["__hash__"] = comparison(cls, frozen)
        if frozen:
            methods |= {"__setattr__": no_setting, "__delattr__": no_deleting}
        methods |= {name: Unread(cls, name) for name in READ}
        for name in methods.keys() - vars(cls).keys():
            setattr(cls, name, methods[name])
        return cls


__all__ = ["dataclass"]
READ = ("__dataclass_fields__", "__dataclass_params__", "__match_args__")
"""What the standard decorator says of a class."""
READING = threading.RLock()
"""Held while it reads a class: it changes what it reads."""


class Unread:
    """Stands in a class for what the standard decorator says of it, until somebody asks."""

    def __init__(self, cls: type, name: str) -> None:
        self.cls, self.name = cls, name

    def __get__(self, instance: object, owner: type) -> Any:
        with READING:
            if vars(self.cls)[self.name] is self:
                for name in READ:
                    if isinstance(vars(self.cls).get(name), Unread):
                        delattr(self.cls, name)
                dataclasses.dataclass(init=False, repr=False, eq=False)(self.cls)
        return getattr(self.cls, self.name)


DEFAULT = object()
"""Stands for a field that is not given and has a factory."""


FEW = 10
"""Objects of a class that are made without an `__init__` of its own."""


def fields_of(cls: type) -> tuple[dataclasses.Field[Any], ...]:
    """Return the fields of a class; of one that another thread reads at present, when that has done."""
    with READING:
        return dataclasses.fields(cls)


def first_init(cls: type, frozen: bool) -> Any:
    """Return an `__init__` for the first objects of a class, which writes the real one in its place for the others."""
    left = FEW
    is_last = hasattr(cls, "__post_init__")

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807  # it becomes one
        nonlocal left
        left -= 1
        if left >= 0 and filled(self, fields_of(cls), args, kwargs):
            if is_last:
                self.__post_init__()
            return
        written = written_init(cls, frozen)
        # a type checker knows no class that changes
        setattr(cls, "__init__", written)  # noqa: B010
        written(self, *args, **kwargs)

    return __init__


def filled(
    made: Any,
    fields: tuple[dataclasses.Field[Any], ...],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> bool:
    """Set the fields of an object; False if the arguments are not those of its class."""
    names = [field.name for field in fields if field.init and not field.kw_only]
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    known = {field.name for field in fields if field.init}
    if len(given) != len(args) + len(kwargs) or not given.keys() <= known:
        return False
    for field in fields:
        if field.name in given:
            object.__setattr__(made, field.name, given[field.name])
        elif field.default_factory is not dataclasses.MISSING:
            object.__setattr__(made, field.name, field.default_factory())
        elif field.init and field.default is not dataclasses.MISSING:
            object.__setattr__(made, field.name, field.default)
        elif field.init:
            return False
    return True


def written_init(cls: type, frozen: bool) -> Any:
    """Return an `__init__` that sets each field."""
    known: dict[str, Any] = {"DEFAULT": DEFAULT, "setting": object.__setattr__}
    arguments, by_name, lines = ["self"], ["*"], []
    for field in fields_of(cls):
        name = value = field.name
        if field.default_factory is not dataclasses.MISSING:
            known[f"make_{name}"] = field.default_factory
            known[f"default_{name}"] = DEFAULT
            value = f"make_{name}() if {name} is DEFAULT else {name}"
            if not field.init:
                value = f"make_{name}()"
        elif not field.init:
            continue  # the class has its value, if it has one
        elif field.default is not dataclasses.MISSING:
            known[f"default_{name}"] = field.default
        if field.init:
            given = f"{name}=default_{name}" if f"default_{name}" in known else name
            (by_name if field.kw_only else arguments).append(given)
        lines.append(f"setting(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    body = "\n    ".join(lines or ["pass"])
    arguments += by_name if len(by_name) > 1 else []
    text = f"def __init__({', '.join(arguments)}):\n    {body}"
    exec(text, known)  # noqa: S102  # own text
    made = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def comparison(cls: type, frozen: bool) -> tuple[Any, Any]:
    """Return `__eq__` and, where objects never change, `__hash__`: by the values of the fields."""
    values: Callable[[Any], Any] | None = None

    def read() -> Callable[[Any], Any]:
        names = [field.name for field in dataclasses.fields(cls) if field.compare]
        return attrgetter(*names) if names else type

    def __eq__(self: Any, other: Any) -> Any:  # noqa: N807  # it becomes one
        nonlocal values
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = values or read()
        return values(self) == values(other)

    def __hash__(self: Any) -> int:  # noqa: N807  # as above
        nonlocal values
        values = values or read()
        return hash(values(self))

    return __eq__, __hash__ if frozen else None


def shown(self: Any) -> str:
    """Return the fields of an object as they would be written."""
    fields = [f for f in dataclasses.fields(self) if f.repr]
    return f"{type(self).__qualname__}({', '.join(f'{f.name}={getattr(self, f.name)!r}' for f in fields)})"


def no_setting(self: Any, name: str, value: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def no_deleting(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
