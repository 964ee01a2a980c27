"""The passes: a function and example inputs go in, a checked module comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import FunctionType
from typing import Any

from codegen import gates
from codegen.analysis.activity import activity, with_idle_lines
from codegen.analysis.announced import without_announced
from codegen.backward.differentiate import differentiate
from codegen.backward.finish import Plan, finish
from codegen.backward.flow import Flow
from codegen.backward.handover import hand_over
from codegen.backward.hidden import Mask
from codegen.backward.remember import remember
from codegen.backward.trips import is_settled
from codegen.backward.unalias import unalias
from codegen.backward.wholenumbers import with_float_upstream
from codegen.check.report import Unproven
from codegen.check.sizes import without_large
from codegen.check.state import State
from codegen.check.trial import Trials
from codegen.check.values import narrowed
from codegen.draws import drawing
from codegen.emit.program import Program, emit, program
from codegen.errors import (
    CheckError,
    CodegenError,
    MissingGateError,
    MixedRanksError,
    UnsupportedError,
)
from codegen.gates.table import gate
from codegen.inputs import example_inputs, has_example
from codegen.ir import Circuit
from codegen.lower.gathered import gathered
from codegen.lower.statements import lower
from codegen.module import Module, checked, place_of
from codegen.process import COLLECTOR, without_collector
from codegen.progress import doing, passed
from codegen.pytree import Call, same
from codegen.stage.newkeys import with_old_keys
from codegen.stage.shifts import without_shifts
from codegen.stage.stages import staged
from codegen.stage.ties import with_ties
from codegen.stage.unitaxes import with_unit_axes
from codegen.trace.blame import blamed
from codegen.trace.convention import Conventions
from codegen.trace.differentiable import (
    differentiable,
    is_method_of,
    is_optional,
    read_only,
    subject,
    switches,
)
from codegen.trace.followed import at_home
from codegen.trace.forced import (
    asks_for_type,
    forget,
    leave_refused,
    untaken_sides,
)
from codegen.trace.inline import inline
from codegen.trace.observe import observe
from codegen.trace.outer import arguments_of
from codegen.trace.run import Trace

__all__ = ["Module", "gate", "generate"]
gates.load()
SHOWN = 2  # rounds in which calls of the check are looked at
ROUNDS = 6  # of guards and forgotten sides that show other ones to be needed


def generate(
    function: Callable[..., Any],
    /,
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
        Example inputs; the module is right for every other size of the same rank. Without any, the example that
        stands beside the function (`@codegen.example`, or a doctest that calls it).
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
        Its `source` is the text, `forward(*args)` gives `out, cache`, and `backward(dout, cache)` the gradients.

    Raises
    ------
    CodegenError
        If the function uses something that cannot be differentiated rightly; the error says where. A `CheckError`
        if the gradients turn out wrong: a module that fails the numeric check is never returned.

    Examples
    --------
    >>> import codegen
    >>> from examples.notes import multiply
    >>> module = codegen.generate(multiply, 3.0, -4.0)
    >>> out, cache = module.forward(3.0, -4.0)
    >>> module.backward(1.0, cache)
    (-4.0, 3.0)
    """
    try:
        with COLLECTOR.working(), at_home(function):
            if not (args or kwargs) and has_example(function):
                own = example_inputs(function, wrt=(wrt,) if isinstance(wrt, str) else wrt or ())
                args, kwargs = own.args, own.kwargs
            return Generation(function, args, kwargs, wrt, style, outputs).module()
    except CodegenError:
        raise
    except Exception as error:
        raise blamed(error, (*args, *kwargs.values()), place_of(function)) from error


