"""Objects that may be None: a function whose objects are taken apart goes in; out comes the same with a truth for each
variable that holds such an object or None.

Where an object is made, or gets its name, stands a line with the name alone, which says that it is there from then on.

>>> text = '''
... def f(ps, s):
...     p = None
...     if ps[0].x > s:
...         p
...         p.x = ps[0].x
...     return s if p is None else p.x
... '''
>>> tree = ast.parse(text).body[0]
>>> for node in ast.walk(tree):
...     syntax.note(node, made=isinstance(node, ast.Expr))
>>> with_truths(tree, {"p"}, Run(), str)
>>> print(ast.unparse(tree))
def f(ps, s):
    has_p = False
    if ps[0].x > s:
        has_p = True
        p.x = ps[0].x
    return s if not has_p else p.x
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Sequence

from codegen import syntax
from codegen.pytree import is_plain_truth, pairs_of
from codegen.trace.aggregates import asked_parts
from codegen.trace.normalize.fresh import assign, made, put, put_each, spliced
from codegen.trace.passing import parameters_of, placed
from codegen.trace.run import Run


def there(name: str, at: ast.AST, source: str = "") -> ast.stmt:
    """Return the line which says that an object is there from then on, or is if the one is that it is a copy of."""
    names: list[ast.expr] = [syntax.name(one) for one in (name, source) if one]
    return made(ast.Expr(names[0] if len(names) == 1 else ast.Tuple(names, ast.Load())), at)


def said_by(statement: ast.stmt) -> list[ast.Name]:
    """Return the variable in such a line, and the one that it is a copy of; nothing for other statements."""
    match statement:
        case ast.Expr(ast.Name() as target) if syntax.note_of(statement).made:
            return [target]
        case ast.Expr(ast.Tuple([ast.Name() as target, ast.Name() as source])) if syntax.note_of(
            statement
        ).made:
            return [target, source]
    return []


def with_truths(
    tree: ast.FunctionDef,
    objects: set[str],
    run: Run,
    free: Callable[[str], str],
    wholes: Collection[ast.stmt] = (),
) -> None:
    """Put the truths in the place of what is asked of some objects, in place; take out what says that they are there.

    `wholes` are the statements that make objects as a whole.
    """
    said = {s: n for s in syntax.walk(tree) if isinstance(s, ast.Expr) and (n := said_by(s))}
    if not said:
        return
    questions = dict(questions_of(tree, run))
    names = [
        name
        for name in sorted(objects - set(parameters_of(tree)))
        if is_only_asked(tree, name, {*said, *wholes})
    ]
    flags = {name: free(f"has_{name}") for name in names if name in questions.values()}

    def truth(node: ast.AST) -> ast.expr | None:
        name = questions.get(node, "")
        if name not in flags:
            return None
        flag: ast.expr = placed(run, syntax.name(flags[name]), node, sample=True)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is):
            return placed(run, ast.UnaryOp(ast.Not(), flag), node, sample=False)
        return flag

    def change(statement: ast.stmt) -> list[ast.stmt]:
        if isinstance(statement, ast.Expr) and statement in said:
            name, source = said[statement][0].id, said[statement][-1].id
            is_copy = name != source and source in flags
            value = syntax.name(flags[source]) if is_copy else ast.Constant(True)
            return [assign(flags[name], value, statement)] if name in flags else []
        found = nothings(statement)
        for target in found:
            if target.id in flags:
                put(statement, dict(pairs_of(statement))[target], ast.Constant(False))
                target.id = flags[target.id]
        put_each(statement, truth)
        return without(statement, [t for t in found if t.id in names])

    tree.body = spliced(tree.body, change)


def without(statement: ast.stmt, targets: Sequence[ast.Name]) -> list[ast.stmt]:
    """Return an assignment without some of its variables and their values."""
    if not targets:
        return [statement]
    pairs = [(t, v) for t, v in pairs_of(statement) if t not in targets]
    if not pairs:
        return []
    lefts, rights = [t for t, _ in pairs], [v for _, v in pairs]
    statement.targets = lefts if len(pairs) == 1 else [ast.Tuple(lefts, ast.Store())]  # type: ignore[attr-defined]  # an assignment
    statement.value = rights[0] if len(pairs) == 1 else ast.Tuple(rights, ast.Load())  # type: ignore[attr-defined]  # as above
    return [made(statement, statement)]


def questions_of(tree: ast.AST, run: Run) -> Iterator[tuple[ast.AST, str]]:
    """Yield what asks whether a variable holds an object or None, and the variable."""
    for node in syntax.walk(tree):
        match node:
            case ast.Compare(
                ast.Name(name), [ast.Is() | ast.IsNot()], [value]
            ) if syntax.is_nothing(value):
                yield node, name
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                for part in asked_parts(test):
                    if isinstance(part, ast.Name) and is_plain_truth(run.fact(part).sample):
                        yield part, part.id


def is_only_asked(tree: ast.AST, name: str, making: set[ast.stmt]) -> bool:
    """Return whether a variable that gets None somewhere is never used as a whole, but where it is asked for None."""
    allowed: set[ast.AST] = set()
    is_none = False
    for node in syntax.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name() as owner):
                allowed.add(owner)
            case ast.Compare(
                ast.Name() as left, [ast.Is() | ast.IsNot()], [value]
            ) if syntax.is_nothing(value):
                allowed.add(left)
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                allowed.update(asked_parts(test))
            case ast.Assign(targets=targets) if node in making:
                allowed.update(targets)
            case ast.Assign():
                none = [target for target in nothings(node) if target.id == name]
                allowed.update(none)
                is_none = is_none or bool(none)
            case ast.Expr() if node in making:
                allowed.update(said_by(node))
    return is_none and all(node in allowed for node in syntax.uses(tree, name))


def nothings(statement: ast.stmt) -> list[ast.Name]:
    """Return the variables that an assignment gives None."""
    pairs = pairs_of(statement) if isinstance(statement, ast.Assign) else []
    return [
        t for t, v in pairs if isinstance(t, ast.Name) and v is not None and syntax.is_nothing(v)
    ]
