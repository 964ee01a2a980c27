"""Several modules as one: their texts go in, one text with each import and each helper once comes out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from codegen import syntax
from codegen.backward.rows import WIDTH
from codegen.emit.imports import in_order
from codegen.emit.layout import black_again
from codegen.errors import UsageError


def together(sources: Sequence[str], width: int = WIDTH) -> str:
    """Return one module that holds several; `UsageError` if two of them mean different things by one name."""
    if len(sources) == 1:
        return sources[0]
    known: dict[str, str] = {}
    imports: dict[str, None] = {}
    parts: dict[str, ast.stmt] = {}
    for source in sources:
        for statement, text in parts_of(source):
            new = [name for name in bound_by(statement) if known.setdefault(name, text) != text]
            if new:
                raise UsageError(
                    f"{new[0]} would be defined twice, and differently, in one module",
                    advice="Write one of the functions that need it into a file of its own.",
                )
            if isinstance(statement, ast.Import | ast.ImportFrom):
                imports[text] = None
            else:
                parts.setdefault(text, statement)
    parts = constants_first(parts)
    heads = "".join(f"{line}\n" for line in in_order(imports))
    # black leaves one empty line or two behind the imports, from one version to the next
    space = "\n" * (1 if is_constant(next(iter(parts.values()), None)) else 2)
    return black_again(f"{heads}{space}".lstrip("\n") + "\n\n\n".join(joined(parts)) + "\n", width)


def constants_first(parts: Mapping[str, ast.stmt]) -> dict[str, ast.stmt]:
    """Return the texts with the constants that read none of the functions in front of these."""
    made = {n for s in parts.values() if not is_constant(s) for n in bound_by(s)}
    first: dict[str, ast.stmt] = {}
    for text, statement in parts.items():
        if is_constant(statement) and not made & set(syntax.reads(statement)):
            first[text] = statement
        else:
            made |= set(bound_by(statement))
    return first | dict(parts)


def parts_of(source: str) -> Iterator[tuple[ast.stmt, str]]:
    """Yield the statements of a module, each with its text and the comments above it."""
    lines, start = syntax.lines_of(source), 0
    for statement in ast.parse(source).body:
        end = statement.end_lineno or 0
        text = "\n".join(lines[start:end]).strip("\n")
        match statement:  # each name that is imported is one part
            case ast.Import(names=names):
                ones: list[ast.stmt] = [ast.Import([alias]) for alias in names]
            case ast.ImportFrom(module, names, level):
                ones = [ast.ImportFrom(module, [alias], level) for alias in names]
            case _:
                ones = []
        yield from [(one, ast.unparse(one)) for one in ones] or [(statement, text)]
        start = end


def bound_by(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for part in ast.walk(statement):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id


def joined(parts: Mapping[str, ast.stmt]) -> list[str]:
    """Return the texts with constants that follow each other as one block."""
    found: list[str] = []
    in_block = False
    for text, statement in parts.items():
        if in_block and is_constant(statement):
            found[-1] += f"\n{text}"
        else:
            found.append(text)
        in_block = is_constant(statement)
    return found


def is_constant(statement: ast.stmt | None) -> bool:
    return not isinstance(statement, ast.FunctionDef | ast.ClassDef)
