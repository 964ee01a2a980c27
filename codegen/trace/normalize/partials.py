"""Partial functions that a function makes itself: a function goes in; out comes the same with calls of what they call,
and with lambdas where one is handed on.

>>> text = '''def f(x, w):
...     scaled = functools.partial(np.multiply, w)
...     return scaled(x)
... '''
>>> tree = ast.parse(text).body[0]
>>> without_partials(tree, Known(tree, {"functools": functools}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, w):
    return np.multiply(w, x)
"""

from __future__ import annotations

import ast
import functools
import inspect
from types import FunctionType

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, assign, made, replace_statement
from codegen.trace.normalize.lookup import Known, Rewriter


def without_partials(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    Partials(known, fresh).rewrite(tree)
    with known.unchanged():
        Lambdas(known, fresh).visit(tree)


class Partials:
    """Writes out the partial functions that a function makes itself."""

    def __init__(self, known: Known, fresh: Fresh) -> None:
        self.known, self.fresh = known, fresh

    def rewrite(self, tree: ast.FunctionDef) -> None:
        with self.known.unchanged():
            found = [s for s in syntax.every(ast.Assign, tree) if self.is_partial(s)]
        for statement in found:
            value, target = statement.value, statement.targets[0]
            if (
                not isinstance(value, ast.Call)
                or not value.args
                or not isinstance(target, ast.Name)
                or not self.is_partial(statement)
                or not self.is_only_called(tree, target.id)
                or syntax.has_star(value.args)
                or any(k.arg is None for k in value.keywords)
            ):
                continue
            before = self.held(value, target.id)
            for one in syntax.every(ast.stmt, tree):
                own = [n for n in ast.iter_child_nodes(one) if isinstance(n, ast.expr)]
                if any(syntax.uses(part, target.id) for part in own):
                    syntax.note(one, named=True)
            for call in syntax.every(ast.Call, tree):
                if isinstance(call.func, ast.Name) and call.func.id == target.id:
                    call_itself(call, value)
            replace_statement(tree, statement, before)

    def is_partial(self, statement: ast.Assign) -> bool:
        value = statement.value
        return isinstance(value, ast.Call) and self.known.value(value.func) is functools.partial

    def is_only_called(self, tree: ast.AST, name: str) -> bool:
        """Return whether a variable is bound once, and only called."""
        called = {n.func for n in syntax.every(ast.Call, tree)}
        uses = syntax.uses(tree, name)
        return self.known.counts().get(name) == 1 and all(
            n in called or not isinstance(n.ctx, ast.Load) for n in uses
        )

    def held(self, value: ast.Call, name: str) -> list[ast.stmt]:
        """Give the arguments that may change later a name; return the assignments."""
        before: list[ast.stmt] = []
        counts = self.known.counts()

        def kept(argument: ast.expr, wanted: str) -> ast.expr:
            stable = isinstance(argument, ast.Name) and argument.id not in counts
            once = (
                isinstance(argument, ast.Name)
                and counts.get(argument.id) == 1
                and argument.id not in self.known.given
            )
            if stable or once or isinstance(argument, ast.Constant):
                return argument
            own = self.fresh.name(wanted)
            before.append(assign(own, argument, value))
            return syntax.name(own)

        value.args[1:] = [kept(a, f"{name}_{k}") for k, a in enumerate(value.args[1:])]
        for keyword in value.keywords:
            keyword.value = kept(keyword.value, f"{name}_{keyword.arg}")
        return before


def call_itself(call: ast.Call, partial: ast.Call) -> None:
    """Let a call of a partial function, which is made so, call the function itself; in place."""
    named = {k.arg for k in call.keywords}
    call.func = syntax.deep(partial.args[0])
    call.args[:0] = [syntax.deep(a) for a in partial.args[1:]]
    call.keywords[:0] = [syntax.deep(k) for k in partial.keywords if k.arg not in named]
    ast.fix_missing_locations(call)


class Lambdas(Rewriter):
    """Writes the partial functions that are handed on as lambdas."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Make `partial(f, a, k=b)` the lambda that calls `f`, if it is known what `f` takes besides."""
        self.generic_visit(node)
        if not node.args or self.known.value(node.func) is not functools.partial:
            return node
        function = self.known.value(node.args[0])
        if not isinstance(function, FunctionType):
            return node
        given = {k.arg for k in node.keywords}
        if None in given or syntax.has_star(node.args):
            return node
        parameters = list(inspect.signature(function).parameters.values())[len(node.args) - 1 :]
        open_ones = [p for p in parameters if p.name not in given and p.default is p.empty]
        if any(p.kind is not p.POSITIONAL_OR_KEYWORD for p in open_ones):
            return node
        names = [self.fresh.name(p.name) for p in open_ones]
        late = any(p.name in given for p in parameters[: len(open_ones)])
        loads: list[ast.expr] = [syntax.name(name) for name in names]
        args = [*node.args[1:], *([] if late else loads)]
        pairs = zip(open_ones, loads, strict=True)
        keywords = [ast.keyword(p.name, value) for p, value in pairs] if late else []
        call = ast.Call(node.args[0], args, [*node.keywords, *keywords])
        taken = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
        found = made(ast.Lambda(taken, call), node)
        syntax.note(found, made=True)
        return found
