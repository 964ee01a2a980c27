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
from collections.abc import Callable, Iterator

from codegen import syntax
from codegen.pytree import is_plain_truth
from codegen.trace.aggregates import asked_parts
from codegen.trace.normalize.fresh import assign, made, put_each, spliced
from codegen.trace.normalize.jumps import is_nothing
from codegen.trace.passing import parameters_of, placed
from codegen.trace.run import Run


def there(name: str, at: ast.AST) -> ast.stmt:
    """Return the line which says that an object is there from then on."""
    return made(ast.Expr(syntax.name(name)), at)


def is_there(statement: ast.stmt) -> bool:
    """Return whether a statement is such a line."""
    match statement:
        case ast.Expr(ast.Name()):
            return syntax.note_of(statement).made
    return False


def with_truths(
    tree: ast.FunctionDef, objects: set[str], run: Run, free: Callable[[str], str]
) -> None:
    """Put the truths in the place of what is asked of some objects, in place; take out what says that they are there."""
    said = {s for s in syntax.walk(tree) if isinstance(s, ast.stmt) and is_there(s)}
    if not said:
        return
    questions = dict(questions_of(tree, run))
    names = (set(questions.values()) & objects) - set(parameters_of(tree))
    flags = {name: free(f"has_{name}") for name in sorted(names) if is_only_asked(tree, name, said)}

    def truth(node: ast.AST) -> ast.expr | None:
        name = questions.get(node, "")
        if name not in flags:
            return None
        flag: ast.expr = placed(run, syntax.name(flags[name]), node, sample=True)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is):
            return placed(run, ast.UnaryOp(ast.Not(), flag), node, sample=False)
        return flag

    def change(statement: ast.stmt) -> list[ast.stmt]:
        match statement:
            case ast.Expr(ast.Name(name)) if statement in said:
                return [assign(flags[name], ast.Constant(True), statement)] if name in flags else []
            case ast.Assign([ast.Name(name)], value) if name in flags and is_nothing(value):
                return [assign(flags[name], ast.Constant(False), statement)]
        put_each(statement, truth)
        return [statement]

    tree.body = spliced(tree.body, change)


def questions_of(tree: ast.AST, run: Run) -> Iterator[tuple[ast.AST, str]]:
    """Yield what asks whether a variable holds an object or None, and the variable."""
    for node in syntax.walk(tree):
        match node:
            case ast.Compare(ast.Name(name), [ast.Is() | ast.IsNot()], [value]) if is_nothing(value):
                yield node, name
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                for part in asked_parts(test):
                    if isinstance(part, ast.Name) and is_plain_truth(run.fact(part).sample):
                        yield part, part.id


def is_only_asked(tree: ast.AST, name: str, said: set[ast.stmt]) -> bool:
    """Return whether a variable that gets None somewhere is never used as a whole, but where it is asked for None."""
    allowed: set[ast.AST] = set()
    is_none = False
    for node in syntax.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name() as owner):
                allowed.add(owner)
            case ast.Compare(ast.Name() as left, [ast.Is() | ast.IsNot()], [value]) if is_nothing(
                value
            ):
                allowed.add(left)
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                allowed.update(asked_parts(test))
            case ast.Assign([ast.Name(bound) as target], value) if bound == name and is_nothing(value):
                allowed.add(target)
                is_none = True
            case ast.Expr(value=value) if node in said:
                allowed.add(value)
    return is_none and all(node in allowed for node in syntax.uses(tree, name))
