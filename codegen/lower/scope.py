"""Scopes: what names mean at one point of a function, and the values that its expressions had in the run."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import field
from functools import cached_property
from types import FunctionType, MethodType, ModuleType
from typing import Any

from codegen import syntax
from codegen.gates.forms import MISSING, Form, Resolver
from codegen.gates.operands import SEARCHES
from codegen.ir import Wire
from codegen.lower.definitions import PRIME, Definitions
from codegen.records import dataclass
from codegen.trace.facts import fact_of
from codegen.trace.followed import function_of, is_user_function, is_user_generator
from codegen.trace.modulenames import local_names
from codegen.trace.run import Trace


@dataclass(frozen=True)
class Point:
    """What is known at one point of a function, and other at the next: a side of a branch begins with a copy."""

    active: set[str] = field(default_factory=set)
    """The names whose value a differentiable input reaches."""
    structs: dict[str, Wire] = field(default_factory=dict)
    """The wires inside lists, tuples and dicts that are known piece by piece."""
    views: dict[str, ast.expr] = field(default_factory=dict)
    """What second names stand for: the item of another variable whose memory they show."""
    definitions: Definitions = field(default_factory=Definitions)
    """The expressions of variables: fused gates look through them."""

    def copy(self) -> Point:
        parts = set(self.active), dict(self.structs), dict(self.views), self.definitions.copy()
        return Point(*parts)


@dataclass
class Scope:
    """What names mean in a function."""

    trace: Trace
    here: Point = field(default_factory=Point)
    """What is known at the statement that is looked at."""
    bound: dict[str, Wire | ast.expr] | None = None
    """For an inlined function: what each parameter stands for."""
    outer: Scope | None = None
    """The scope of the caller of an inlined function."""
    carriers: set[str] = field(default_factory=set)
    """The names of text, bytes and objects that carry traced values in disguise."""
    drawn: dict[ast.AST, str] = field(default_factory=dict)
    """The variable that holds a passive part which may be computed only once."""
    rewritten: set[ast.AST] = field(default_factory=set)
    """The statements that are not printed as the user wrote them."""
    current: ast.stmt | None = None
    """The statement that is looked at."""
    callees: list[tuple[ast.expr, Any]] = field(default_factory=list)
    """The callees of the statement at hand that may be another function next time, each with its text."""
    assumed: list[tuple[str, str]] = field(default_factory=list)
    """What the statement at hand takes for granted, such as an option for whose other values there is no gate: the
    test that finds it otherwise, and what was so."""
    rounded: list[str] = field(default_factory=list)
    """What rounds something active, or cuts it to whole numbers, so that it counts as a constant."""
    made: dict[ast.AST, Wire] = field(default_factory=dict)
    """The wires of gates so far, by their expressions."""
    asked: set[Wire] = field(default_factory=set)
    """Those of which a gate in a later line is made, so that they need a name."""

    @property
    def active(self) -> set[str]:
        """The names whose value a differentiable input reaches."""
        return self.here.active

    @property
    def structs(self) -> dict[str, Wire]:
        """The wires inside containers that are known piece by piece."""
        return self.here.structs

    @property
    def views(self) -> dict[str, ast.expr]:
        """What second names stand for."""
        return self.here.views

    @property
    def definitions(self) -> Definitions:
        """The expressions of variables."""
        return self.here.definitions

    @cached_property
    def closures(self) -> dict[str, set[str]]:
        """The variables that a local function, or what was made of one, may read when it is called; by name."""
        found: dict[str, set[str]] = {}
        for node in syntax.walk(self.trace.tree):
            if isinstance(node, ast.FunctionDef) and node is not self.trace.tree:
                found[node.name] = syntax.names(node)
        definer = self.trace.definer
        if definer is None:
            return found
        renamed = definer.run.spliced.get(definer, {})
        for node in syntax.walk(definer.tree):  # the function itself, and others beside it
            if isinstance(node, ast.FunctionDef) and node is not definer.tree:
                names = syntax.names(node)
                found.setdefault(node.name, {renamed.get(n, n) for n in names})
        return found

    @cached_property
    def values(self) -> dict[str, list[ast.expr | None]]:
        """The names that statements bind, each with the expressions of its values; None for a local function."""
        found: dict[str, list[ast.expr | None]] = {}
        for node in syntax.walk(self.trace.tree):
            if isinstance(node, ast.FunctionDef) and node is not self.trace.tree:
                found.setdefault(node.name, []).append(None)
            elif isinstance(node, ast.Assign):
                for target, value in syntax.bindings(node):
                    is_name = isinstance(target, ast.Name)
                    for name in syntax.stores(target):
                        found.setdefault(name, []).append(value if is_name else ast.Yield())
            elif isinstance(node, ast.For | ast.comprehension | ast.NamedExpr | ast.AugAssign):
                for name in syntax.stores(node.target):
                    found.setdefault(name, []).append(ast.Yield())
        return found

    @cached_property
    def local(self) -> frozenset[str]:
        """The names that the function or one inside it binds, its parameters among them."""
        return frozenset(local_names(self.trace.tree))

    @cached_property
    def arguments(self) -> frozenset[str]:
        """The names of the parameters of the function and of those inside it."""
        nodes = syntax.walk(self.trace.tree)
        return frozenset(node.arg for node in nodes if isinstance(node, ast.arg))

    def rewrite(self) -> None:
        """Note that the statement at hand is not printed as the user wrote it."""
        if self.current is not None:
            self.rewritten.add(self.current)

    @cached_property
    def stored(self) -> set[str]:
        """The variables that the function binds or writes to anywhere."""
        roots = [
            n
            for n in syntax.walk(self.trace.tree)
            if isinstance(getattr(n, "ctx", None), ast.Store)
        ]
        return syntax.names(*roots)


class FactResolver(Resolver):
    """Answers what the canonical form asks with the facts of the run."""

    def __init__(self, scope: Scope, form_of: Callable[[ast.expr], Form]) -> None:
        self.scope, self.form_of = scope, form_of

    def value(self, node: ast.expr) -> Any:
        return sample_of(self.scope, node)

    def is_none(self, node: ast.expr) -> bool:
        """Return whether a variable is None wherever the example reads it; a forced side may make it of None."""
        fact = self.scope.trace.run.fact(node)
        return isinstance(node, ast.Name) and {k for k, _ in fact.kinds - fact.forced} == {"none"}

    def ranks(self, node: ast.expr) -> set[int]:
        """Return the ranks of the numbers and arrays that were seen at `node`."""
        kinds = self.scope.trace.run.fact(node).kinds
        return {rank for kind, rank in kinds if kind in ("float", "int", "bool")}

    def callee(self, node: ast.Call) -> Any:
        """Return the one object that was called here."""
        callees = self.scope.trace.run.fact(node).callees
        same = callees and all(is_same(one, callees[0]) for one in callees[1:])
        return callees[0] if same else MISSING

    def followed(self, node: ast.Call) -> Trace | None:
        """Return the trace of the one user function that is called here."""
        traces = self.scope.trace.run.calls.get(node, [])
        callee = self.callee(node)
        target = function_of(callee)
        is_code = is_user_function(target) or is_user_generator(target)
        if is_code and not isinstance(callee, type):
            return next((t for t in traces if t.function.__code__ is target.__code__), None)
        return None

    def see(self, node: ast.expr, sample: Any) -> None:
        """Give a made-up expression a fact."""
        self.scope.trace.run.facts[node] = fact_of(sample)

    def definition(self, form: Form) -> Form | None:
        """Return the form of the expression of a variable, if it still has that value."""
        value = self.scope.definitions.get(form.value) if isinstance(form.node, ast.Name) else None
        return self.form_of(value) if value is not None else None

    def terms(self, form: Form) -> list[Form] | None:
        """Return the forms of all that is ever put into a variable or added to it; None if it changes otherwise."""
        name, _, _ = str(form.value).partition(PRIME)  # a variable as it was once, too
        tree, found = self.scope.trace.tree, list[Form]()
        if name in self.scope.trace.values or isinstance(tree, ast.Lambda):
            return None
        known: set[ast.AST] = set()
        nodes = syntax.walk(tree)
        for node in nodes:
            match node:
                case ast.Assign(
                    targets=[ast.Name(id=bound) as target], value=value
                ) | ast.AugAssign(
                    target=ast.Name(id=bound) as target, op=ast.Add(), value=value
                ) if (
                    bound == name
                ):
                    known |= {target, node}
                    found.append(self.form_of(value))
        changing = [n for n in nodes if name in self.scope.trace.run.fact(n).changing]
        writes = [n for n in syntax.writes(tree, ast.Name) if n.id == name]
        return found if known.issuperset([*changing, *writes]) else None

    def is_input(self, form: Form) -> bool:
        """Return whether a variable is an argument that is differentiated, as it was given."""
        trace, name = self.scope.trace, form.value
        if trace.place is not None or name not in trace.values:
            return False
        return name in self.scope.active and name not in self.scope.stored

    def is_fixed(self, form: Form) -> bool:
        """Return whether no argument that is differentiated reaches an expression."""
        if not isinstance(form.node, ast.expr):
            return False
        return not set(syntax.reads(form.node)) & (self.scope.active | set(self.scope.structs))

    def searched(self) -> list[Form]:
        """Return the forms of all in which the function looks for the place of the largest or the smallest."""
        calls = syntax.every(ast.Call, self.scope.trace.tree)
        forms = [self.form_of(call) for call in calls if syntax.called_last(call) in SEARCHES]
        return [form.args[0] for form in forms if form.args]


def is_same(one: Any, other: Any) -> bool:
    """Return whether two callees are one: methods count by their function."""
    return one is other or (kind_of(one) is not None and kind_of(one) == kind_of(other))


def kind_of(callee: Any) -> Any:
    """Return the function of a method, or the class and the name of one of a library; the code of a lambda; None for
    what counts by its identity.
    """
    if isinstance(callee, MethodType):
        return callee.__func__
    owner = getattr(callee, "__self__", None)
    if owner is not None and not isinstance(owner, ModuleType) and hasattr(callee, "__name__"):
        return (type(owner), callee.__name__)
    call = getattr(type(callee), "__call__", None)
    if isinstance(call, FunctionType):
        return (type(callee), "__call__")
    if isinstance(callee, FunctionType) and callee.__closure__ is None and not callee.__defaults__:
        return callee.__code__  # a lambda that is made anew in each trip is the same one
    return None


def sample_of(scope: Scope, node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
    ):
        return -node.operand.value  # type: ignore[operator]  # a number in every program that ran
    if isinstance(node, ast.Name) and scope.bound is not None and node.id in scope.bound:
        bound = scope.bound[node.id]
        if isinstance(bound, Wire):
            return bound.sample
    fact = scope.trace.run.fact(node)
    found = fact.sample
    if found is MISSING and isinstance(node, ast.NamedExpr):
        return sample_of(scope, node.value)
    if found is MISSING and isinstance(node, ast.Tuple | ast.List):
        items = [sample_of(scope, item) for item in node.elts]
        if all(item is not MISSING for item in items):
            return tuple(items) if isinstance(node, ast.Tuple) else items
    if found is MISSING and isinstance(node, ast.Slice):
        parts = [
            None if p is None else sample_of(scope, p) for p in (node.lower, node.upper, node.step)
        ]
        return slice(*parts) if not any(p is MISSING for p in parts) else MISSING
    if found is MISSING and isinstance(node, ast.Attribute):
        base = sample_of(scope, node.value)
        return getattr(base, node.attr, MISSING)
    if found is MISSING and isinstance(node, ast.Name):
        return scope.trace.run.namespace.objects.get(node.id, MISSING)
    return MISSING if found is MISSING else found
