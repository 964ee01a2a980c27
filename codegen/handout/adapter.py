"""The only reader of the generator: a module goes in; its text by stages and the values of one run come out as a `Recording`.

Nothing but the text of the module and the example inputs is used: the forward pass is run with a watch before every statement,
so is the backward pass, and the comments `# backprop …` say which lines belong to which stage.
"""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from codegen.errors import CodegenError

if TYPE_CHECKING:
    from codegen.module import Module

MARK = "# backprop "
COMPOUND = (ast.For, ast.While, ast.If, ast.With)


@dataclass(eq=False)
class Listed:
    """A line of one of the two functions, as it is printed: its text, its stage (0 for none), and whether it says what follows."""

    text: str
    stage: int = 0
    remark: bool = False


@dataclass(eq=False)
class StageText:
    """A stage: a line of the forward pass and the lines it has in the backward pass.

    Attributes
    ----------
    number : int
        From 1, in the order of the forward pass.
    statement : ast.stmt
        The forward line; a call of a generated pair is written as the call of the function.
    text : str
    loops : tuple of int
        The loops and branches it stands in, outermost first, as keys of `Recording.headers`.
    before : dict
        The variables when it ran last.
    backward : list of ast.stmt
        Its backward lines.
    gradients : dict
        The variables of the backward pass when these lines ran first.
    """

    number: int
    statement: ast.stmt
    text: str
    loops: tuple[int, ...]
    before: dict[str, Any]
    backward: list[ast.stmt] = field(default_factory=list)
    gradients: dict[str, Any] = field(default_factory=dict)
    matched: bool = False


@dataclass(eq=False)
class Recording:
    """One run of a module, by stages."""

    name: str
    parameters: tuple[str, ...]
    wrt: tuple[str, ...]
    arguments: dict[str, Any]
    output: Any
    output_node: ast.expr
    dout: Any
    gradients: dict[str, Any]
    stages: list[StageText]
    headers: dict[int, str]
    carried: dict[int, tuple[str, ...]]
    forward: list[Listed]
    backward: list[Listed]
    namespace: dict[str, Any]
    final: dict[str, Any]
    one_liners: dict[str, tuple[tuple[str, ...], ast.expr]]
    source: str
    user_source: str
    dependent: frozenset[str]


def read(module: Module) -> Recording:
    """Return the stages of a module and what a run on its example gives.

    Raises
    ------
    CodegenError
        If the module has no pair of functions.
    """
    tree = ast.parse(module.source)
    functions = {s.name: s for s in tree.body if isinstance(s, ast.FunctionDef)}
    if f"{module.name}_forward" not in functions or f"{module.name}_backward" not in functions:
        raise CodegenError(
            f"{module.name} has no forward and backward function to draw",
            advice='Generate it with style="assignment".',
        )
    forward, backward = functions[f"{module.name}_forward"], functions[f"{module.name}_backward"]
    lines = module.source.splitlines()
    namespace = dict(module.namespace)
    args, kwargs = copy.deepcopy((module.args, dict(module.kwargs)))
    (output, cache), before, final = watched_run(forward, namespace, args, kwargs, last=True)
    dout = upstream_like(output)
    results, seen, _ = watched_run(
        backward, namespace, (copy.deepcopy(dout), cache), {}, last=False
    )
    grads = (results,) if len(module.wrt) == 1 else results
    stages, headers = forward_stages(forward, lines, before)
    listed = backward_groups(backward, lines, stages, seen)
    active = active_stages(stages, tuple(module.wrt), final, returned(forward))
    for number, stage in enumerate(active, 1):
        stage.number = number
    return Recording(
        module.name,
        tuple(
            a.arg for a in [*forward.args.posonlyargs, *forward.args.args, *forward.args.kwonlyargs]
        ),
        tuple(module.wrt),
        bound_arguments(forward, args, kwargs, namespace),
        output,
        returned(forward),
        dout,
        dict(zip(module.wrt, grads, strict=True)),
        active,
        headers,
        carried_names(forward),
        forward_listing(forward, lines, active),
        [
            Listed(x.text, x.stage.number if x.stage and x.stage in active else 0, x.remark)
            for x in listed
        ],
        namespace,
        final,
        one_liners(functions),
        module.source,
        user_source(module),
        dependent_names(forward, tuple(module.wrt)),
    )


