"""Queues with two ends: a function goes in that makes some or is given some; the same with lists for its own ones
comes out, and one that says of a given one what falls off its other end.

>>> import types
>>> text = '''def f(self, x):
...     self.recent.append(x)
...     q = deque([1.0])
...     return q.popleft() * sum(self.recent)
... '''
>>> tree = ast.parse(text).body[0]
>>> given = {"self": types.SimpleNamespace(recent=collections.deque([0.5], maxlen=3))}
>>> with_queues(tree, Known(tree, {"deque": collections.deque}, given))
>>> print(ast.unparse(tree))
def f(self, x):
    if self.recent.maxlen == len(self.recent):
        self.recent.popleft()
    self.recent.append(x)
    q = [1.0]
    return q.pop(0) * sum(self.recent)
"""

from __future__ import annotations

import ast
import collections
from types import FunctionType
from typing import Any

from codegen import syntax
from codegen.trace.normalize.fresh import Marking, formula, made, one_by_one, spliced, written
from codegen.trace.normalize.lookup import Known

ENDS = {"append", "appendleft", "popleft", "pop", "extend"}
FALLS = {"append": "popleft", "appendleft": "pop"}
"""What takes the item off a full queue that falls off its other end."""


def with_queues(tree: ast.FunctionDef, known: Known) -> None:
    calls = syntax.every(ast.Call, tree)
    with known.unchanged():
        is_made = any(known.value(n.func) is collections.deque for n in calls)
        given = {
            syntax.show(n.func.value)
            for n in calls
            if isinstance(n.func, ast.Attribute) and is_given(n.func.value, known)
        }
    if given:
        tree.body = spliced(tree.body, lambda s: with_falls(s, given))
    if is_made:
        tree.body = spliced(tree.body, lambda s: one_by_one(s, binds_a_call))
        with known.unchanged():
            queues = queues_of(tree, known)
        Lists(queues, known).visit(tree)


def is_given(queue: ast.expr, known: Known) -> bool:
    """Return whether an expression is a queue that the function is given, or a second name of one."""
    second = known.bound_once(queue.id) if isinstance(queue, ast.Name) else None
    return isinstance(known.value(second or queue), collections.deque)


def with_falls(statement: ast.stmt, given: set[str]) -> list[ast.stmt]:
    """Return a statement that puts something into a given queue behind one that says what falls off a full one."""
    match statement:
        case ast.Expr(
            ast.Call(func=ast.Attribute(queue, "append" | "appendleft" as way), args=[item])
        ) if (text := syntax.show(queue)) in given:
            # not `len(q) == q.maxlen`, which the user may ask as well: tests are told apart by their text
            fall = f"if {text}.maxlen == len({text}):\n    {text}.{FALLS[way]}()"
            is_read = any(syntax.show(n) == text for n in syntax.every(ast.expr, item))
            return [statement] if is_read else [*written(fall, statement), statement]
        case ast.Expr(ast.Call(func=ast.Attribute(queue, "extend"), args=[items])) if (
            text := syntax.show(queue)
        ) in given:
            (loop,) = written(
                f"for item in items:\n    {text}.append(item)", statement, items=items
            )
            assert isinstance(loop, ast.For)
            loop.body = with_falls(loop.body[0], given)
            return [loop]
    return [statement]


def binds_a_call(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    """Return whether names get the values of calls: `q, out = deque(), []`."""
    names = all(isinstance(t, ast.Name) for t in targets)
    return names and any(isinstance(v, ast.Call) for v in values)


def queues_of(tree: ast.FunctionDef, known: Known) -> dict[str, ast.expr | None]:
    """Return the variables that are queues and never leave the function, each with the length that it keeps to."""
    found: dict[str, list[ast.expr | None]] = {}
    others: set[str] = set()
    handed: set[str] = set()  # what others may make longer
    used: dict[str, set[str]] = {}
    for node in syntax.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=value):
                if is_queue(value, known):
                    found.setdefault(name, []).append(length_of(value))
                else:
                    others |= {name, *handed_on(value)}
            case ast.Return(ast.Name(name)):
                others.add(name)
            case ast.Call(func=func, args=args) if isinstance(known.value(func), FunctionType):
                handed |= {name for a in args for name in handed_on(a)}
            case ast.Assign(targets=targets, value=value) if not syntax.stores(targets[0]):
                handed |= set(handed_on(value))
            case ast.Call(func=ast.Attribute(value=ast.Name(name), attr=attr)):
                used.setdefault(name, set()).add(attr)
    queues: dict[str, ast.expr | None] = {}
    for name, lengths in found.items():
        if any(one is not None for one in lengths):
            others |= {name} & handed if len(lengths) == 1 else {name}
        ends = ENDS - {"extend"} if lengths[0] is not None else ENDS
        if name not in others and used.get(name, set()) <= ends:
            queues[name] = lengths[0]
    return queues