class Generation:
    """One function on its way through the passes."""

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        wrt: str | Sequence[str] | None,
        style: str,
        outputs: str | int | Sequence[str | int] | None,
    ) -> None:
        self.function, self.args, self.kwargs = function, args, kwargs
        self.wrt, self.style = wrt, style
        plain, whole = subject(function, args)
        is_method = len(whole) > len(args) or is_method_of(plain, whole)
        with without_collector(), State(plain):
            self.convention = Conventions(named_arguments(plain, whole, kwargs)).of(plain, outputs)
        self.plain = self.convention.function  # what is differentiated
        given, named = without_large(self.plain, (whole, kwargs))
        given, named, self.inputs = differentiable(self.plain, given, named, wrt, is_method)
        self.example = given, named  # what it is traced with
        # what may be left out without being asked for
        self.held = [n for n in self.inputs if wrt is None and not n.isidentifier()]
        self.idle: list[str] = []  # those left out, as their values reach nothing that counts
        # those left out, as they only say in the example that something is not done
        self.switches: list[str] = []
        # what is to be said if the check does not find the module right
        self.doubts: list[MixedRanksError] = []
        # what sides that the example does not take are refused for: they raise
        self.refused: list[UnsupportedError] = []
        # made by the check, on sides that the example does not take and cannot be led to
        self.shown: list[Call] = []
        self.vain: list[Call] = []
        self.met_ranks = False  # whether a side not taken makes a number of what is an array there
        # whether one is for values of another type than the example's, and whether such sides raise
        self.met_types, self.keeps_types = False, False

    def module(self) -> Module:
        """Return the module; one that the check finds wrong is an error."""
        try:
            module = self.proven()
        except CheckError as error:
            if not self.without_switches():
                raise
            try:
                module = self.proven()
            except CodegenError:
                raise error from None
        narrow = narrowed(self.example)
        if narrow is not self.example and module.check().widens:
            self.example = narrow  # there it shows where the gradients need casts
            with suppress(CodegenError):
                return self.proven()
        return module

    def without_switches(self) -> bool:
        """Leave out what only says in the example that something is not done, as a momentum of 0.0 does: there the
        function is a case of its own. Return whether there is such a number beside others.
        """
        if self.wrt is not None:
            return False
        named = named_arguments(self.plain, *self.example)
        self.switches = switches(self.plain, named, self.inputs)
        self.inputs = [name for name in self.inputs if name not in self.switches]
        return bool(self.switches and self.inputs)

    def proven(self) -> Module:
        """Return the module as the present example shows the function."""
        try:
            try:
                module = self.settled(keeps_rank=False)
            except CodegenError:
                if not self.met_ranks:
                    raise
                # what the sides do that the example does not take may have led astray
                module = self.settled(keeps_rank=True)
        except CodegenError as error:
            if self.met_types and not self.keeps_types:
                return self.without_other_types(error)
            if self.doubts and not isinstance(error, MissingGateError):
                return self.without_mixed_sides(self.doubts[0], error)
            raise
        if self.doubts and module.check().unjudged:
            raise self.doubts[0]
        return module

    def without_other_types(self, error: CodegenError) -> Module:
        """Return the module that raises on sides for values of other types: what ran there was not what it is for."""
        self.keeps_types = True
        self.doubts.clear()
        try:
            return self.proven()
        except CodegenError:
            raise error from None

    def without_mixed_sides(self, doubt: MixedRanksError, error: CodegenError) -> Module:
        """Return the module that raises on sides, not taken by the example, that give a variable another rank."""
        known = {one.location for one in self.refused}
        ways = [way for way in doubt.ways if way.location not in known]
        if not ways:
            raise doubt from error
        self.refused += ways
        self.doubts.clear()
        try:
            return self.proven()
        except CodegenError:
            raise doubt from error

    def settled(self, keeps_rank: bool) -> Module:
        """Return a module that says so and raises where the check finds it wrong, or has never judged it."""
        forgotten: list[Unproven] = []
        frozen: dict[str, int | str] = {}
        guards: dict[str, str] = {}
        made, trials = None, Trials()
        for number in range(ROUNDS):
            with without_collector():
                made = made or self.as_shown(forgotten, keeps_rank)
                module = self.printed(made.guarded(frozen, guards))
            if number == 0 and (refused := module.refusals(*self.example)):
                guards |= refused
                module = self.printed(made.guarded(frozen, guards))
            report = module.check(trials)
            if number < SHOWN and self.shows(report.unrecorded):
                self.refused.clear()  # what was not recorded may be now
                forgotten.clear()
                made, trials = None, Trials()
                continue
            known = [side.answers for side in forgotten]
            sides = (*report.unproven, *report.missed)
            unproven = [side for side in sides if side.answers not in known]
            found = {**report.frozen, **report.guards}
            if not found and (not unproven or report.failures):
                break
            if unproven and not (found and report.failures):
                forgotten += unproven  # other values may raise there as well, and need no guard
                made, trials = None, Trials()
            else:
                frozen |= report.frozen
                guards |= report.guards
        passed("check", str(report))
        return checked(module)

    def shows(self, unrecorded: Sequence[Call]) -> bool:
        """Take over calls whose sides no run has recorded; none that did not help when it was looked at: what it makes
        of the other sides would stay. Return whether other calls are looked at now.
        """
        old, vain = self.shown, [one for one in self.shown if among(one, unrecorded)]
        self.vain += vain
        new = [one for one in unrecorded if not among(one, self.vain)]
        self.shown = [one for one in old if not among(one, vain)] + new
        return bool(new or vain)

    def as_shown(self, forgotten: Sequence[Unproven], keeps_rank: bool) -> Program:
        """Return the pairs of the module; calls that the check made, of another rank say, may lead astray."""
        try:
            return self.program(forgotten, keeps_rank)
        except Exception:
            if not self.shown:
                raise
        self.vain, self.shown = [*self.vain, *self.shown], []
        return self.program(forgotten, keeps_rank)

    def program(self, forgotten: Sequence[Unproven], keeps_rank: bool) -> Program:
        """Return the pairs of the module: the passes from the function to its plan, but for some sides of tests."""
        doing("running the function on its example")
        with drawing(), State(self.plain):
            trace = observe(
                self.plain,
                *self.example,
                self.inputs,
                self.shown,
                keeps_rank=keeps_rank,
                keeps_types=self.keeps_types,
            )
            self.inputs = read_only(trace, self.inputs, self.wrt)
            self.held = [name for name in self.held if not is_optional(trace, name)]
            forget(trace.run, [(side.answers, side.said) for side in forgotten])
        untaken = untaken_sides(trace)
        self.met_types = self.met_types or any(
            asks_for_type(side.node.test, trace.run) for side in untaken
        )
        leave_refused(trace.run, untaken, self.refused)
        self.met_ranks = self.met_ranks or trace.run.behind.met_ranks
        doing("writing the backward pass")
        try:
            return self.pairs(trace, forgotten, keeps_rank)
        except UnsupportedError as error:
            around = sum(side.holds(error) for side in untaken)
            if not around:
                raise
            if [one.location for one in self.refused].count(error.location) >= around:
                raise next(iter(self.refused), error) from error
            self.refused.append(error)
        return self.program(forgotten, keeps_rank)

    def pairs(self, trace: Trace, forgotten: Sequence[Unproven], keeps_rank: bool) -> Program:
        """Return the pairs of the module, from what was seen of the function."""
        passed("observe", trace)
        inlined = inline(trace, self.inputs, self.idle)
        passed("inline", trace)
        circuit = lower(inlined)
        passed("circuit", circuit)
        if self.wrt is None and (idle := idle_attributes(circuit)):
            self.idle += [name for name in self.inputs if name in idle]
            self.inputs = [name for name in self.inputs if name not in idle]
            return self.program(forgotten, keeps_rank)
        self.doubts.extend([] if circuit.doubt is None else [circuit.doubt])
        return program(circuit, to_stages, to_plan)

    def printed(self, made: Program, style: str = "") -> Module:
        """Return the module that a program makes, by default in the style that was asked for."""
        by_stages = partial(self.printed, made.by_stages(), "assignment") if not style else None
        style = style or self.style
        with without_collector():
            text = emit(made, style)
        passed("emit", text)
        given = self.function, self.args, self.kwargs, tuple(self.inputs), style, text
        known = made.pairs[-1].staged, by_stages, tuple(self.switches), made.rounded
        held = tuple(name for name in self.held if name not in self.switches)
        return Module(*given, self.convention, *known, held)


