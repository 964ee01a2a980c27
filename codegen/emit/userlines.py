"""The user's own lines: a statement goes in, its lines as they stand in the file come out, comments and all."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator

from codegen import syntax
from codegen.trace.read import FunctionTree, Source


class UserLines:
    """The lines of one function in the user's file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.reached = body_start(source.tree)
        spots = {(s.lineno, s.col_offset): s for s in statements(source.tree)}
        self.held = Counter(
            line for s in spots.values() for line in range(s.lineno, header_end(s) + 1)
        )

    def is_shared(self, statement: ast.stmt) -> bool:
        """Return whether another statement, or an `else:`, stands on a line of this one."""
        first = self.source.lines[statement.lineno - 1].encode()
        last = self.source.lines[(statement.end_lineno or statement.lineno) - 1].encode()
        behind = last[statement.end_col_offset or 0 :].lstrip()
        return bool(first[: statement.col_offset].strip() or behind.startswith(b";")) or any(
            self.held[line] > 1 for line in range(statement.lineno, header_end(statement) + 1)
        )

    def between(self, statement: ast.stmt) -> list[str]:
        """Return the comments and blank lines before a statement."""
        found = [
            line.strip() for line in self.source.lines[self.reached : first_line(statement) - 1]
        ]
        return [line for line in found if not line or line.startswith("#")]

    def passed(self, line: int) -> None:
        self.reached = max(self.reached, line)

    def whole(self, statement: ast.stmt) -> list[str]:
        if syntax.note_of(statement).named and not isinstance(statement, syntax.COMPOUND):
            *lines, last = syntax.lines_of(syntax.show(statement))
            return [*lines, f"{last}  {self.comment(statement)}".rstrip()]
        asks_by_name = isinstance(statement, ast.If) and binds(statement.test)
        if (
            self.is_shared(statement)
            or isinstance(self.source.tree, ast.Lambda)
            or is_made(statement)
            or isinstance(statement, syntax.NESTING)
            and any(is_made(n) for n in syntax.every(ast.stmt, statement))
            or has_long_string(statement)
            or asks_by_name
            and header_end(statement) == statement.body[0].lineno  # type: ignore[attr-defined]  # a branch
        ):
            # a flag that is set, for one
            return syntax.lines_of(syntax.show(asked_by_name(statement)))
        raw = self.source.lines[first_line(statement) - 1 : last_line(statement)]
        text = syntax.dedented("\n".join(raw))
        first, *rest = syntax.lines_of(text)
        if asks_by_name:
            return [*self.header(statement), *rest[header_end(statement) - statement.lineno :]]
        # what is an `elif` in the file may stand in an `else` here
        return [first.removeprefix("el") if isinstance(statement, ast.If) else first, *rest]

    def header(self, statement: ast.stmt) -> list[str]:
        body: list[ast.stmt] = statement.body  # type: ignore[attr-defined]  # a compound statement has one
        if isinstance(statement, ast.If) and binds(statement.test):
            return syntax.lines_of(syntax.show(emptied(asked_by_name(statement))))[:1]
        if is_made(statement) or syntax.note_of(statement).named:
            return syntax.lines_of(syntax.show(emptied(statement)))[:1]
        raw = list(self.source.lines[first_line(statement) - 1 : header_end(statement)])
        raw[0] = raw[0].strip().removeprefix("el")
        if (
            body[0].lineno == header_end(statement)
            or has_long_string(statement)
            or not ends_header(raw[-1])
        ):
            return syntax.lines_of(syntax.show(emptied(statement)))[:1]
        return [raw[0], *(f"    {line.strip()}" for line in raw[1:])]

    def comment(self, statement: ast.stmt) -> str:
        if (
            self.is_shared(statement)
            or is_made(statement)
            or isinstance(statement, syntax.COMPOUND)
        ):
            return ""
        last = self.source.lines[(statement.end_lineno or 1) - 1]
        return comment_of(last.encode()[statement.end_col_offset or 0 :].decode())


def body_start(tree: FunctionTree) -> int:
    """Return the last line in front of what a function does: that of its docstring, or of its header."""
    if isinstance(tree, ast.Lambda):
        return tree.lineno
    if ast.get_docstring(tree, clean=False) is not None:
        return tree.body[0].end_lineno or 0
    inside = [tree.returns, *ast.walk(tree.args)]
    return max([tree.lineno, *(getattr(node, "end_lineno", None) or 0 for node in inside)])


def statements(tree: ast.AST) -> Iterator[ast.stmt]:
    for node in syntax.walk(tree):
        if isinstance(node, ast.stmt) and node is not tree and not is_made(node):
            yield node


def is_made(statement: ast.stmt) -> bool:
    """Return whether a statement is no line of the user's file."""
    return syntax.note_of(statement).made


def first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(d.lineno for d in decorators)])


def last_line(statement: ast.stmt) -> int:
    """Return the last line of a statement, without the `else` of a loop that has been moved behind it."""
    if isinstance(statement, ast.For | ast.While) and not statement.orelse:
        return last_line(statement.body[-1])
    return statement.end_lineno or statement.lineno


def header_end(statement: ast.stmt) -> int:
    """Return the last line of a simple statement, or of the header of a compound one."""
    if isinstance(statement, ast.If | ast.While):
        return statement.test.end_lineno or statement.lineno
    if isinstance(statement, ast.For):
        return statement.iter.end_lineno or statement.lineno
    if isinstance(statement, ast.With):
        last = statement.items[-1]
        return (last.optional_vars or last.context_expr).end_lineno or statement.lineno
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Try):
        return statement.lineno
    return statement.end_lineno or statement.lineno


def ends_header(line: str) -> bool:
    comment = comment_of(line)
    return line.strip().removesuffix(comment).rstrip().endswith(":")


def emptied(statement: ast.stmt) -> ast.stmt:
    found = syntax.shallow(statement)
    if isinstance(found, syntax.COMPOUND):
        found.body = [ast.Pass()]
    if isinstance(found, ast.For | ast.While | ast.If):
        found.orelse = []
    return found


def binds(test: ast.expr) -> bool:
    """Return whether a test binds a name: that stands in a statement before it."""
    return syntax.has(test, ast.NamedExpr)


def asked_by_name(statement: ast.stmt) -> ast.stmt:
    """Return a branch that reads the names which its test binds; other statements as they are."""
    if not (isinstance(statement, ast.If) and binds(statement.test)):
        return statement
    found = syntax.shallow(statement)
    found.test = syntax.without_walruses(found.test)
    return found


def has_long_string(statement: ast.stmt) -> bool:
    """Return whether a statement has a string over several lines, which must not be dedented."""
    return any(
        isinstance(n, ast.Constant | ast.JoinedStr)
        and n.lineno != n.end_lineno
        and (isinstance(n, ast.JoinedStr) or isinstance(n.value, str | bytes))
        for n in syntax.walk(statement)
    )


def comment_of(text: str) -> str:
    if "#" not in text:
        return ""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text.strip() + "\n").readline))
    except (tokenize.TokenError, IndentationError):
        return ""
    return next((t.string for t in tokens if t.type == tokenize.COMMENT), "")