def handed_on(value: ast.expr) -> list[str]:
    """Return the variables that an expression hands on as a whole."""
    match value:
        case ast.Name(name):
            return [name]
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return [name for part in parts for name in handed_on(part)]
    return []


def length_of(value: ast.expr) -> ast.expr | None:
    """Return the length that a queue keeps to."""
    assert isinstance(value, ast.Call)
    given = [*value.args[1:], *(k.value for k in value.keywords)]
    return given[0] if given and not syntax.is_nothing(given[0]) else None


def is_queue(value: ast.expr, known: Known) -> bool:
    """Return whether an expression makes a queue that keeps to no length, or to one that stays what it is."""
    if not isinstance(value, ast.Call) or known.value(value.func) is not collections.deque:
        return False
    if len(value.args) + len(value.keywords) > 2 or any(k.arg != "maxlen" for k in value.keywords):
        return False
    match length_of(value):
        case None | ast.Constant():
            return True
        case ast.Name(name) | ast.Call(ast.Name("len"), [ast.Name(name)], []):
            return name not in known.counts()
    return False


def begun(value: ast.Call) -> ast.expr:
    """Return the list that a queue begins as: of what is too long, the end."""
    items, length = value.args[0] if value.args else ast.List([], ast.Load()), length_of(value)
    made_of = items if isinstance(items, ast.List | ast.BinOp) else syntax.call("list", items)
    match items:
        case ast.List([]):
            return made_of
        case ast.BinOp(ast.List([_]), ast.Mult(), count) | ast.Call(args=[count]) if (
            length is not None
            and syntax.same(count, length)
            and (isinstance(items, ast.BinOp) or syntax.calls(items, "np.zeros", "np.ones"))
        ):
            return made_of
    if length is None:
        return made_of
    return formula("items[::-1][:length][::-1]", items=made_of, length=syntax.deep(length))


class Lists(Marking):
    """Writes queues as lists."""

    def __init__(self, names: dict[str, ast.expr | None], known: Known) -> None:
        self.names, self.known = names, known

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=ast.Call() as queue) if (
                name in self.names
            ):
                node.value = begun(queue)
                made(node, node)
        return node

    def visit_Expr(self, node: ast.Expr) -> Any:
        """Take an item off the other end of a list that has become too long."""
        value = node.value
        self.generic_visit(node)
        match value:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(name), attr="append" | "appendleft" as attr)
            ):
                length = self.names.get(name)
            case _:
                return node
        if length is None:
            return node
        front = "0" if attr == "append" else ""
        text = f"if len(queue) > length:\n    queue.pop({front})"
        return [node, *written(text, node, queue=name, length=syntax.deep(length))]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Take items off the front of a list, and put them there; turn it round."""
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name("reversed"), args=[ast.Name(name) as base]) if (
                name in self.names
            ):
                text = "queue[::-1]"
            case ast.Call(func=ast.Attribute(value=ast.Name(name) as base, attr="popleft")) if (
                name in self.names
            ):
                text = "queue.pop(0)"
            case ast.Call(
                func=ast.Attribute(value=ast.Name(name) as base, attr="appendleft"), args=[_]
            ) if (name in self.names):
                text = "queue.insert(0, item)"
            case _:
                return node
        self.changes += 1
        return formula(text, node, queue=base, item=(*node.args, base)[0])
