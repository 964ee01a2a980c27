"""The module object, which `generate` returns: a text goes in, its functions and all that is made of them come out."""

from __future__ import annotations

import copy
import functools
import hashlib
import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import CodeType, MethodType
from typing import TYPE_CHECKING, Any

from codegen import syntax
from codegen.draws import put, states
from codegen.emit.numbered import StagesOfPair
from codegen.errors import CheckError, CodegenError, Location
from codegen.pairs import backward_name, base_name, forward_name, pair_name
from codegen.pytree import ones_like
from codegen.trace.convention import Convention
from codegen.trace.differentiable import subject
from codegen.trace.read import source_of

if TYPE_CHECKING:
    from pathlib import Path

    from codegen.check import Report
    from codegen.check.sides import Build
    from codegen.check.trial import Trials


class Module:
    """A generated module: `source` is its text, `forward` and `backward` are its functions.

    A terminal shows it as its text, a notebook as circuit and text.

    Attributes
    ----------
    source : str
        The text of the module.
    name : str
        Name of the function.
    function : function
        The user's function.
    plain, whole
        The same without the object of a bound method, and the arguments with it.
    args, kwargs
        The example inputs.
    wrt : tuple of str
        The differentiable arguments, in argument order.
    convention : Convention
        What of the function's return counts as output.
    switches : tuple of str
        The numbers that do not count, as they only say in the example that something is not done.
    rounded : tuple of str
        What counts as a constant since it is rounded, or cut to whole numbers.
    held : tuple of str
        The attributes that count if what the function gives depends on them.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        wrt: tuple[str, ...],
        style: str,
        source: str,
        convention: Convention | None = None,
        stages: Callable[[], StagesOfPair] = StagesOfPair,
        pair: Callable[[], Module] | None = None,
        switches: tuple[str, ...] = (),
        rounded: tuple[str, ...] = (),
        held: tuple[str, ...] = (),
    ) -> None:
        self.function = function
        self.plain, self.whole = subject(function, args)
        self.convention = convention or Convention(self.plain)
        self.plain = self.convention.function
        self.name = pair_name(self.plain)
        self.args, self.kwargs = args, dict(kwargs)
        self.wrt, self.style, self.source = wrt, style, source
        self.switches, self.rounded, self.held = switches, rounded, held
        self._pair, self._stages = pair, stages
        self._report: Report | None = None

    def as_pair(self) -> Module:
        """Return the module with a forward and a backward function, whatever its style."""
        return self if self._pair is None else self._pair().with_example(self.args, self.kwargs)

    def with_example(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Module:
        made = copy.copy(self)
        made.args, made.kwargs = args, dict(kwargs)
        return made

    @cached_property
    def stages(self) -> StagesOfPair:
        """The stage of each statement of the pair, for who explains it."""
        return self._stages()

    @cached_property
    def namespace(self) -> dict[str, Any]:
        """The names that the module defines, run in an empty namespace."""
        names: dict[str, Any] = {"__name__": f"{self.name}_generated"}
        code = compiled(self.source, self.name)
        exec(code, names)  # noqa: S102  # running the module is the point
        return names

    @property
    def forward(self) -> Callable[..., Any]:
        """The forward function: `out, cache = forward(*args)`; of a bound method, with its object."""
        if self.style == "notes":
            return self.one_function.forward
        found: Callable[..., Any] = self.namespace[forward_name(self.name)]
        bound = self.whole[: len(self.whole) - len(self.args)]
        return MethodType(found, *bound) if bound else found

    @property
    def backward(self) -> Callable[..., Any]:
        """The backward function: `grads = backward(dout, cache)`."""
        if self.style == "notes":
            return self.one_function.backward
        found: Callable[..., Any] = self.namespace[backward_name(self.name)]
        return found

    @cached_property
    def one_function(self) -> OneFunction:
        """The generated function of the style `notes`."""
        return OneFunction(self.namespace[base_name(self.name)], self.plain)

    @property
    def twins(self) -> Build | None:
        """What makes a pair of a module run anew; `None` for two functions, found by their names."""
        if self.style != "notes":
            return None
        return lambda names, original: OneFunction(names[base_name(self.name)], original).pair()

    @property
    def attributes(self) -> str:
        """Which attributes of a method's object were differentiated, in words."""
        names = [name for name in self.wrt if not name.isidentifier()]
        if not names or len(self.whole) == len(self.args):
            return ""
        verb = "count as arguments" if len(names) > 1 else "counts as an argument"
        return f"{', '.join(names)} {verb}; wrt= names others"

    def refusals(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, str]:
        """Return the conditions under which arguments of another kind than these get wrong gradients."""
        from codegen.check import refusals

        pair = self.plain, getattr(self.forward, "__func__", self.forward), self.backward
        return refusals(*pair, args, kwargs, self.wrt, self.source)

    def check(self, before: Trials | None = None) -> Report:
        """Return the report of the numeric check, at the example and at other sizes; it is made once. The trials
        `before`, of the same module with fewer guards, are not made again.
        """
        from codegen.check import check

        if self._report is None:
            pair = self.plain, getattr(self.forward, "__func__", self.forward), self.backward
            self._report = check(
                *pair, self.whole, self.kwargs, self.wrt, self.source, self.twins, before, self.held
            )
            left = [
                f"{name} is left out: what it is in the example is a case of its own; another value, or wrt=, counts it"
                for name in self.switches
            ]
            left += [
                f"{text} is rounded, or cut to a whole number: it counts as a constant"
                for text in self.rounded
            ]
            notes = tuple(note for note in (self.convention.note, self.attributes, *left) if note)
            if notes:
                notes += self._report.notes
                self._report = replace(self._report, notes=notes, left_out=self.switches)
        return self._report

    def write(self, path: str | Path) -> None:
        """Write the text to a file, below a header that tells where it came from; whole or not at all.

        Raises
        ------
        CheckError
            If the numeric check fails; nothing is written then.
        UsageError
            If the file cannot be written, or holds what the tool did not write.
        """
        checked(self)
        from codegen.emit.destination import refuse_foreign, source_name, stamped, write

        refuse_foreign(path)
        command = f"codegen.generate({source_name(self)}, ...).write({os.path.basename(path)!r})"
        write(path, stamped([self], self.source, command))

    def handout(
        self,
        formats: str | Sequence[str] = "html",
        folder: str | Path = ".",
        exercise: str | None = None,
        paper: str = "a4",
        **more: Any,
    ) -> list[Path]:
        """Write the handout of this module; see `codegen.handout.write_handout`."""
        from codegen.handout import write_handout

        names = formats.split(",") if isinstance(formats, str) else formats
        return write_handout(self, names, folder, exercise, paper=paper, **more)

    def _repr_html_(self) -> str:
        """Return the module as a notebook shows it: circuit and code."""
        from codegen.handout.formats.page import rich

        return rich(self)

    def __repr__(self) -> str:
        return self.source.rstrip("\n")


