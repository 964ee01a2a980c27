"""Generators: an expression that hands out items goes in; the comprehension that it is, or the list of its items, comes
out. `map` and `filter` are such in other words.

>>> ast.unparse(as_generator(ast.parse("map(lambda u: u * u, xs)", mode="eval").body))
'(u * u for u in xs)'
>>> ast.unparse(listed(ast.parse("filter(f, xs)", mode="eval").body))
'[v for v in xs if f(v)]'

A function that yields, and whose items are used up at once, returns a list:

>>> text = '''def pairs(x):
...     for i in range(len(x) - 1):
...         yield x[i], x[i + 1]
... '''
>>> tree = ast.parse(text).body[0]
>>> without_yields(tree, Fresh(tree))
>>> print(ast.unparse(tree))
def pairs(x):
    items = []
    for i in range(len(x) - 1):
        items.append((x[i], x[i + 1]))
    return items

One that has a name becomes the list of its items, or, if what they read changes before they are asked for them, stands
where they are asked for:

>>> text = '''def f(x, k):
...     scaled = (v * k for v in x)
...     k = k + 1
...     return sum(scaled) + k
... '''
>>> tree = ast.parse(text).body[0]
>>> with_late_generators(tree, Known(tree, {}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, k):
    k = k + 1
    return sum((v * k for v in x)) + k
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Collection, Sequence

from codegen import syntax
from codegen.trace.normalize.fresh import (
    Fresh,
    assign,
    formula,
    made,
    put,
    replace_statement,
    written,
)
from codegen.trace.normalize.lookup import Known


def as_generator(node: ast.expr) -> ast.ListComp | ast.GeneratorExp | None:
    """Return a comprehension, or `map` or `filter` as one; None for anything else."""
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return node
    match node:
        case ast.Call(func=ast.Name("filter"), args=[_, _], keywords=[]):
            return filtered(node)
    if syntax.calls(node, "map") and len(node.args) >= 2:
        function, *lists = node.args
        names = [f"v{i}" if len(lists) > 1 else "v" for i in range(len(lists))]
        element: ast.expr = ast.Call(function, [syntax.name(n) for n in names], [])
        if isinstance(function, ast.Lambda) and len(function.args.args) == len(lists):
            own = [a.arg for a in function.args.args]
            if not outlives(function.body, own):
                names, element = own, function.body
        target = syntax.as_one([ast.Name(n, ast.Store()) for n in names], ast.Store())
        source = lists[0] if len(lists) == 1 else syntax.call("zip", *lists)
        each = ast.comprehension(target, source, [], 0)
        return made(ast.GeneratorExp(element, [each]), node)
    return None


def filtered(node: ast.Call) -> ast.GeneratorExp:
    """Return `filter(f, xs)` as a generator expression."""
    function, items = node.args
    name, test = "v", "f(v)"
    if isinstance(function, ast.Constant):
        test = "v"
    elif isinstance(function, ast.Lambda) and len(function.args.args) == 1:
        name, test, function = function.args.args[0].arg, "f", function.body
    text = f"(v for v in items if {test})"
    found = formula(text, node, v=name, items=items, f=function)
    assert isinstance(found, ast.GeneratorExp)
    return found


def listed(node: ast.expr) -> ast.expr:
    """Return a generator, which is used up at once, as the list of its items; other expressions as they are."""
    found = as_generator(node)
    if not isinstance(found, ast.GeneratorExp):
        return node
    return made(ast.ListComp(found.elt, found.generators), node)


def applied(function: ast.expr, values: list[ast.expr]) -> ast.expr:
    """Return what a function makes of some values that may be read again: of a lambda, what it says itself."""
    match function:
        case ast.Lambda(ast.arguments([], parameters, None, [], [], None, []), body) if len(
            parameters
        ) == len(values):
            named = dict(zip((p.arg for p in parameters), values, strict=True))
            if not outlives(body, named):
                return syntax.substitute(syntax.deep(body), named)
    return ast.Call(function, values, [])


def outlives(value: ast.expr, names: Collection[str]) -> bool:
    """Return whether a value is, or holds, a function or a generator that reads some names when it runs: those of its
    own call, not what a loop has bound them to by then.
    """
    match value:
        case ast.Lambda() | ast.GeneratorExp():
            return bool(set(names) & set(syntax.reads(value)))
        case ast.Tuple() | ast.List() | ast.Dict() | ast.IfExp():
            return any(
                outlives(one, names) for one in syntax.parts(value) if isinstance(one, ast.expr)
            )
    return False


CONSUMING = frozenset(
    {"zip", "enumerate", "sorted", "reversed", "list", "tuple", "sum", "min", "max", "dict"}
)
"""What goes through all items of its argument."""


def used_up(node: ast.AST) -> list[ast.expr]:
    """Return the direct parts of a node whose items it asks for, all of them at once."""
    match node:
        case ast.For(iter=source) | ast.comprehension(iter=source) | ast.Starred(value=source):
            return [source]
        case ast.Assign(targets=[ast.Tuple() | ast.List()], value=source):
            return [source]
        case ast.Call(func=ast.Name(callee), args=args) if callee in CONSUMING:
            return args
    return []


def is_used_up(call: ast.AST, parent: ast.AST | None, tree: ast.AST | None) -> bool:
    """Return whether a call in a function stands where all items of what it gives are asked for."""
    match parent:
        case ast.Assign(targets=[ast.Name(name)]) if tree is not None:
            reads = syntax.uses(tree, name)
            users = [n for n in ast.walk(tree) if reads[-1] in used_up(n)]
            is_once = len(reads) == 2 and not is_asked_often(tree, parent, reads[-1])
            return is_once and bool(users)
        case ast.Assign(targets=[ast.Tuple(parts)]) if syntax.has_star(parts):
            return False
    return parent is not None and call in used_up(parent)


def is_asked_often(tree: ast.AST, first: ast.stmt, load: ast.Name) -> bool:
    """Return whether a variable is read, in a loop or another function, more often than a statement has bound it."""
    above: list[ast.AST] = [n for n in ast.walk(tree) if load in ast.walk(n) and n is not load]
    for node in (n for n in above if first not in ast.walk(n)):
        match node:
            case ast.While() | ast.Lambda() | ast.FunctionDef():
                return True
            case ast.For(iter=source) if load not in ast.walk(source):
                return True
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                if load not in ast.walk(node.generators[0].iter):
                    return True
    return False


def yields(tree: ast.AST) -> list[ast.Yield | ast.YieldFrom]:
    """Return the `yield` expressions of a function, not those of functions inside it."""
    return [n for n in syntax.own_parts(tree) if isinstance(n, ast.Yield | ast.YieldFrom)]


def can_be_listed(tree: ast.AST) -> bool:
    """Return whether a generator function ends, and only hands out items."""
    found = yields(tree)
    bare = [n for n in syntax.own_parts(tree) if isinstance(n, ast.Expr) and n.value in found]
    returns = [n for n in syntax.own_parts(tree) if isinstance(n, ast.Return)]
    endless = any(
        isinstance(n, ast.While) and isinstance(n.test, ast.Constant)
        for n in syntax.own_parts(tree)
    )
    return len(bare) == len(found) and not endless and all(r.value is None for r in returns)


def without_yields(tree: ast.FunctionDef, fresh: Fresh) -> None:
    """Let a generator function return the list of its items."""
    begin = 1 if ast.get_docstring(tree, clean=False) is not None else 0
    values = [s.value for s in tree.body[begin:] if isinstance(s, ast.Expr)]
    items_only = [v.value for v in values if isinstance(v, ast.Yield) and v.value is not None]
    if len(items_only) == len(tree.body) - begin:
        display = made(ast.Return(ast.List(items_only, ast.Load())), tree.body[begin])
        tree.body[begin:] = [display]
        return
    own = fresh.name("items")
    items = syntax.name(own)

    class Listed(ast.NodeTransformer):
        """Appends what is yielded."""

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
            return node

        def visit_Expr(self, node: ast.Expr) -> ast.AST:
            value, text = node.value, "own.append(value)"
            if isinstance(value, ast.Yield):
                given = value.value or ast.Constant(None)
                return written(text, node, own=own, value=given)[0]
            if isinstance(value, ast.YieldFrom):
                text, item = f"for value in items:\n    {text}", fresh.name("item")
                return written(text, node, own=own, items=value.value, value=item)[0]
            return node

        def visit_Return(self, node: ast.Return) -> ast.AST:
            return made(ast.Return(items), node)

    tree.body = [Listed().visit(statement) for statement in tree.body]
    tree.body.insert(begin, assign(own, ast.List([], ast.Load()), tree.body[0]))
    tree.body.append(made(ast.Return(items), tree.body[-1]))


def with_late_generators(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Rewrite the generators that a variable is bound to and that are asked for their items once, in place."""
    with known.unchanged():
        bindings = [s for s in syntax.statements(tree.body) if is_named_once(s, known)]
    for statement in bindings:
        load = syntax.uses(tree, statement.targets[0].id, ast.Load)[0]  # type: ignore[attr-defined]  # as asked
        between = statements_between(tree, statement, load)
        if between is None or is_asked_often(tree, statement, load):
            continue
        value: ast.expr = statement.value  # type: ignore[attr-defined]  # as asked
        late = late_names(value, tree)
        asker = next(s for s in reversed(syntax.statements(tree.body)) if load in ast.walk(s))
        if is_changed_by_loop(asker, late) and load is not asker.iter:  # type: ignore[attr-defined]  # a loop
            continue
        if is_changed(between, late):
            replace_statement(tree, statement, hold(value, between, statement, fresh))
            put(asker, load, value)
        elif as_generator(value) is not None:
            statement.value = listed(value)  # type: ignore[attr-defined]  # as above
            made(statement, statement)


