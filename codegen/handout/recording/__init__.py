"""The recording: one run of a module by stages, as plain data for the circuit and the lesson.

`adapter.py` makes it: it runs the pair under watch (`running.py`) and matches its lines with their stages (`matching.py`).
`active.py` says what the gradient flows through, `slopes.py` is the numeric check of a recording, `values.py` writes its
numbers.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Protocol

from codegen.emit.numbered import StagesOfPair
from codegen.pytree import get
from codegen.records import dataclass
from codegen.stage.names import gradient_of
from codegen.trace.paths import parsed


class Finished(Protocol):
    """What a handout asks of a module; `codegen.Module` has it.

    Attributes
    ----------
    name, source : str
        Name of the function, text of the module.
    function : function
        The user's function.
    args, kwargs
        The example inputs.
    wrt : tuple of str
        The differentiable arguments.
    namespace : dict
        The names that the module defines.
    stages : StagesOfPair
        The stage of each statement of the pair.
    """

    name: str
    source: str
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    wrt: tuple[str, ...]

    @property
    def stages(self) -> StagesOfPair: ...

    @property
    def namespace(self) -> Mapping[str, Any]: ...

    def as_pair(self) -> Finished:
        """Return the module with a forward and a backward function, whatever its style."""

    def with_example(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Finished:
        """Return the module with another example."""


@dataclass(frozen=True, eq=False)
class Listed:
    """A line of one of the two functions: its text, its stage (0 for none), and whether it says what follows."""

    text: str
    stage: int = 0
    remark: bool = False


@dataclass(eq=False)
class StageText:
    """A stage: a line of the forward pass and the lines it has in the backward pass."""

    number: int
    """Its place among the stages that ran, from 1."""
    statement: ast.stmt
    """The forward line; a call of a generated pair is written as the call of the function."""
    text: str
    loops: tuple[int, ...]
    """The loops and branches it stands in, outermost first, as keys of `Recording.headers`."""
    backward: list[ast.stmt] = field(default_factory=list)
    """Its backward lines."""
    gradients: dict[str, Any] = field(default_factory=dict)
    """The variables of the backward pass when these lines ran first."""
    planned: int = 0
    """Its number in the plan, which it shares with the lines that the same lines run backwards; 0 for none."""
    ran: bool = True
    """Whether the run came by."""
    leader: StageText | None = None
    """The stage that has the backward lines of this one, too; the stage itself if it has its own."""
    shown: int = 0
    """The number that a reader sees: that of its group."""
    key: int = -1
    """Its place among the statements of the forward function."""
    before: dict[str, Any] = field(default_factory=dict)
    """The variables that it names, when it ran last."""


Trips = tuple[tuple[int, int], ...]
"""The loops around a place, outermost first: the key of each and the number of the trip, from 1."""


@dataclass(frozen=True, eq=False)
class Visit:
    """A stage that ran: in which trips, what it read, and what it bound."""

    stage: StageText
    trips: Trips
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Rebound:
    """A line without a gradient that gives variables other values: `T = np.eye(4)` at the start of each trip."""

    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Trip:
    """A trip of a loop that begins."""

    loop: ast.For | ast.While
    key: int
    """The loop, as in `Recording.headers`."""
    trips: Trips
    """The trips around it, itself the last."""
    before: dict[str, Any]
    """The variables that it may read."""


@dataclass(frozen=True, eq=False)
class Recording:
    """One run of a module, by stages: those that ran, and all that the backward pass knows."""

    name: str
    parameters: tuple[str, ...]
    wrt: tuple[str, ...]
    arguments: dict[str, Any]
    output: Any
    output_node: ast.expr
    dout: Any
    gradients: dict[str, Any]
    stages: list[StageText]
    events: list[Visit | Trip | Rebound]
    """What happened, in order."""
    counts: dict[tuple[Trips, int], int]
    """The number of trips of each loop, by the trips around it and its key."""
    written: list[StageText]
    headers: dict[int, str]
    carried: dict[int, tuple[str, ...]]
    forward: list[Listed]
    backward: list[Listed]
    namespace: dict[str, Any]
    final: dict[str, Any]
    one_liners: dict[str, tuple[tuple[str, ...], ast.expr]]
    source: str
    body: list[ast.stmt]
    """What stands in `source`, parsed."""
    pair: tuple[ast.FunctionDef, ast.FunctionDef]
    """The forward and the backward function in it."""
    dependent: frozenset[str]
    changed: frozenset[str] = frozenset()
    """The arguments that the function changes in place."""
    cached: tuple[str, ...] = ()
    """The names that the cache holds."""
    gradient_names: dict[str, str] = field(default_factory=dict)
    """What the backward pass calls the gradient of each variable: `dx`, or `d_out` where `dout` is another one."""

    def trip_text(self, trips: Trips) -> str:
        """Return in words in which trips something is, outermost loop first: 2 of 3, 1 of 4."""
        return ", ".join(
            f"{trip} of {self.counts[trips[:i], key]}" for i, (key, trip) in enumerate(trips)
        )

    def gradient_of(self, name: str) -> str:
        """Return what the gradient of a variable, or of an argument as it is written, is called."""
        return self.gradient_names.get(name, gradient_of(name))

    def value_of(self, name: str) -> Any:
        """Return the example value of a differentiable argument, or of a part of one, such as `layers[0].W`."""
        root, path = parsed(name)
        return get(self.arguments[root], path)
