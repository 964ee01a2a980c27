"""Guards: the text of a question goes in; out comes the statement that raises where the answer is another one than when
the code was made.

>>> guard = raising("len(x) != 2", "x had 2 items", ast.parse("y = x").body[0])
>>> print(*map(ast.unparse, without_repeats([guard, guard], {})))
if len(x) != 2:
    raise NotImplementedError('x had 2 items when this code was made')
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from codegen import syntax
from codegen.errors import as_made
from codegen.trace.normalize.fresh import moved

CHAINS = (ast.Name, ast.Attribute, ast.Subscript)


def counted(shown: str, count: int) -> tuple[str, str]:
    """Return the question whether a list has other items than in the example, and what was so."""
    return f"len({shown}) != {count}", f"{shown} had {count} items"


def other_keys(shown: str, keys: Iterable[Any]) -> tuple[str, str]:
    """Return the question whether a dict has other keys than in the example, and what was so."""
    return f"list({shown}) != {[*keys]!r}", f"{shown} had other keys"


def raising(test: str, was: str, at: ast.AST) -> ast.If:
    """Return the statement that raises where a test holds, and says what was so when the code was made."""
    found = ast.parse(f"if {test}:\n    raise NotImplementedError({as_made(was)!r})").body[0]
    assert isinstance(found, ast.If)
    return moved(found, at)


def is_guard(statement: ast.AST) -> TypeGuard[ast.If]:
    match statement:
        case ast.If(
            body=[ast.Raise(exc=ast.Call(func=ast.Name("NotImplementedError")))], orelse=[]
        ):
            return syntax.note_of(statement).made
    return False


def chains_in(tree: ast.expr) -> set[str]:
    """Return the texts of the names, attributes and items in an expression."""
    return {syntax.show(n) for n in syntax.walk(tree) if isinstance(n, CHAINS)}


def without_repeats(body: list[ast.stmt], above: Mapping[str, set[str]]) -> list[ast.stmt]:
    """Return a block in which no guard asks what one `above` asked, if what it reads is not written between."""
    asked = dict(above)
    found: list[ast.stmt] = []
    for statement in body:
        if is_guard(statement):
            text = syntax.show(statement.test)
            if text not in asked:
                asked[text] = chains_in(statement.test)
                found.append(statement)
            continue
        written = syntax.written_texts(statement) | {
            syntax.show(n.func.value)
            for n in syntax.every(ast.Call, statement)
            if isinstance(n.func, ast.Attribute)
        }
        asked = {text: read for text, read in asked.items() if not read & written}
        syntax.change_blocks(statement, lambda inner: without_repeats(inner, asked))  # noqa: B023
        found.append(statement)
    return found


def open_message(statement: ast.If) -> ast.Call | None:
    """Let a guard say as an expression of its own what it asks about, as in `self.layers had 2 items`, so that it gets
    the names of where the function is called; `close_message` makes a text of it again.
    """
    match statement.body:
        case [ast.Raise(exc=ast.Call(args=[ast.Constant(str(text))]) as message)] if is_guard(
            statement
        ):
            pass
        case _:
            return None
    shown = {syntax.show(n): n for n in syntax.walk(statement.test) if isinstance(n, CHAINS)}
    found = [name for name in shown if text.startswith(f"{name} ")]
    if not found:
        return None
    longest = max(found, key=len)
    message.args = [syntax.deep(shown[longest]), ast.Constant(text.removeprefix(longest))]
    return message


def close_message(message: ast.Call | None) -> None:
    """Make the message of a guard a text again."""
    if message is not None:
        asked, text = message.args
        assert isinstance(text, ast.Constant)
        message.args = [
            ast.copy_location(ast.Constant(syntax.show(asked) + str(text.value)), message)
        ]
