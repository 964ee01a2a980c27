"""Trees of expressions: building, renaming and printing them; text goes in at `parse`, comes out at
`show`, nowhere else.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

Tree = TypeVar("Tree", bound=ast.AST)


def parse(text: str) -> ast.expr:
    """Return the tree of an expression."""
    return ast.parse(text, mode="eval").body


def name(identifier: str) -> ast.Name:
    """Return a tree that reads a name."""
    return ast.Name(id=identifier, ctx=ast.Load())


def constant(value: Any) -> ast.Constant:
    """Return a literal."""
    return ast.Constant(value=value)


def call(callee: str, *args: ast.expr, **keywords: ast.expr) -> ast.Call:
    """Return a call of a dotted name."""
    return ast.Call(
        func=parse(callee),
        args=list(args),
        keywords=[ast.keyword(arg=k, value=v) for k, v in keywords.items()],
    )


def index(value: ast.expr, key: ast.expr) -> ast.Subscript:
    """Return `value[key]`."""
    return ast.Subscript(value=value, slice=key, ctx=ast.Load())


def rewrite(tree: ast.expr, change: Callable[[ast.expr], ast.expr | None]) -> ast.expr:
    """Return a copy of `tree` in which every part for which `change` gives a tree is replaced by it,
    from the top down.
    """
    found = change(tree)
    if found is not None:
        return found
    fresh = shallow(tree)
    for field in tree._fields:
        value = getattr(tree, field, None)
        if isinstance(value, ast.AST | list):
            setattr(fresh, field, rewritten(value, change))
    return fresh


def shallow(tree: Tree) -> Tree:
    """Return a tree with the same parts."""
    fresh: Tree = tree.__class__.__new__(tree.__class__)
    fresh.__dict__.update(tree.__dict__)
    return fresh


def deep(tree: Tree) -> Tree:
    """Return a tree with copies of all its parts."""
    fresh = shallow(tree)
    for field in tree._fields:
        value = getattr(tree, field, None)
        if isinstance(value, ast.AST):
            setattr(fresh, field, deep(value))
        elif isinstance(value, list):
            setattr(fresh, field, [deep(v) if isinstance(v, ast.AST) else v for v in value])
    return fresh


def walk(tree: ast.AST) -> list[ast.AST]:
    """Return a tree and all its parts, as `ast.walk` yields them."""
    found = [tree]
    for node in found:
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, ast.AST):
                found.append(value)
            elif isinstance(value, list):
                found.extend([item for item in value if isinstance(item, ast.AST)])
    return found


def rewritten(value: Any, change: Callable[[ast.expr], ast.expr | None]) -> Any:
    """Return one field of a tree, rewritten."""
    if isinstance(value, ast.expr):
        return rewrite(value, change)
    if isinstance(value, list):
        return [rewritten(item, change) for item in value]
    if isinstance(value, ast.AST) and not isinstance(
        value, ast.expr_context | ast.operator | ast.unaryop | ast.cmpop | ast.boolop
    ):
        fresh = shallow(value)
        for field, inner in ast.iter_fields(value):
            setattr(fresh, field, rewritten(inner, change))
        return fresh
    return value


def substitute(tree: ast.expr, trees: Mapping[str, ast.expr]) -> ast.expr:
    """Return `tree` with names replaced by trees; names that a comprehension or lambda binds itself stay."""

    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, ast.Name):
            return trees.get(part.id)
        bound = own_names(part)
        if bound & trees.keys():
            kept = {k: v for k, v in trees.items() if k not in bound}
            fresh = shallow(part)
            for field, value in ast.iter_fields(part):
                setattr(fresh, field, rewritten(value, lambda p: substitute(p, kept)))
            return fresh
        return None

    return rewrite(tree, change)


def own_names(part: ast.AST) -> set[str]:
    """Return the names that a comprehension or a lambda binds."""
    if isinstance(part, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return {
            n.id for g in part.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)
        }
    if isinstance(part, ast.Lambda):
        return {a.arg for a in ast.walk(part.args) if isinstance(a, ast.arg)}
    return set()


def free_names(tree: ast.AST, bound: frozenset[str] = frozenset()) -> Iterator[ast.Name]:
    """Yield the names that `tree` reads and does not bind itself, in order."""
    waiting = [(tree, bound)]
    while waiting:
        node, inner = waiting.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load) and node.id not in inner:
                yield node
            continue
        inner = inner | own_names(node)
        waiting.extend((child, inner) for child in reversed(list(ast.iter_child_nodes(node))))


def reads(tree: ast.AST) -> list[str]:
    """Return the identifiers that `tree` reads, without repeats, in order."""
    return list(dict.fromkeys(n.id for n in free_names(tree)))


def stores(tree: ast.AST) -> list[str]:
    """Return the identifiers that `tree` binds, without repeats."""
    found = [
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    return list(dict.fromkeys(found))


def same(a: ast.AST, b: ast.AST) -> bool:
    """Return whether two trees have the same text."""
    return ast.dump(a) == ast.dump(b)


class Spelled(ast._Unparser):  # type: ignore[name-defined,misc]  # the standard printer, but for the spelling of numbers
    """Prints a tree, numbers as the user spelled them."""

    def visit_Constant(self, node: ast.Constant) -> None:
        """Print a literal."""
        spelling = getattr(node, "spelling", None)
        if spelling is not None:
            self.write(spelling)
        elif isinstance(node.value, str) and not self._avoid_backslashes and is_simple(node.value):
            self.write(f'"{node.value}"')
        else:
            super().visit_Constant(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Print an item; a field of a namedtuple by its name."""
        attribute = getattr(node, "field", None)
        if attribute is None:
            super().visit_Subscript(node)
        else:
            self.visit_Attribute(ast.Attribute(node.value, attribute, node.ctx))

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """Print an operation; a power of plain operands without spaces."""
        if isinstance(node.op, ast.Pow) and is_plain(node.left) and is_plain(node.right):
            with self.require_parens(self.binop_precedence["**"], node):
                self.write(f"{Spelled().visit(node.left)}**{Spelled().visit(node.right)}")
        else:
            super().visit_BinOp(node)

    def visit_Slice(self, node: ast.Slice) -> None:
        """Print a slice, with spaces if it holds more than names and numbers."""
        parts = [node.lower, node.upper]
        space = "" if all(p is None or is_short(p) for p in (*parts, node.step)) else " "
        shown = [Spelled().visit(p) if p is not None else "" for p in parts]
        text = f"{shown[0]}{space if shown[0] else ''}:{space if shown[1] else ''}{shown[1]}"
        if node.step is not None:
            text += f"{space if shown[1] else ''}:{space}{Spelled().visit(node.step)}"
        self.write(text)