class OneFunction:
    """A function with both passes, called as a pair; its cache is the arguments and the random state."""

    def __init__(self, function: Callable[..., Any], original: Callable[..., Any]) -> None:
        # the other one tells the structure of dout
        self.function, self.original = function, original
        parameters = inspect.signature(function).parameters.values()
        self.upstream = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY][-1]
        # for whoever looks for their source, both are the generated function
        self.forward, self.backward = self.pair()

    def pair(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """Return the two functions."""

        def forward(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
            cache = copy.deepcopy((args, kwargs)), states()
            (given, named), state = copy.deepcopy(cache)
            like = self.original(*given, **named)
            put(state)
            out, _ = self.function(*args, **kwargs, **{self.upstream: ones_like(like)})
            return out, cache

        def backward(dout: Any, cache: Any) -> Any:
            (args, kwargs), state = copy.deepcopy(cache)
            now = states()
            put(state)
            try:
                return self.function(*args, **kwargs, **{self.upstream: dout})[1]
            finally:
                put(now)

        for one in (forward, backward):
            own = inspect.signature(one)
            functools.update_wrapper(one, self.function)
            vars(one)["__signature__"] = own
        return forward, backward


def compiled(source: str, name: str) -> CodeType:
    """Return the code of a module; tracebacks, debuggers and `inspect.getsource` show its lines."""
    file = f"<{name} {hashlib.sha256(source.encode()).hexdigest()[:12]}, generated>"
    syntax.remember(file, source)
    return compile(source, file, "exec", dont_inherit=True)


def checked(module: Module) -> Module:
    """Return a module whose numeric check finds nothing wrong; `CheckError` of others."""
    report = module.check()
    if not report.ok:
        raise CheckError(report, module.source)
    return module


def place_of(function: Callable[..., Any]) -> Location | None:
    """Return where a function is written, if that can be found."""
    try:
        source = source_of(function)
    except CodegenError:
        return None
    return source.location(source.tree)
