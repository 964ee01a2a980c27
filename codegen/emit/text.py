"""Text: planned lines go in, their text comes out; a module is laid out by black.

>>> from codegen import syntax
>>> line = Line(syntax.name("dx"), "+=", syntax.parse("w * dout"), "x forks")
>>> lines_of([Remark("y = w * x"), line])
['# backprop y = w * x', 'dx += w * dout  # x forks']
"""

from __future__ import annotations

import ast
import functools
import re
import textwrap
from collections.abc import Callable, Sequence

from codegen import syntax
from codegen.backward.rows import WIDTH
from codegen.emit.templates import IMPORTS
from codegen.ir import Again, Else, For, If, Line, Nest, Planned, Remark

BACKPROP = (
    "backprop"  # what a comment says before the line of the forward pass that is run backwards
)
AND = " and "  # between the stages that one comment is about
BETWEEN = "\n\n\n"  # what stands at the top of a module, one after the other
PIECE = 100  # so many lines black lays out at once, behind the first ones
SIMPLE = (ast.Assign, ast.AugAssign)
BLOCK = "if True:\n"  # what a piece of a function stands under
GUARD = re.compile(r"""^( *)raise NotImplementedError\('([^'"\\\n]*)'\)$""", re.MULTILINE)
EMPTY = re.compile(r"^ +$", re.MULTILINE)


def formatted(text: str, width: int = WIDTH) -> str:
    """Return the text as black formats it: what stands apart by two empty lines by itself, for a module that gets one
    more guard has the same text but for that function.
    """
    apart = [part.strip("\n") for part in text.strip("\n").split(BETWEEN)]
    try:
        return f"{BETWEEN.join(formatted_pieces(part, width) for part in apart)}\n"
    except Exception:  # noqa: BLE001 - the lines stand within a string
        return f"{formatted_part(text, width)}\n"


def formatted_pieces(text: str, width: int) -> str:
    """Return a function as black formats it, piece by piece: one more guard then costs the first piece alone."""
    head, *others = pieces(text)
    shown = [formatted_part(f"{BLOCK}{piece}", width).removeprefix(BLOCK) for piece in others]
    return "\n".join([formatted_part(head, width), *shown])


def pieces(text: str) -> list[str]:
    """Return a text cut where black sees no more than that others stand above: before assignments in a function."""
    lines = text.split("\n")
    if "# fmt:" in text:
        return [text]
    match ast.parse(text).body:
        case [ast.FunctionDef(body=body)]:
            cuts = [0]
            for above, below in zip(body, body[1:], strict=False):
                plain = isinstance(above, SIMPLE) and isinstance(below, SIMPLE)
                end = above.end_lineno or 0
                if (
                    plain
                    and (cuts == [0] or end >= cuts[-1] + PIECE)
                    and all(line.startswith("    #") for line in lines[end : below.lineno - 1])
                ):
                    cuts.append(end)
            return ["\n".join(lines[a:b]) for a, b in zip(cuts, [*cuts[1:], None], strict=True)]
    return [text]


@functools.lru_cache(maxsize=256)
def formatted_part(text: str, width: int) -> str:
    """Return some text as black formats it, without a last end of line."""
    with IMPORTS:
        import black
        from black.mode import TargetVersion
        from black.report import NothingChanged

    mode = black.Mode(target_versions={TargetVersion.PY311}, line_length=width)
    text = laid_out(text, width)
    try:
        return black.format_file_contents(f"{text}\n", fast=True, mode=mode).rstrip("\n")
    except NothingChanged:
        return text


def laid_out(text: str, width: int) -> str:
    """Return a text with what black changes in most of them as black has it, for it takes a text twice in which it
    changes anything: the messages of guards, and empty lines.

    >>> print(laid_out("if n != 3:\\n    raise NotImplementedError('n was 3 when this code was made')", 60))
    if n != 3:
        raise NotImplementedError(
            "n was 3 when this code was made"
        )
    """
    if "'''" in text or '"""' in text or "\\\n" in text:
        return text  # a line may lie within a string

    def guard(found: re.Match[str]) -> str:
        pad, said = found.groups()
        whole = f'{pad}raise NotImplementedError("{said}")'
        if len(whole) <= width:
            return whole
        rows = in_rows(said, width - len(f'{pad}     ""'))
        ends = [" "] * (len(rows) - 1) + [""]
        shown = [f'{pad}    "{row}{end}"' for row, end in zip(rows, ends, strict=True)]
        return "\n".join([f"{pad}raise NotImplementedError(", *shown, f"{pad})"])

    return EMPTY.sub("", GUARD.sub(guard, text))


