"""Layout: a module goes in, the same code with the names, the width and the docstring of a project comes out."""

from __future__ import annotations

import ast
import io
import textwrap
import tokenize
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from codegen import syntax
from codegen.backward.rows import WIDTH
from codegen.emit.numbered import BACKWARD, aligned
from codegen.emit.text import formatted
from codegen.errors import UsageError
from codegen.pairs import backward_name, base_name, forward_name
from codegen.records import dataclass

if TYPE_CHECKING:
    from codegen.emit.annotated import Types


@dataclass(frozen=True)
class Layout:
    """How a project wants its generated modules."""

    width: int = WIDTH
    """Of the page."""
    docstrings: bool = False
    """Whether the forward function keeps the docstring of the function."""
    annotations: bool = False
    """Whether arguments and results have types."""
    forward: str = "{}_forward"
    backward: str = "{}_backward"
    """The names of a pair, with `{}` for the name of the function."""
    prefix: str = ""
    """What the names of helpers begin with."""

    def renamed(self, source: str, root: str) -> dict[str, str]:
        """Return the new name of each function whose name changes; `root` is what the module is made for."""
        defined = [s.name for s in ast.parse(source).body if isinstance(s, ast.FunctionDef)]
        found = {}
        for name in defined:
            base = base_name(name)
            if name != forward_name(base) or backward_name(base) not in defined:
                continue
            prefix = "" if base == base_name(root) else self.prefix
            found[name] = prefix + self.forward.format(base)
            found[backward_name(base)] = prefix + self.backward.format(base)
        return {old: new for old, new in found.items() if new != old}


def laid_out(
    source: str, layout: Layout, name: str, docstring: str | None = None, types: Types | None = None
) -> str:
    """Return the text of a module in the layout of a project, with the docstring and the annotations if given;
    `UsageError` if a new name is taken.
    """
    if layout == Layout():
        return source
    names = layout.renamed(source, name)
    taken = {token.string for token in tokens(source) if token.type == tokenize.NAME}
    for old, new in names.items():
        if not new.isidentifier() or new in taken or list(names.values()).count(new) > 1:
            raise UsageError(
                f"{old} cannot be called {new!r}: that is no name, or it is taken",
                advice='Choose other names in [tool.codegen]: forward = "{}_fwd", for example.',
            )
    text = with_names(source, names)
    forward, backward = (names.get(n, n) for n in (forward_name(name), backward_name(name)))
    if layout.annotations and types is not None:
        from codegen.emit.annotated import with_types

        text = with_types(text, forward, backward, base_name(name), types)
    if layout.docstrings and docstring:
        text = with_docstring(text, forward, base_name(name), docstring)
    return black_again(text, layout.width)


def black_again(text: str, width: int) -> str:
    """Return a text as black formats it; the numbers of stages stay in their column."""
    found = formatted(text, width)
    return aligned(found) if BACKWARD in text.split("\n") else found


def tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(source).readline)


def with_names(source: str, names: Mapping[str, str]) -> str:
    lines = syntax.lines_of(source, ends=True)
    found = [t for t in tokens(source) if t.type == tokenize.NAME and t.string in names]
    for token in reversed(found):
        row, (start, end) = token.start[0] - 1, (token.start[1], token.end[1])
        lines[row] = lines[row][:start] + names[token.string] + lines[row][end:]
    return "".join(lines)


def with_docstring(source: str, forward: str, single: str, docstring: str) -> str:
    """Return a text whose forward function has a docstring; in the style of one function, that one."""
    from codegen.emit.annotated import header_end

    lines = syntax.lines_of(source, ends=True)
    functions = {s.name: s for s in ast.parse(source).body if isinstance(s, ast.FunctionDef)}
    function = functions.get(forward) or functions.get(single)
    if function is not None:
        quoted = docstring.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').rstrip()
        quoted += "\n" if "\n" in quoted else ""
        lines.insert(
            header_end(source, function),
            textwrap.indent(f'"""{quoted}"""\n', "    ", lambda line: bool(line.strip())),
        )
    return "".join(lines)