def among(call: Call, calls: Sequence[Call]) -> bool:
    """Return whether a call is one of several, number by number."""
    return any(same(call, one) for one in calls)


def named_arguments(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return example arguments by name; none of what is no Python function."""
    return arguments_of(function, args, kwargs) if isinstance(function, FunctionType) else {}


def idle_attributes(circuit: Circuit) -> set[str]:
    """Return the attributes whose values reach nothing that counts, such as running averages."""
    useful = activity(circuit).inputs
    idle = {shown for name, shown in circuit.fields.items() if name not in useful}
    counted = [name for name in circuit.inputs if name in useful]
    return idle & set(circuit.wholes) if counted else set()


def to_stages(circuit: Circuit) -> Circuit:
    """Return the stages of one function; a helper with a pair of its own goes this way alone."""
    circuit = gathered(circuit)
    passed("gathered", circuit)
    table = activity(circuit)
    passed("analyze", table)
    bound = replace(circuit, block=without_announced(circuit.block))
    passed("announced", bound)
    keyed = with_old_keys(replace(bound, block=with_idle_lines(bound.block, table.idle)))
    passed("newkeys", keyed)
    whole = with_unit_axes(keyed)
    passed("unitaxes", whole)
    unshifted = without_shifts(whole)
    passed("shifts", unshifted)
    tied = with_ties(unshifted)
    passed("ties", tied)
    stages = staged(tied, partial(is_settled, Flow(tied)))
    passed("stages", stages)
    return stages


def to_plan(circuit: Circuit, outside: Mask) -> Plan:
    """Return the backward pass of one function, with what its forward pass keeps for it."""
    derived = differentiate(circuit, outside)
    passed("differentiate", derived)
    saved = remember(derived)
    passed("remember", saved)
    plan = finish(derived, saved)
    passed("finish", plan)
    plan = unalias(plan)
    passed("unalias", plan)
    plan = with_float_upstream(hand_over(plan), circuit)
    passed("plan", plan)
    return plan