def in_rows(said: str, room: int) -> list[str]:
    """Return the words of a guard in rows of at most so many letters, what is asked last in one of its own if it can.

    >>> in_rows("needs a number p and x.shape == y.shape", 30)
    ['needs a number p', 'and x.shape == y.shape']
    """
    first, _, last = said.rpartition(" and ")
    if first and max(len(first), len(f"and {last}")) <= room < len(said):
        return [first, f"and {last}"]
    return textwrap.wrap(said, room, break_long_words=False)


def header_text(nest: Nest) -> str:
    match nest:
        case If(test=ast.expr() as test):
            return f"if {syntax.show(test)}:"
        case For(target=ast.expr() as target, iterable=ast.expr() as iterable):
            return f"for {unbracketed(target)} in {syntax.show(iterable)}:"
    return "else:"


def lines_of(
    items: Sequence[Planned], indent: int = 0, header: Callable[[Nest], str] = header_text
) -> list[str]:
    """Return the text of planned lines; `header` gives that of the header of a compound statement."""
    found: list[str] = []
    pad = "    " * indent
    for item in items:
        if isinstance(item, Nest):
            found.extend(nest_lines(item, indent, header))
            continue
        match item:
            case Remark(text=text):
                shown = fitting(f"{BACKPROP} {text}", indent)
            case Again(text=text):
                shown = [text]
            case Line(comment=comment):
                shown = commented(line_text(item), comment, indent)
            case _:
                shown = [""]
        found.extend(f"{pad}{line}" for line in shown)
    return found


def commented(text: str, comment: str, indent: int) -> list[str]:
    """Return a line with its comment: behind it, or above it where it would not fit."""
    if not comment:
        return [text]
    whole = f"{text}  # {comment}"
    return [whole] if len(whole) + 4 * (indent + 1) <= WIDTH else [f"# {comment}", text]


def nest_lines(nest: Nest, indent: int, header: Callable[[Nest], str]) -> list[str]:
    """Return the text of a compound statement; a branch alone in an `else` is an `elif`."""
    pad = "    " * indent
    inner = nest.body
    if (
        isinstance(nest, Else)
        and inner
        and isinstance(inner[0], If)
        and all(isinstance(n, Else) for n in inner[1:])
    ):
        first, *rest = lines_of(inner, indent, header)
        return [f"{pad}el{first.lstrip()}", *rest]
    return [f"{pad}{header(nest)}", *(lines_of(inner, indent + 1, header) or [f"{pad}    pass"])]


def fitting(comment: str, indent: int) -> list[str]:
    """Return a comment, on several lines if it is wider than the page: a stage begins a line where it does not fit."""
    room = max(WIDTH // 3, WIDTH - 4 * (indent + 1))
    first, *others = comment.split(AND)
    found = [f"# {first}"]
    for one in others:
        if len(found[-1]) + len(AND) + len(one) <= room:
            found[-1] += f"{AND}{one}"
        else:
            found.append(f"#    {AND}{one}")
    return [
        line
        for one in found
        for line in textwrap.wrap(
            one,
            room,
            subsequent_indent="#     ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]


def line_text(line: Line) -> str:
    if line.target is None:
        return syntax.show(line.value)
    spelled = unbracketed if isinstance(line.target, ast.Tuple) else syntax.show
    return f"{spelled(line.target)} {line.operator} {spelled(line.value)}"


def unbracketed(tree: ast.expr) -> str:
    """Return a tuple without its brackets, but for one of rows of names that do not fit into a line."""
    if not isinstance(tree, ast.Tuple):
        return syntax.show(tree)
    text = ", ".join(map(syntax.show, tree.elts))
    in_rows = len(text) > WIDTH // 2 and all(isinstance(e, ast.Tuple) for e in tree.elts)
    return f"({text},)" if in_rows else text  # a formatter breaks the line at the comma
