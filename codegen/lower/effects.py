"""Effects: statements whose expressions do more than compute go in; out they come with draws bound to
names, or refused.

A draw of random numbers must happen once, in the forward pass; so must a call that leaves something changed, and the
reading of what the next call of the function changes. A change inside an expression would go unseen; a name that is
read through `locals()` would lose its gradient. Text, bytes and files can carry a number past every gate. What was
made from a traced value in such a form may be printed, compared and used as a key; a number that is made from it again
has lost its gradient.

>>> from codegen.cli.show import after
>>> after("circuit", "def f(x): return x * np.random.rand()", 0.5)
f(x), gradients of x:
    noise = np.random.rand()          # passive
    return x * noise                  # x * y: dx = y * dout
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set
from types import ModuleType

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import root_of
from codegen.analysis.effects import (
    calls_in,
    draws,
    has_effect,
    is_outlived,
    only_checks,
    popping,
)
from codegen.errors import UnsupportedError
from codegen.gates.canonical import MISSING
from codegen.ir import Bind
from codegen.lower.expressions import WireBuilder
from codegen.lower.state import State
from codegen.pytree import has_float
from codegen.trace.facts import CHANGEABLE, kind_of
from codegen.trace.followed import is_user_generator
from codegen.trace.paths import path_of
from codegen.trace.run import CALLING

COUNTS = frozenset({"len", "isinstance", "type", "bool", "print", "hasattr", "range"})
MADE = (ast.Call, ast.Attribute, *syntax.COMPREHENSIONS)
CARRIERS = frozenset({"text", "other", "list", "tuple", "dict"})
HIDDEN_READS = frozenset({"eval", "exec", "locals", "globals", "vars", "dir"})


class Effects:
    """Looks for what an expression does besides computing."""

    def __init__(self, state: State) -> None:
        self.state = state

    def disguises(self, node: ast.stmt) -> None:
        """Refuse the numbers of a statement that are made from a disguise; note the names that carry one."""
        builder = self.state.builder()
        for part in own_expressions(node):
            parts = syntax.walk(part)
            tells = any(map(self.may_tell, parts))
            for inner in parts:
                self.look_at(inner, builder, tells)
        match node:
            case ast.Assign(value=value) | ast.AnnAssign(value=value) | ast.AugAssign(value=value):
                if value is not None and self.hides(value, builder):
                    self.state.scope.carriers |= set(syntax.stores(node))
            case ast.For(iter=value) if self.carries(value, builder):
                self.state.scope.carriers |= set(syntax.stores(node.target))
            case ast.Expr(value=ast.Call() as call):
                self.told(call, builder)
            case ast.FunctionDef(args=args):
                self.defaults(args, builder)
        if not builder.reach.of(node):
            for inner in inner_statements(node):
                self.disguises(inner)

    def may_tell(self, part: ast.AST) -> bool:
        """Return whether a part of an expression is text, or a name that carries a traced value."""
        if isinstance(part, ast.Name) and part.id in self.state.scope.carriers:
            return True
        return self.is_text(part)

    def is_text(self, part: ast.AST) -> bool:
        return isinstance(part, ast.JoinedStr) or kind_of(self.state.fact(part).sample)[0] == "text"

    def look_at(self, part: ast.AST, builder: WireBuilder, tells: bool) -> None:
        """Refuse a number made from a disguise, or one taken apart; `tells` if there is any text or carrier."""
        if isinstance(part, ast.Lambda):
            self.defaults(part.args, builder)
        if isinstance(part, ast.Call) and takes_apart(part) and self.is_traced(part, builder):
            raise self.disguised(part)
        if not tells or not isinstance(part, MADE) or not has_float(self.state.fact(part).sample):
            return
        if self.carries(part, builder) and builder.build(part) is None:
            raise self.disguised(part)

    def is_traced(self, call: ast.Call, builder: WireBuilder) -> bool:
        """Return whether what a call takes apart may be differentiated."""
        if isinstance(call.func, ast.Attribute):
            return builder.build(call.func.value) is not None
        name = syntax.called(call)
        return name not in self.state.rebinds and any(
            builder.build(a) is not None for a in call.args
        )

    def disguised(self, part: ast.AST) -> UnsupportedError:
        return self.state.refuse(
            part,
            "a traced value that travels as text, bytes or in an object loses its gradient",
            "Pass the number itself.",
        )

    def hides(self, value: ast.expr, builder: WireBuilder) -> bool:
        """Return whether a passive value may hold a disguise."""
        kind = (
            kind_of(self.state.fact(value).sample)[0]
            if not isinstance(value, ast.JoinedStr)
            else "text"
        )
        return kind in CARRIERS and self.carries(value, builder) and builder.build(value) is None

    def carries(self, node: ast.AST, builder: WireBuilder) -> bool:
        """Return whether an expression is made from text or bytes of a traced value, or from a name for such."""
        match node:
            case ast.Constant() | ast.Compare() | ast.Lambda():
                return False
            case ast.Name():
                return node.id in self.state.scope.carriers
            case ast.Subscript(value=value):
                return self.carries(value, builder)
        if is_size(node):
            return False
        if self.is_text(node) and self.reads(node, builder):
            return True
        return any(self.carries(child, builder) for child in syntax.parts(node))

    def reads(self, node: ast.AST, builder: WireBuilder) -> bool:
        """Return whether an expression reads more of a traced value than its size or type."""
        if is_size(node):
            return False
        if any(map(is_size, ast.walk(node))):
            return any(self.reads(child, builder) for child in syntax.parts(node))
        return builder.reach.of(node)

    def told(self, call: ast.Call, builder: WireBuilder) -> None:
        """Note the objects that a bare call tells a traced value: `f.write(str(x))`, `setattr(box, "w", x)`."""
        if isinstance(call.func, ast.Name) and call.func.id in COUNTS:
            return
        args = [a for a in syntax.given(call) if not isinstance(a, ast.Starred)]
        if not any(self.carries(a, builder) or builder.build(a) is not None for a in args):
            return
        followed = self.state.trace.run.calls.get(call, [])
        if followed and all(map(only_checks, followed)):
            return
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        for part in (owner, *args):
            sample = self.state.fact(part).sample if isinstance(part, ast.Name) else MISSING
            plain = isinstance(sample, ModuleType | np.ndarray | list | dict)
            if isinstance(part, ast.Name) and kind_of(sample)[0] == "other" and not plain:
                if part.id not in self.state.scope.active:
                    self.state.scope.carriers.add(part.id)

    def defaults(self, args: ast.arguments, builder: WireBuilder) -> None:
        """Refuse a function whose parameter has a traced value as its default."""
        for default in (*args.defaults, *args.kw_defaults):
            if default is not None and builder.build(default) is not None:
                raise self.state.refuse(
                    default,
                    "a default that is a traced value is not supported",
                    "Pass the value when the function is called.",
                )

    def look(self, node: ast.stmt) -> None:
        """Look through the expressions of a statement, before it is lowered."""
        self.disguises(node)
        for part in own_expressions(node):
            for call in calls_in(part):
                self.hidden_reads(call)
                self.hidden_change(node, call)
        if isinstance(node, ast.For) and (
            node in self.state.orders or draws(self.state.trace, node.iter)
        ):
            self.draw_order(node)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Expr):
            if node.value is not None and self.is_once(node.value):
                self.bind_first(node, node.value)

    def hidden_reads(self, call: ast.Call) -> None:
        """Refuse `eval`, `locals()` and the like: what they read cannot be seen."""
        if not isinstance(call.func, ast.Name) or call.func.id not in HIDDEN_READS:
            return
        if call.func.id in self.state.rebinds or (call.func.id == "vars" and call.args):
            return
        raise self.state.refuse(
            call,
            f"{call.func.id}() hides which values it reads, so its gradient cannot be found",
            "Write the expression itself.",
        )

    def hidden_change(self, node: ast.stmt, call: ast.Call) -> None:
        """Refuse a change of something traced in the middle of an expression."""
        shares = self.state.fact(call).changing
        if any(trace.keeps for trace in self.state.trace.run.calls.get(call, [])):
            return
        if (
            not shares
            or (isinstance(node, ast.Expr) and node.value is call)
            or popping(node) is call
        ):
            return
        builder = self.state.builder()
        keywords = [k.value for k in call.keywords]
        if shares & (self.state.scope.active | set(self.state.scope.structs)) or any(
            builder.build(a) is not None
            for a in (*call.args, *keywords)
            if not isinstance(a, ast.Starred)
        ):
            raise self.state.refuse(
                call,
                f"a call that changes {sorted(shares)[0]} inside an expression is not supported",
                "Make the change a statement of its own.",
            )

    def is_once(self, node: ast.AST) -> bool:
        """Return whether an expression is evaluated in the forward pass alone: later it gives something else."""
        trace = self.state.trace
        return draws(trace, node) or is_outlived(trace, node) or has_effect(trace, node)

    def bind_first(self, node: ast.stmt, value: ast.expr) -> None:
        """Bind each passive part of an expression that is evaluated once to a name, before the statement."""
        drawn_names = self.state.scope.drawn
        # a loop is lowered again when more in it turns out to be traced
        before = {p: drawn_names.pop(p) for p in syntax.walk(value) if p in drawn_names}
        builder = self.state.builder()
        bare = isinstance(node, ast.Expr)
        updates = (
            isinstance(node, ast.AugAssign) and root_of(node.target) in self.state.scope.active
        )
        parts = syntax.given(value) if bare and isinstance(value, ast.Call) else [value]
        if not updates and all(builder.build(part) is None for part in parts):
            return
        touched = self.touched(parts)
        shared = self.state.shared_keys
        for part in (found for one in parts for found in self.single_parts(one, builder, touched)):
            sample = builder.resolver.value(part)
            drawn = "mask" if kind_of(sample)[0] == "bool" else "noise"
            is_drawn = draws(self.state.trace, part)
            own = before.get(part) or self.state.free(drawn if is_drawn else told(part, shared))
            copies = (
                not is_drawn
                and isinstance(sample, CHANGEABLE)
                and is_outlived(self.state.trace, part)
            )
            text = f"{own} = {syntax.show(builder.texts.of(part))}{'.copy()' if copies else ''}"
            self.state.add(Bind(node, syntax.name(own), rewritten=True, text=text, binds=[own]))
            self.state.scope.drawn[part] = own
            self.state.scope.rewritten.add(node)

    def draw_order(self, node: ast.For) -> None:
        """Bind what a loop runs over to a name in front of it, if it is drawn in the header."""
        known = self.state.orders.get(node)  # the loop may be lowered again
        if known is None:
            builder = self.state.builder()
            if builder.build(node.iter) is not None:
                return
            own, sample = self.state.free("order"), builder.resolver.value(node.iter)
            drawn = syntax.show(builder.texts.of(node.iter))
            if any(map(is_user_generator, self.state.fact(node.iter).callees)):
                drawn = f"list({drawn})"  # the backward pass asks for the items again
            text = f"{own} = {drawn}"
            read = ast.copy_location(syntax.name(own), node.iter)
            self.state.see(read, sample)
            known = self.state.orders[node] = (own, text, sample)
            node.iter = read
            syntax.note(node, made=True)  # its header is no line of the user's
        own, text, sample = known
        at = ast.copy_location(ast.Pass(), node)
        syntax.note(at, made=True)
        self.state.add(
            Bind(at, syntax.name(own), rewritten=True, text=text, binds=[own], sample=sample)
        )

    def touched(self, values: Sequence[ast.expr]) -> set[str]:
        """Return the variables that calls in expressions may change: these are read before or after such a call."""
        trace = self.state.trace
        parts = (p for value in values for p in syntax.walk(value) if isinstance(p, CALLING))
        return {n for p in parts if has_effect(trace, p) for n in syntax.reads(p)}

    def single_parts(
        self, node: ast.expr, builder: WireBuilder, touched: set[str]
    ) -> Iterator[ast.expr]:
        """Yield the largest passive parts of an expression that are evaluated once, in their order."""
        is_read = not isinstance(node, ast.Name) and touched & set(syntax.reads(node))
        if not self.is_once(node) and not is_read:
            return
        if not isinstance(node, ast.Slice) and builder.build(node) is None:
            yield node
            return
        if isinstance(node, syntax.UNSURE) and draws(self.state.trace, node):
            raise self.state.refuse(
                node,
                "random numbers drawn at this place are not supported",
                "Draw them in a statement of their own, and give them a name.",
            )
        for child in syntax.parts(node):
            if isinstance(node, ast.Call) and child is node.func and path_of(child):
                continue  # which method an object has is guarded
            if isinstance(child, ast.keyword | ast.Starred):
                child = child.value
            if isinstance(child, ast.expr):
                yield from self.single_parts(child, builder, touched)


def told(node: ast.expr, shared: Set[str] = frozenset()) -> str:
    """Return the name that a read tells: `len_seen` for `len(self.seen)`; a shared word has its holder in it."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[value]):
            return f"{name}_{told(value, shared)}"
        case ast.Call(func=ast.Name(id=name)):
            return f"{name}_value"
        case ast.Call(func=func):
            return told(func, shared)
        case ast.Attribute(attr=name):
            return name.strip("_") or "value"
        case ast.Subscript(
            value=value, slice=ast.Constant(value=str() as key)
        ) if key.isidentifier():
            return f"{told(value, shared)}_{key}" if key in shared else key
        case ast.Subscript(value=value):
            return told(value, shared)
        case ast.Name(id=name):
            return name
    return "value"


def takes_apart(call: ast.Call) -> bool:
    """Return whether a call gives the bits, the fraction or the address of a number."""
    match call.func:
        case ast.Attribute(attr="as_integer_ratio"):
            return True
        case ast.Attribute(attr="view"):
            return bool(call.args or call.keywords)
        case ast.Name(id="id" | "hash"):
            return True
    return False


def inner_statements(node: ast.stmt) -> list[ast.stmt]:
    """Return the statements that stand directly in another, not those of a function or class."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return []
    return [one for block in syntax.blocks(node) for one in block]


def own_expressions(node: ast.stmt) -> list[ast.expr]:
    """Return the expressions of a statement, not those of the statements inside it."""
    found = []
    for child in syntax.parts(node):
        if isinstance(child, ast.expr):
            found.append(child)
        elif isinstance(child, ast.withitem):
            found.append(child.context_expr)
    return found


def is_size(node: ast.AST) -> bool:
    """Return whether an expression is the size or the type of something."""
    match node:
        case ast.Attribute(attr=attr):
            return attr in syntax.SHAPE_PARTS
        case ast.Call(func=ast.Name(id=name)):
            return name in COUNTS
    return False