def dependent_names(function: ast.FunctionDef, inputs: tuple[str, ...]) -> frozenset[str]:
    """Return the names of a function whose values follow from its differentiable arguments."""
    found = set(inputs)
    for statement in statements(function.body):
        if isinstance(statement, ast.Assign | ast.AugAssign):
            read = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if read & found:
                found |= {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    return frozenset(found)


def one_liners(
    functions: Mapping[str, ast.FunctionDef],
) -> dict[str, tuple[tuple[str, ...], ast.expr]]:
    """Return the parameters and the value of each function that is one expression."""
    found = {}
    for name, function in functions.items():
        body = [
            s
            for s in function.body
            if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        ]
        if len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None:
            found[name] = (tuple(a.arg for a in function.args.args), body[0].value)
    return found


def user_source(module: Module) -> str:
    """Return the text of the user's function, or nothing."""
    try:
        return textwrap.dedent(inspect.getsource(module.function))
    except (OSError, TypeError):
        return ""


def bound_arguments(
    function: ast.FunctionDef,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    namespace: dict[str, Any],
) -> dict[str, Any]:
    """Return every argument by name."""
    bound = inspect.signature(namespace[function.name]).bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


def applied(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Return the value of a function for arguments by name, starred ones included."""
    signature = inspect.signature(function)
    bound = inspect.BoundArguments(signature, OrderedDict(arguments))
    return function(*bound.args, **bound.kwargs)


def call_text(function: Callable[..., Any], names: Mapping[str, str]) -> str:
    """Return the arguments of a call, each parameter given by the text in `names`, or by its own name."""
    found = []
    for name, parameter in inspect.signature(function).parameters.items():
        text = names.get(name, name)
        if parameter.kind is parameter.VAR_POSITIONAL:
            found.append(f"*{text}")
        elif parameter.kind is parameter.VAR_KEYWORD:
            found.append(f"**{text}")
        else:
            found.append(f"{name}={text}" if parameter.kind is parameter.KEYWORD_ONLY else text)
    return ", ".join(found)


def upstream_like(output: Any) -> Any:
    """Return the gradient handed to the output: 1 for a number, fixed pseudo-random numbers for arrays."""
    rng = np.random.default_rng(231)

    def like(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return type(value)(like(v) for v in value)
        if isinstance(value, dict):
            return {k: like(v) for k, v in value.items()}
        if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind == "f":
            return np.asarray(rng.standard_normal(value.shape), value.dtype)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return np.ones_like(value)
        return 1.0 if isinstance(value, float | np.floating) else None

    return like(output)


# ---- running


def statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a body and of the bodies in it, in the order of the text."""
    found: list[ast.stmt] = []
    for statement in body:
        found.append(statement)
        if isinstance(statement, COMPOUND):
            found += statements(statement.body)
            found += statements(getattr(statement, "orelse", []))
    return found


def watched_run(
    function: ast.FunctionDef,
    namespace: dict[str, Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    last: bool,
) -> tuple[Any, dict[int, dict[str, Any]], dict[str, Any]]:
    """Return the result, the variables before each statement (at its last or first visit, by its key), and those at the end."""
    counts: dict[int, int] = {}
    given = copy.deepcopy((args, dict(kwargs)))
    watched(
        function, namespace, lambda key, names: counts.__setitem__(key, counts.get(key, 0) + 1)
    )(*given[0], **given[1])
    visits: dict[int, int] = {}
    seen: dict[int, dict[str, Any]] = {}

    def watch(key: int, names: dict[str, Any]) -> None:
        visits[key] = visits.get(key, 0) + 1
        if visits[key] == (counts[key] if last else 1):
            seen[key] = snapshot(names)

    result = watched(function, namespace, watch)(*args, **kwargs)
    return result, seen, seen[max(seen)]


def snapshot(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of variables; what cannot be copied is kept as it is."""
    found = {}
    for name, value in names.items():
        try:
            found[name] = copy.deepcopy(value)
        except Exception:  # noqa: BLE001  # a module, a file, a generator: only looked at
            found[name] = value
    return found


def watched(function: ast.FunctionDef, namespace: dict[str, Any], watch: Any) -> Any:
    """Return a function that calls `watch(key, variables)` before each of its statements."""
    fresh = copy.deepcopy(function)
    keys = {id(s): i for i, s in enumerate(statements(fresh.body))}

    def woven(body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            found.append(ast.parse(f"_watch_({keys[id(statement)]}, locals())").body[0])
            if isinstance(statement, COMPOUND):
                statement.body = woven(statement.body)
                if getattr(statement, "orelse", None):
                    statement.orelse = woven(statement.orelse)  # type: ignore[union-attr]  # checked in the line above
            found.append(statement)
        return found

    fresh.body = woven(fresh.body)
    scope = {**namespace, "_watch_": watch}
    module = ast.fix_missing_locations(ast.Module([fresh], []))
    code = compile(module, "<handout>", "exec")
    exec(code, scope)  # noqa: S102  # the generated module's own text
    return scope[function.name]


# ---- reading


def forward_stages(
    function: ast.FunctionDef, lines: list[str], before: Mapping[int, dict[str, Any]]
) -> tuple[list[StageText], dict[int, str]]:
    """Return the simple statements that ran, and the headers of the compound ones."""
    keys = {id(s): i for i, s in enumerate(statements(function.body))}
    found: list[StageText] = []
    headers: dict[int, str] = {}

    def walk(body: list[ast.stmt], loops: tuple[int, ...]) -> None:
        for statement in body:
            key = keys[id(statement)]
            if isinstance(statement, COMPOUND):
                headers[key] = " ".join(
                    line.strip()
                    for line in lines[statement.lineno - 1 : statement.body[0].lineno - 1]
                ).rstrip(":")
                walk(statement.body, (*loops, key))
                other = getattr(statement, "orelse", [])
                if other:
                    headers[-key - 1] = f"else of {headers[key]}"
                    walk(other, (*loops, -key - 1))
            elif key in before and isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr):
                plain = without_cache(without_annotation(statement))
                found.append(
                    StageText(
                        0, plain, expression_text(plain, statement, lines), loops, before[key]
                    )
                )

    walk(function.body, ())
    return found, headers


def carried_names(function: ast.FunctionDef) -> dict[int, tuple[str, ...]]:
    """Return for each loop, by its key, the names that one trip hands to the next."""
    found = {}
    for key, loop in enumerate(statements(function.body)):
        if isinstance(loop, ast.For | ast.While):
            stored: set[str] = set()
            early: list[str] = []
            body = [s for s in statements(loop.body) if not isinstance(s, COMPOUND)]
            for statement in body:
                early += [n.id for n in differentiable_reads(statement) if n.id not in stored]
                if (
                    isinstance(statement, ast.AugAssign)
                    and isinstance(statement.target, ast.Name)
                    and statement.target.id not in stored
                ):
                    early.append(statement.target.id)
                stored |= {
                    n.id
                    for n in ast.walk(statement)
                    if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
                }
            found[key] = tuple(dict.fromkeys(n for n in early if n in stored))
    return found


def without_annotation(statement: ast.stmt) -> ast.stmt:
    """Return `a = b` for `a: float = b`, any other statement as it is."""
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return ast.copy_location(ast.Assign([statement.target], statement.value), statement)
    return statement


def without_cache(statement: ast.stmt) -> ast.stmt:
    """Return `a = affine(x, w, b)` for `a, affine_cache = affine_forward(x, w, b)`, any other statement as it is."""
    if (
        not isinstance(statement, ast.Assign)
        or not isinstance(statement.targets[0], ast.Tuple)
        or not isinstance(statement.value, ast.Call)
    ):
        return statement
    names, func = statement.targets[0].elts, statement.value.func
    if not isinstance(func, ast.Name) or not func.id.endswith("_forward") or len(names) != 2:
        return statement
    plain = copy.deepcopy(statement)
    assert isinstance(plain.targets[0], ast.Tuple)
    assert isinstance(plain.value, ast.Call)
    plain.targets = [plain.targets[0].elts[0]]
    plain.value.func = ast.copy_location(
        ast.Name(func.id.removesuffix("_forward"), ast.Load()), func
    )
    return plain


def expression_text(plain: ast.stmt, statement: ast.stmt, lines: list[str]) -> str:
    """Return the text of a statement on one line, as the module spells it where it was not changed."""
    if type(plain) is not type(statement) or ast.dump(plain) != ast.dump(statement):
        return ast.unparse(plain)
    first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
    if first == last:
        return lines[first].encode()[statement.col_offset : statement.end_col_offset].decode()
    return ast.unparse(statement)


@dataclass(eq=False)
class Found:
    """A line of the backward pass with the stage it belongs to."""

    text: str
    stage: StageText | None
    remark: bool


def backward_groups(
    function: ast.FunctionDef,
    lines: list[str],
    stages: list[StageText],
    seen: Mapping[int, dict[str, Any]],
) -> list[Found]:
    """Give each stage its backward lines and gradients; return the lines of the function with their stages."""
    every = statements(function.body)
    by_line = {s.lineno: (i, s) for i, s in enumerate(every)}
    waiting = list(reversed(stages))
    found: list[Found] = []
    stage: StageText | None = None
    indent, fresh = 0, False
    for number in range(function.lineno, (function.end_lineno or function.lineno) + 1):
        line = lines[number - 1]
        text = line.strip()
        depth = len(line) - len(line.lstrip())
        if text.startswith(MARK):
            stage = matching(text.removeprefix(MARK), waiting)
            indent, fresh = depth, True
            found.append(Found(line, stage, True))
            continue
        key, statement = by_line.get(number, (-1, None))
        if not text or (
            statement is not None and (depth < indent or isinstance(statement, ast.Return))
        ):
            stage = None
        if stage is not None and statement is not None:
            if fresh and key in seen:
                stage.gradients = seen[key]
            fresh = False
            if not isinstance(statement, COMPOUND):
                stage.backward.append(statement)
        found.append(Found(line, stage, False))
    return found


def matching(text: str, waiting: list[StageText]) -> StageText | None:
    """Return the last stage that a comment names, and strike it off; a comment may name several lines, or only begin with a name."""
    for quoted in (text, *text.split(" and ")):
        for stage in waiting:
            if not stage.matched and says(quoted, stage):
                for other in waiting:
                    other.matched = other.matched or (
                        quoted is not text
                        and any(says(part, other) for part in text.split(" and "))
                    )
                stage.matched = True
                return stage
    for stage in waiting:
        if not stage.matched and text.split(" ")[0] in stored_names(stage.statement):
            stage.matched = True
            return stage
    return None


def stored_names(statement: ast.stmt) -> list[str]:
    """Return the names that a statement binds or changes."""
    targets = (
        statement.targets
        if isinstance(statement, ast.Assign)
        else [statement.target] if isinstance(statement, ast.AugAssign) else []
    )
    found = [
        n.id
        for t in targets
        for n in ast.walk(t)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    for target in targets:
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            found.append(target.id)
    if (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
    ):
        base = statement.value.func.value
        found += [base.id] if isinstance(base, ast.Name) else []
    return list(dict.fromkeys(found))


def active_stages(
    stages: list[StageText], wrt: tuple[str, ...], final: Mapping[str, Any], output: ast.expr
) -> list[StageText]:
    """Return the stages that the gradient flows through: those with backward lines, and floats on the way from inputs to output."""
    needed = {n.id for n in ast.walk(output) if isinstance(n, ast.Name)}
    for stage in [*reversed(stages), *reversed(stages)]:
        if stage.matched or needed & set(stored_names(stage.statement)):
            needed |= {n.id for n in differentiable_reads(stage.statement)}
    active = set(wrt)
    found = []
    for stage in stages:
        names = stored_names(stage.statement)
        reached = any(n.id in active for n in differentiable_reads(stage.statement)) and any(
            holds_floats(final.get(n)) for n in names
        )
        if stage.matched or (reached and needed & set(names)):
            active |= set(names)
            found.append(stage)
    return found


def differentiable_reads(statement: ast.stmt) -> list[ast.Name]:
    """Return the names whose values, not only sizes or truths, a statement reads."""
    found: list[ast.Name] = []

    def walk(part: ast.AST) -> None:
        if is_passive(part):
            return
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            found.append(part)
        for child in ast.iter_child_nodes(part):
            walk(child)

    walk(statement)
    return found


def is_passive(node: ast.AST) -> bool:
    """Return whether an expression only asks for sizes or truths."""
    if isinstance(node, ast.Compare | ast.BoolOp | ast.Lambda):
        return True
    if isinstance(node, ast.Attribute):
        return node.attr in ("shape", "ndim", "dtype", "size")
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in SIZES


SIZES = (
    "len",
    "range",
    "isinstance",
    "zeros_like",
    "ones_like",
    "empty_like",
    "argmax",
    "argmin",
    "argsort",
    "sign",
    "floor",
    "ceil",
    "rint",
)


def holds_floats(value: Any) -> bool:
    """Return whether a value is, or holds, floats."""
    if isinstance(value, list | tuple):
        return any(holds_floats(v) for v in value)
    if isinstance(value, dict):
        return any(holds_floats(v) for v in value.values())
    return isinstance(value, float | np.floating) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f"
    )


def says(comment: str, stage: StageText) -> bool:
    """Return whether a comment quotes the forward line of a stage."""
    comment = comment.split("  #")[0].strip()
    if comment.endswith("..."):
        start = squeezed(comment[:-3])
        return squeezed(stage.text).startswith(start) or squeezed(
            ast.unparse(stage.statement)
        ).startswith(start)
    try:
        quoted = ast.parse(comment).body
    except SyntaxError:
        return squeezed(comment) == squeezed(stage.text)
    return len(quoted) == 1 and same_statement(quoted[0], stage.statement)


def same_statement(a: ast.stmt, b: ast.stmt) -> bool:
    """Return whether two statements are the same; a returned expression is the value of the stage that holds it."""
    a = without_annotation(a)
    if isinstance(a, ast.Return) and a.value is not None and isinstance(b, ast.Assign):
        return ast.dump(a.value) == ast.dump(b.value)
    return ast.dump(a) == ast.dump(b)


def squeezed(text: str) -> str:
    """Return a text without spaces and brackets of no meaning to the comparison."""
    return "".join(text.split())


def returned(function: ast.FunctionDef) -> ast.expr:
    """Return what the forward function returns beside the cache."""
    last = [s for s in statements(function.body) if isinstance(s, ast.Return)][-1]
    assert isinstance(last.value, ast.Tuple)
    return last.value.elts[0]


def forward_listing(
    function: ast.FunctionDef, lines: list[str], stages: list[StageText]
) -> list[Listed]:
    """Return the lines of the forward function with their stages."""
    numbers: dict[int, int] = {}
    for stage in stages:
        for line in range(
            stage.statement.lineno, (stage.statement.end_lineno or stage.statement.lineno) + 1
        ):
            numbers[line] = stage.number
    return [
        Listed(lines[n - 1], numbers.get(n, 0))
        for n in range(function.lineno, (function.end_lineno or function.lineno) + 1)
    ]