def is_short(tree: ast.expr) -> bool:
    """Return whether a bound of a slice is a name or a number, with or without a minus."""
    if isinstance(tree, ast.UnaryOp):
        return is_short(tree.operand)
    return isinstance(tree, ast.Name | ast.Constant)


def is_simple(text: str) -> bool:
    """Return whether a string can stand between double quotes as it is."""
    return text.isprintable() and '"' not in text and "\\" not in text


def is_plain(tree: ast.expr) -> bool:
    """Return whether a tree is a name, an attribute of one, or a number."""
    if isinstance(tree, ast.Attribute):
        return is_plain(tree.value) and not isinstance(tree.value, ast.Constant)
    return isinstance(tree, ast.Name) or (
        isinstance(tree, ast.Constant) and type(tree.value) in (int, float)
    )


def show(tree: ast.AST) -> str:
    """Return the text of a tree."""
    return str(Spelled().visit(tree))


def keep_spelling(tree: ast.AST, lines: tuple[str, ...]) -> None:
    """Note on each number of `tree` how the user's file spells it."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
        ):
            if node.lineno == node.end_lineno and 0 < node.lineno <= len(lines):
                raw = (
                    lines[node.lineno - 1].encode()[node.col_offset : node.end_col_offset].decode()
                )
                if raw and (raw[0].isdigit() or raw[0] == "."):
                    node.spelling = raw  # type: ignore[attr-defined]  # read by `Spelled`


def is_literal(tree: ast.expr, value: float) -> bool:
    """Return whether `tree` is a number equal to `value`."""
    return (
        isinstance(tree, ast.Constant) and type(tree.value) in (int, float) and tree.value == value
    )
