"""Types: a function, its example and what its pair returned go in; the annotations of the pair come out, as texts.

What the user annotated is copied, with the import it needs; everything else is told by the values of the example.
"""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.emit.imports import in_order
from codegen.errors import CodegenError
from codegen.records import dataclass
from codegen.trace.read import source_of

CACHE = "tuple[Any, ...]"
ANY = "from typing import Any"
ABSTRACT = frozenset(
    {"Sequence", "Iterable", "Collection", "Mapping", "MutableMapping", "MutableSequence"}
)
"""Types that say less of an argument than the module needs, which copies lists and dicts."""


@dataclass(frozen=True)
class Types:
    """The annotations of a pair."""

    parameters: Mapping[str, str]
    output: str
    gradients: str
    imports: tuple[str, ...]
    """The lines that the texts need."""


def types_of(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    output: Any,
    gradients: Any,
) -> Types:
    """Return the annotations of the pair of a function, told from its example inputs and what the pair made of them."""
    bound = inspect.signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    told, lines = users(function)
    found = {n: told.get(n) or text_of(v) for n, v in bound.arguments.items()}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            found[parameter.name] = "Any"
    result = told.get("return") or text_of(output)
    texts = [*found.values(), result, text_of(gradients)]
    imports = dict.fromkeys(line for t in told.values() for line in lines.get(t, ()))
    imports[ANY] = None
    if any("NDArray[" in text for text in texts):
        imports["from numpy.typing import NDArray"] = None
    if any("np." in text for text in texts):
        imports["import numpy as np"] = None
    return Types(found, result, text_of(gradients), tuple(imports))


