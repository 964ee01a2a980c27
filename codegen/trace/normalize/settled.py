"""Settled tests: a branch goes in; out comes the side that it takes, where what it asks is known before the function
runs.

>>> tree = ast.parse("if 'W1' == 'W2':\\n    a = 1\\nelse:\\n    a = 2").body[0]
>>> print(*map(ast.unparse, folded(tree, Known(tree, {}, {}))))
a = 2
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.pytree import has_attributes, is_itself_alone
from codegen.trace.facts import holds_weights
from codegen.trace.guards import raising
from codegen.trace.normalize.fresh import made
from codegen.trace.normalize.lookup import Known


def folded(statement: ast.stmt, known: Known) -> list[ast.stmt]:
    """Return the side taken of a branch on literals, or on what an item is, guarded; others as they are."""
    taken = side_taken(statement, known) if isinstance(statement, ast.If) else None
    if taken is None:
        return [statement]
    guards, side = taken
    return [*guards, *(s for one in side for s in folded(one, known))]


def side_taken(branch: ast.If, known: Known) -> tuple[list[ast.stmt], list[ast.stmt]] | None:
    """Return the guards and the statements of the side that such a branch takes; None where that is not known."""
    sides = {True: branch.body, False: branch.orelse}
    match branch.test:
        case ast.Compare(ast.Constant(a), [ast.Eq() | ast.NotEq() as op], [ast.Constant(b)]):
            return [], sides[(a == b) == isinstance(op, ast.Eq)]
        case ast.Compare(ast.Name(a), [op], [ast.Name(b)]) if all(
            is_made_alone(name, op, known) for name in (a, b)
        ):
            return [], sides[(a == b) == isinstance(op, ast.Is | ast.Eq)]
    if (pair := compared(branch.test, known)) is not None:
        one, other, is_same, is_asked = pair
        two = f"{one} is {other}", f"{one} and {other} were two objects"
        return [] if is_same else [raising(*two, branch)], sides[is_same == is_asked]
    if (answer := looked_at(branch.test, known)) is None:
        return None
    shown = syntax.show(branch.test)
    otherwise = f"not ({shown})" if answer else shown
    return [raising(otherwise, f"{shown} was {answer}", branch)], sides[answer]


def is_made_alone(name: str, op: ast.cmpop, known: Known) -> bool:
    """Return whether a variable only ever holds one object that is made there, which is asked whether it is another."""
    maker = known.bound_once(name)
    kind = known.value(maker.func) if isinstance(maker, ast.Call) else None
    makes, equals = (getattr(kind, word, None) for word in ("__new__", "__eq__"))
    if not isinstance(kind, type) or makes is not object.__new__:
        return False
    is_itself = isinstance(op, ast.Eq | ast.NotEq) and equals is object.__eq__
    return is_itself or isinstance(op, ast.Is | ast.IsNot)


def compared(test: ast.expr, known: Known) -> tuple[str, str, bool, bool] | None:
    """Return the two objects that `self.bodies[0] is self.bodies[1]` compares, in the order of their names, whether
    they are one, and whether that is asked; None for other tests, and for one object under two names.
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = compared(inner, known)
            return None if found is None else (*found[:3], not found[3])
        case ast.Compare(
            left=ast.Subscript() as left, ops=[op], comparators=[ast.Subscript() as right]
        ):
            values = known.value(left), known.value(right)
            plain = all(map(is_itself_alone, values))
            one, other = sorted(map(syntax.show, (left, right)))
            kinds = (ast.Is, ast.IsNot, *((ast.Eq, ast.NotEq) if plain else ()))
            is_same = values[0] is values[1]
            if all(map(holds_weights, values)) and isinstance(op, kinds):
                if not is_same or one == other:
                    return one, other, is_same, isinstance(op, ast.Is | ast.Eq)
    return None


def looked_at(test: ast.expr, known: Known) -> bool | None:
    """Return the answer to `isinstance(self.layers[0], C)` or `hasattr(self.layers[0], "w")`, None for other tests."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = looked_at(inner, known)
            return None if found is None else not found
        case ast.Call(
            func=ast.Name("isinstance" | "hasattr" as what), args=[ast.Subscript() as item, key]
        ):
            value = known.value(item)
            if not has_attributes(value):
                return None
            if what == "hasattr" and isinstance(key, ast.Constant):
                return hasattr(value, str(key.value))
            kinds = [known.value(e) for e in syntax.elements(key)]
            if what == "isinstance" and all(isinstance(kind, type) for kind in kinds):
                return isinstance(value, tuple(kinds))
    return None


def with_known_length(block: list[ast.stmt], name: str, known: Known) -> list[ast.stmt]:
    """Return a block that knows how long a list is that is made there: `if len(outs) == 1`."""
    found: list[ast.stmt] = []
    length: int | None = None
    for statement in block:
        match statement:
            case ast.Assign([ast.Name(target)], ast.List([])) if target == name:
                length = 0
            case _ if length is not None and appended_to(statement) == name:
                length += 1
            case ast.If(
                ast.Compare(
                    ast.Call(ast.Name("len"), [ast.Name(asked)]), [_], [ast.Constant(int())]
                )
            ) if (length is not None and asked == name):
                statement.test.left = made(syntax.constant(length), statement)  # type: ignore[attr-defined]  # it compares
                found += folded(statement, known)
                length = None
                continue
            case _ if name in syntax.names(statement):
                length = None
        found.append(statement)
    return found


def appended_to(statement: ast.stmt) -> str:
    """Return the list that a statement appends one item to; "" for other statements."""
    match statement:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"), [_], [])):
            return name
    return ""