def is_named_once(statement: ast.stmt, known: Known) -> bool:
    """Return whether a statement binds a variable, which has no other value and is read once, to a generator."""
    match statement:
        case ast.Assign(targets=[ast.Name(name)], value=value):
            is_once = known.counts().get(name) == 1 and known.loads().get(name) == 1
            is_lazy = as_generator(value) is not None and not isinstance(value, ast.ListComp)
            return is_once and (is_lazy or gives_generator(value, known))
    return False


def gives_generator(value: ast.expr, known: Known) -> bool:
    if not isinstance(value, ast.Call):
        return False
    if inspect.isgeneratorfunction(known.value(value.func)):
        return True
    local = syntax.every(ast.FunctionDef, known.tree)
    name = syntax.show(value.func)
    return any(n.name == name and bool(yields(n)) for n in local if n is not known.tree)


def late_names(value: ast.expr, tree: ast.AST) -> set[str]:
    """Return what a generator, and local functions that it calls, read when it is asked for an item."""
    found: set[str] = set()
    match value:
        case ast.GeneratorExp(generators=[first, *others]):
            source = ast.comprehension(first.target, syntax.constant(None), first.ifs, 0)
            found.update(syntax.reads(ast.GeneratorExp(value.elt, [source, *others])))
        case ast.Call(func=ast.Name(callee), args=[function, *_]) if callee in ("map", "filter"):
            found.update(syntax.reads(function))
        case ast.Call(func=func):
            found.update(syntax.reads(func))
    local = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n is not tree}
    waiting = [name for name in found if name in local]
    for name in waiting:
        more = {n for s in local[name].body for n in syntax.reads(s)} - found
        waiting += [n for n in more if n in local]
        found |= more
    return found