def text_of(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"NDArray[np.{value.dtype.name}]" if value.dtype.kind in "fiub" else "Any"
    if isinstance(value, bool | np.bool_):
        return "bool"
    if isinstance(value, np.float32 | np.float16):
        return f"np.{value.dtype.name}"
    if isinstance(value, float | int | np.integer | np.floating):
        return "float" if isinstance(value, float | np.floating) else "int"
    if value is None or type(value) is str:
        return "None" if value is None else "str"
    if type(value) is tuple:
        return f"tuple[{', '.join(map(text_of, value)) or '()'}]"
    if type(value) is list:
        return f"list[{common(value)}]"
    if type(value) is dict and all(isinstance(key, str) for key in value):
        return f"dict[str, {common(value.values())}]"
    return "Any"


def common(values: Any) -> str:
    kinds = {text_of(value) for value in values}
    return kinds.pop() if len(kinds) == 1 else "Any"


def users(function: Callable[..., Any]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the user's annotations whose names can be had in another module, and the imports of each text."""
    try:
        source = source_of(function)
    except CodegenError:
        return {}, {}
    if not isinstance(source.tree, ast.FunctionDef):
        return {}, {}
    module = ast.parse("\n".join(source.lines))
    known, aliases = imports_of(module), aliases_of(module)
    arguments = source.tree.args
    trees = {a.arg: a.annotation for a in ast.walk(arguments) if isinstance(a, ast.arg)}
    trees["return"] = source.tree.returns
    told: dict[str, str] = {}
    lines: dict[str, list[str]] = {}
    for name, tree in trees.items():
        if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
            tree = parsed(tree.value)
        if tree is None:
            continue
        tree = syntax.substitute(tree, aliases)
        names = syntax.names(tree)
        if all(n in known or hasattr(builtins, n) for n in names) and not names & ABSTRACT:
            text = ast.unparse(tree)
            told[name] = text
            lines[text] = sorted(known[n] for n in names if n in known)
    return told, lines


def parsed(text: str) -> ast.expr | None:
    try:
        return syntax.parse(text)
    except SyntaxError:
        return None


def imports_of(tree: ast.Module) -> dict[str, str]:
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                found[name] = ast.unparse(ast.Import([alias]))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = ast.unparse(
                    ast.ImportFrom(node.module, [alias], 0)
                )
    return found


def aliases_of(tree: ast.Module) -> dict[str, ast.expr]:
    """Return what the names stand for that a module gives to types, as `Array = NDArray[np.float64]`."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=ast.Subscript() | ast.BinOp() as value):
                pass
            case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
                pass
            case _:
                continue
        found[name] = syntax.substitute(value, found)
    return found


def with_types(source: str, forward: str, backward: str, single: str, types: Types) -> str:
    """Return the text of a module with annotations; helpers take and return what they like.

    `single` is the name of the function that has both passes, in the style of one function.
    """
    tree = ast.parse(source)
    lines = syntax.lines_of(source, ends=True)
    functions = [s for s in tree.body if isinstance(s, ast.FunctionDef)]
    defined = {function.name for function in functions}
    for function in reversed(functions):
        returned = "Any"
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        kinds = dict.fromkeys((a.arg for a in every), "Any")
        if function.name == forward:
            kinds |= {n: t for n, t in types.parameters.items() if n in kinds}
            returned = f"tuple[{types.output}, {CACHE}]"
        elif function.name == backward:
            kinds |= dict(zip(kinds, (types.output, CACHE), strict=True))
            returned = types.gradients
            declare(function, lines, returned)
        elif function.name == single and forward not in defined:
            kinds |= {n: t for n, t in types.parameters.items() if n in kinds}
            kinds[arguments.kwonlyargs[-1].arg] = types.output
            returned = f"tuple[{types.output}, {types.gradients}]"
        open_counts(function, lines)
        for argument in every:
            argument.annotation = syntax.parse(kinds[argument.arg])
        first, last = function.lineno - 1, header_end(source, function)
        lines[first:last] = [f"def {function.name}({ast.unparse(arguments)}) -> {returned}:\n"]
    text = "".join(lines)
    is_used = "Any" in syntax.names(ast.parse(text))  # not in one function without helpers
    return merged(text, [line for line in types.imports if line != ANY or is_used])


def declare(function: ast.FunctionDef, lines: list[str], kind: str) -> None:
    """Declare the type of the only gradient where it is first set: what comes out of the cache may be anything."""
    last = function.body[-1]
    if not isinstance(last, ast.Return) or last.value is None:
        return
    if isinstance(last.value, ast.Name):
        targets = [s.targets[0] for s in syntax.every(ast.Assign, function)]
        own = [t for t in targets if isinstance(t, ast.Name) and t.id == last.value.id]
        if own:
            insert(lines, min(own, key=lambda t: t.lineno), f": {kind}")


def open_counts(function: ast.FunctionDef, lines: list[str]) -> None:
    """Declare that what begins as a whole number and is bound to something else later may be anything."""
    bound: dict[str, ast.Name] = {}
    for statement in ast.walk(function):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if not isinstance(target, ast.Name) or not isinstance(statement, ast.Assign):
            continue
        value = statement.value
        if isinstance(value, ast.Constant) and type(value.value) is int:
            bound.setdefault(target.id, target)
        elif target.id in bound:
            insert(lines, bound.pop(target.id), ": Any")


def insert(lines: list[str], name: ast.Name, text: str) -> None:
    row, end = (name.end_lineno or 0) - 1, name.end_col_offset or 0
    line = lines[row].encode()
    lines[row] = (line[:end] + text.encode() + line[end:]).decode()


def header_end(source: str, function: ast.FunctionDef) -> int:
    lines = syntax.lines_of(source)
    for row in range(function.lineno, function.body[0].lineno):
        text = "\n".join(lines[function.lineno - 1 : row]) + "\n    pass"
        try:
            ast.parse(text)
        except SyntaxError:
            continue
        return row
    return function.lineno


def merged(source: str, imports: Sequence[str]) -> str:
    """Return the text of a module with more imports, all of them in order."""
    known = [s for s in ast.parse(source).body if isinstance(s, ast.Import | ast.ImportFrom)]
    lines = syntax.lines_of(source, ends=True)
    start, end = (known[0].lineno - 1, known[-1].end_lineno) if known else (0, 0)
    block = in_order([*map(ast.unparse, known), *imports])
    return "".join([*lines[:start], *(f"{line}\n" for line in block), *lines[end:]])