def statements_between(
    tree: ast.FunctionDef, first: ast.stmt, load: ast.Name
) -> list[ast.AST] | None:
    """Return what runs behind a statement and before a read, the body of a loop over it, too, or None."""
    order = syntax.statements(tree.body)
    asker = max(k for k, s in enumerate(order) if load in ast.walk(s))
    if asker < order.index(first):
        return None
    found: list[ast.AST] = []
    for statement in order[order.index(first) + 1 : asker]:
        inner = syntax.expressions(statement)
        found += inner if hasattr(statement, "body") else [statement]
    last = order[asker]
    return [*found, *last.body] if isinstance(last, ast.For) else found


def is_changed(between: Sequence[ast.AST], late: set[str]) -> bool:
    """Return whether what a generator reads may change: a variable is bound anew, or anything in place."""
    for node in (n for part in between for n in ast.walk(part)):
        match node:
            case ast.AugAssign() | ast.Expr(ast.Call()):
                return True
            case ast.Attribute() | ast.Subscript() if not isinstance(node.ctx, ast.Load):
                return True
            case ast.Name(name) if name in late and not isinstance(node.ctx, ast.Load):
                return True
    return False


def is_changed_by_loop(statement: ast.stmt, late: set[str]) -> bool:
    """Return whether the body of a loop binds some of what a generator that it asks for its items reads."""
    return isinstance(statement, ast.For) and not late.isdisjoint(
        name for inner in statement.body for name in syntax.stores(inner)
    )


def hold(value: ast.expr, between: Sequence[ast.AST], at: ast.stmt, fresh: Fresh) -> list[ast.stmt]:
    """Give what a generator reads when it is made a name, where another stands there later; return the assignments."""
    bound = {name for part in between for name in syntax.stores(part)}
    before: list[ast.stmt] = []

    def held(part: ast.expr) -> ast.expr:
        is_same = isinstance(part, ast.Name) and part.id not in bound
        if is_same or isinstance(part, ast.Constant | ast.Lambda | ast.Starred):
            return part
        own = fresh.name("items")
        before.append(assign(own, part, at))
        return made(syntax.name(own), at)

    if isinstance(value, ast.GeneratorExp):
        value.generators[0].iter = held(value.generators[0].iter)
    elif isinstance(value, ast.Call):
        value.args = [held(a) for a in value.args]
        for keyword in value.keywords:
            keyword.value = held(keyword.value)
    return before
