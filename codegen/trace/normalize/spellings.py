"""Spellings that only a look at the names can tell: `map`, `zip`, stars in displays, `out=`, modules under other names.

A function goes in; out comes the same with plain calls, attributes and displays.

>>> text = '''def f(a, b):
...     a, b = map(np.asarray, (a, b))
...     return a * b
... '''
>>> tree = ast.parse(text).body[0]
>>> spelled_out(tree, Known(tree, {"np": None}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(a, b):
    a, b = (np.asarray(a), np.asarray(b))
    return a * b
"""

from __future__ import annotations

import ast
import builtins
import functools
import operator
import typing
from types import ModuleType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.callees import law_name
from codegen.pytree import module_of
from codegen.trace.normalize.fresh import Fresh, formula, made, put, replace_statement, written
from codegen.trace.normalize.generators import (
    as_generator,
    is_changed_by_loop,
    late_names,
    listed,
    outlives,
)
from codegen.trace.normalize.lookup import Known, Rewriter
from codegen.trace.normalize.partials import call_itself, without_partials
from codegen.trace.normalize.removals import reads, without_removals

# What uses up a generator at once. What a sum or an extremum is taken of needs no list.
CONSUMING = frozenset({"zip", "enumerate", "sorted", "reversed"})
# What is asked of a system again and again, and what its two parts are called.
FACTORS = {"lu_factor": ("lu", "piv"), "cho_factor": ("c", "low")}
# What a law with its place and width is asked for, and the law itself with these behind.
OF_A_LAW = frozenset({"pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf"})
# Of several arrays they are one call each.
EACH = (np.atleast_1d, np.atleast_2d, np.atleast_3d)


def spelled_out(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    without_module_names(tree, known)
    with known.unchanged():
        Plain(known, fresh).visit(tree)
    without_removals(tree, known, fresh)
    with_open_factors(tree, known, fresh)
    without_partials(tree, known, fresh)


def without_module_names(tree: ast.FunctionDef, known: Known) -> None:
    """Write modules that a statement such as `xp = np` gives a second name by their own, in place."""
    parameters = syntax.parameters(tree)
    found: dict[str, ast.expr] = {}
    imported: set[str] = set()
    for statement in list(tree.body):
        match statement:
            case ast.Import(names=names):
                imported |= {(one.asname or one.name).partition(".")[0] for one in names}
            case ast.Assign(targets=[ast.Name(name)], value=ast.Name() | ast.Attribute() as path):
                is_once = known.counts().get(name) == 1 and name not in parameters
                is_module = (
                    isinstance(known.value(path), ModuleType) or syntax.show(path) in imported
                )
                if is_once and is_module:
                    found[name] = path
                    replace_statement(tree, statement, [])
    for statement in tree.body if found else ():
        changed = [n for n in syntax.every(ast.Name, statement) if n.id in found]
        for part in changed:
            put(statement, part, syntax.deep(found[part.id]))


def with_open_factors(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Give both parts of a factor of a matrix that a loop reads names of their own, in place."""
    looping = [s for s in syntax.statements(tree.body) if isinstance(s, ast.For | ast.While)]
    for statement in syntax.statements(tree.body) if looping else ():
        match statement:
            case ast.Assign([ast.Name(name) as target], ast.Call(func=func)):
                parts = FACTORS.get(name_in_scipy(known.value(func)), ())
            case _:
                continue
        if not parts or known.bound_once(name) is not statement.value:
            continue
        around = [one for one in looping if name in syntax.reads(one)]
        if around and not any(statement in ast.walk(one) for one in around):
            own = [fresh.name(f"{name}_{part}") for part in parts]
            both = ast.Tuple([ast.Name(one, ast.Store()) for one in own], ast.Store())
            put(statement, target, both)
            for other in reversed(syntax.statements(tree.body)):  # the innermost first
                for use in syntax.uses(other, name):
                    put(other, use, ast.Tuple([syntax.name(one) for one in own], ast.Load()))


class Plain(Rewriter):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Make a call of a partial of the module a call of its function."""
        self.generic_visit(node)
        node.args = [ravelled(a) for a in flat([self.shown(a) for a in node.args])]
        if isinstance(node.func, ast.Name) and node.func.id in CONSUMING or self.extends(node):
            node.args = [listed(a) for a in node.args]
        if isinstance(node.func, ast.Name) and node.func.id == "dict" and node.keywords:
            if len(node.args) == 1 or any(k.arg is None for k in node.keywords):
                named = [ast.Constant(k.arg) if k.arg else None for k in node.keywords]
                keys: list[ast.expr | None] = [*(None for _ in node.args), *named]
                values = syntax.given(node)
                return self.visit_Dict(made(ast.Dict(keys, values), node))
        written = self.written(node)
        if written is not None:
            return made(written, node)
        sides = [a.elts for a in node.args if isinstance(a, ast.Tuple | ast.List)]
        if (
            syntax.calls(node, "zip")
            and len(sides) == len(node.args) > 0
            and len({len(side) for side in sides}) == 1
            and not any(isinstance(e, ast.Starred) for side in sides for e in side)
        ):
            rows: list[ast.expr] = [
                ast.Tuple(list(row), ast.Load()) for row in zip(*sides, strict=True)
            ]
            return ast.fix_missing_locations(ast.copy_location(ast.Tuple(rows, ast.Load()), node))
        match node.func:
            case ast.Attribute(ast.Call(law, place, width), word) if (
                word in OF_A_LAW and len(node.args) == 1 and not node.keywords
            ):
                if law_name(self.known.value(law)) in ("norm", "multivariate_normal"):
                    node.func = made(ast.Attribute(law, word, ast.Load()), node.func)
                    node.args, node.keywords = [*node.args, *place], width
        read = self.got(node)
        if read is not None:
            return made(read, node)
        found = self.known.value(node.func)
        if found is typing.cast and len(node.args) == 2:
            return node.args[1]  # what is said for a type checker alone
        if isinstance(found, functools.partial):
            return self.of_partial(node, found)
        if found in EACH and len(node.args) > 1 and not node.keywords:
            if not syntax.has_star(node.args):
                calls: list[ast.expr] = [
                    ast.Call(syntax.deep(node.func), [a], []) for a in node.args
                ]
                return made(ast.Tuple(calls, ast.Load()), node)
        if found is np.piecewise and (chosen := self.pieces(node)) is not None:
            return made(chosen, node)
        if found is np.add or found is np.multiply:  # operators join and repeat lists
            node.args = [self.as_array(node.func, a) for a in node.args]
        return node

    def got(self, node: ast.Call) -> ast.expr | None:
        """Return `operator.itemgetter(0, 2)(x)` as `(x[0], x[2])`, and attributes the same way."""
        func = node.func
        maker = self.known.bound_once(func.id) if isinstance(func, ast.Name) else func
        match maker, node:
            case ast.Call(func=get, args=[_, *_] as keys, keywords=[]), ast.Call(
                args=[ast.Name() | ast.Attribute() | ast.Subscript() as whole], keywords=[]
            ) if all(isinstance(key, ast.Constant) for key in keys):
                asked = self.known.value(get)
            case _:
                return None
        if asked is operator.itemgetter:
            return syntax.as_one([syntax.index(syntax.deep(whole), key) for key in keys])
        if asked is operator.attrgetter:
            texts = [f"{syntax.show(whole)}.{key.value}" for key in keys]  # type: ignore[attr-defined]  # a constant
            return syntax.as_one([syntax.parse(text) for text in texts])
        return None

    def pieces(self, node: ast.Call) -> ast.expr | None:
        """Return `np.piecewise(x, [x < 0], [f, g])` as `np.where(x < 0, f(x), g(x))`; the last that holds counts."""
        match node:
            case ast.Call(
                ast.Attribute(value=module),
                [
                    ast.Name() as x,
                    ast.List(conditions) | ast.Tuple(conditions),
                    ast.List(functions),
                ],
                [],
            ) if len(functions) - len(conditions) in (0, 1) and not syntax.has_star(
                [*conditions, *functions]
            ):
                pass
            case _:
                return None
        values = [self.at(function, x) for function in functions]
        chosen = values[-1] if len(functions) > len(conditions) else ast.Constant(0.0)
        for condition, value in zip(conditions, values, strict=False):
            if value is None or chosen is None:
                return None
            where = ast.Attribute(syntax.deep(module), "where", ast.Load())
            chosen = ast.Call(where, [condition, value, chosen], [])
        return chosen

    def at(self, function: ast.expr, x: ast.Name) -> ast.expr | None:
        """Return what one piece of a function gives: a number, or its value at `x`; None where that is not known."""
        value = self.known.value(function)
        if is_number(value, function):
            return function
        match function:
            case ast.Lambda(args=ast.arguments(args=[one], defaults=[], vararg=None, kwarg=None)):
                named = {one.arg: syntax.name(x.id)}
                return syntax.substitute(syntax.deep(function.body), named)
        return ast.Call(function, [syntax.name(x.id)], []) if callable(value) else None

    def extends(self, node: ast.Call) -> bool:
        """Return whether a list that the function makes itself is made longer."""
        match node.func:
            case ast.Attribute(ast.Name(name), "extend"):
                values = syntax.assigned(self.known.tree).get(name, [])
                return any(isinstance(value, ast.List | ast.ListComp) for value in values)
        return False

    def as_array(self, func: ast.expr, argument: ast.expr) -> ast.expr:
        """Return a display as the array that a function of NumPy makes of it."""
        if not isinstance(func, ast.Attribute) or not isinstance(argument, ast.Tuple | ast.List):
            return argument
        maker = ast.Attribute(syntax.deep(func.value), "array", ast.Load())
        return made(ast.Call(maker, [argument], []), argument)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Write `(y,) * 2` and `[f] + [g]` out."""
        self.generic_visit(node)
        match node:
            case ast.BinOp(ast.List(one), ast.Add(), ast.List(other)):
                return made(ast.List([*one, *other], ast.Load()), node)
            case ast.BinOp(
                left=ast.List(elts=items) | ast.Tuple(elts=items) as display,
                op=ast.Mult(),
                right=ast.Constant(int(count)),
            ) if 0 < count <= 8 and any(isinstance(e, ast.Name) for e in items):
                if all(isinstance(e, ast.Name | ast.Constant) for e in items):
                    many = [syntax.deep(e) for _ in range(count) for e in items]
                    return made(type(display)(many, ast.Load()), node)
        return node

    def written(self, node: ast.Call) -> ast.expr | None:
        """Return `dict(u=x)`, `dict([("u", x)])` and `list((u, v))` as displays, `list(enumerate(x))` as a
        comprehension, `sum(x, a)` as a sum, and `zip` of what is reversed as one of slices.
        """
        builtin = syntax.called(node)
        if not builtin or self.known.value(node.func) is not getattr(builtins, builtin, None):
            return None
        match builtin, node.args, node.keywords:
            case "dict", [], [_, *_] if all(k.arg for k in node.keywords):
                keys: list[ast.expr | None] = [ast.Constant(k.arg) for k in node.keywords]
                return ast.Dict(keys, [k.value for k in node.keywords])
            case "dict", [ast.List(pairs) | ast.Tuple(pairs)], [] if pairs and all(
                isinstance(pair, ast.Tuple) and len(pair.elts) == 2 for pair in pairs
            ):
                both = [pair.elts for pair in pairs if isinstance(pair, ast.Tuple)]
                return ast.Dict([key for key, _ in both], [value for _, value in both])
            case "list" | "tuple", [ast.List(items) | ast.Tuple(items)], []:
                return (ast.List if builtin == "list" else ast.Tuple)(items, ast.Load())
            case "list", [ast.Call(func=ast.Name("enumerate" | "zip")) as pairs], []:
                count = 2 if syntax.show(pairs.func) == "enumerate" else len(pairs.args)
                if syntax.has_star(pairs.args):
                    return None
                names = [ast.Name(self.fresh.name("item"), ast.Store()) for _ in range(count)]
                one = ast.comprehension(ast.Tuple(list(names), ast.Store()), pairs, [], 0)
                loads: list[ast.expr] = [syntax.name(n.id) for n in names]
                return ast.ListComp(ast.Tuple(loads, ast.Load()), [one])
            case "max" | "min", [items], [ast.keyword("default", default)]:
                own, items_then = self.fresh.name("items"), listed(items)
                if isinstance(items, ast.Name):
                    own = items.id
                else:
                    items_then = ast.NamedExpr(ast.Name(own, ast.Store()), items_then)
                text = "f(own) if len(listed) > 0 else default"
                return formula(text, f=node.func, own=own, listed=items_then, default=default)
            case "sum", [items], [ast.keyword("start", start)]:
                plain = made(ast.Call(node.func, [items, start], []), node)
                return self.written(plain) or plain
            case "sum", [items, start], [] if is_number(self.known.value(start), start):
                return formula("start + f(items)", start=start, f=node.func, items=items)
            case (
                "sorted",
                [ast.Call(func=ast.Attribute(ast.Name() as table, "items"), args=[])],
                [],
            ):
                key = self.fresh.name("key")  # no two keys are equal, so nothing else is compared
                text = "[(key, table[key]) for key in f(table)]"
                return formula(text, key=key, table=table, f=node.func)
            case "zip", _, []:
                turned = [self.turned(a) for a in node.args]
                if any(new is not old for new, old in zip(turned, node.args, strict=True)):
                    return ast.Call(node.func, turned, [])
        return None

    def turned(self, argument: ast.expr) -> ast.expr:
        """Return `reversed(x)` of a list, an array or a range as a slice, `enumerate(x)` as the list of its pairs."""
        match argument:
            case ast.Call(func=ast.Name("enumerate" | "zip"), keywords=[]):
                pairs = ast.Call(syntax.name("list"), [argument], [])
                return self.written(pairs) or argument
            case ast.Call(
                func=ast.Name("reversed"), args=[ast.Call(func=ast.Name("range")) as numbers]
            ):
                return formula("x[::-1]", x=numbers)
            case ast.Call(func=ast.Name("reversed"), args=[ast.Name(name) as items]):
                bound = self.known.bound_once(name)
                maker = self.known.value(bound.func) if isinstance(bound, ast.Call) else None
                if isinstance(maker, type) and maker not in (list, tuple, range):
                    return argument  # a deque, a dict: no slice is taken of it
                return formula("x[::-1]", x=items)
        return argument

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Read items of `x.flat` from the flattened array."""
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load):
            node.value = ravelled(node.value)
        return node

    def visit_For(self, node: ast.For) -> Any:
        """Let a loop over a generator run over what the generator does, or over the list of its items."""
        node.iter = ravelled(node.iter)
        is_late = any(
            is_changed_by_loop(node, late_names(one, self.known.tree))
            for one in asked_by(node.iter)
        )
        if is_late and as_generator(node.iter) is None:
            node.body = [self.visit(statement) for statement in node.body]
            return node
        self.generic_visit(node)
        found = as_generator(node.iter)
        if found is None:
            return node
        inside = set(ast.walk(found))
        names = {n.id for n in syntax.every(ast.Name, self.known.tree) if n not in inside}
        source, *others = found.generators
        if others or names & set(syntax.stores(source.target)) or node.orelse or source.is_async:
            node.iter = node.iter if is_late else listed(node.iter)
            return node
        body = [made(ast.Assign([node.target], found.elt), node), *node.body]
        for test in reversed(source.ifs):
            body = [made(ast.If(test, body, []), node)]
        return made(ast.For(source.target, source.iter, body, []), node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """Let a comprehension over `filter(f, xs)` ask itself what it keeps."""
        self.generic_visit(node)
        node.iter = ravelled(node.iter)
        found = as_generator(node.iter)
        match found:
            case ast.GeneratorExp(elt=ast.Name(), generators=[inner]) if (
                found is not node.iter and isinstance(node.target, ast.Name) and inner.ifs
            ):
                names = {syntax.stores(inner.target)[0]: syntax.name(node.target.id)}
                node.iter = inner.iter
                node.ifs = [*(syntax.substitute(test, names) for test in inner.ifs), *node.ifs]
        return node

    def shown(self, argument: ast.expr) -> ast.expr:
        """Return a starred name as its display of names that last, and a starred generator as a list."""
        if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.GeneratorExp):
            return ast.Starred(listed(argument.value), ast.Load())
        display = self.known.display(argument.value) if isinstance(argument, ast.Starred) else None
        counts = self.known.counts() if display is not None else {}
        if display is None or not all(
            isinstance(e, ast.Constant) or isinstance(e, ast.Name) and e.id not in counts
            for e in display.elts
        ):
            return argument
        return ast.Starred(syntax.deep(display), ast.Load())

    def of_partial(self, node: ast.Call, found: functools.partial[Any]) -> ast.AST:
        """Return the call of the function of a partial object, or, if the caller gives it, of what it holds."""
        if syntax.root_name(node.func) in self.known.given:
            held = [
                ast.Attribute(syntax.deep(node.func), w, ast.Load())
                for w in ("func", "args", "keywords")
            ]
            func, args, keywords = held
            star = ast.Starred(args, ast.Load())
            return made(
                ast.Call(func, [star, *node.args], [*node.keywords, ast.keyword(None, keywords)]),
                node,
            )
        name = getattr(found.func, "__name__", "")
        given = [*found.args, *found.keywords.values()]
        if self.known.outer.get(name) is not found.func or not all(
            type(v) in syntax.LITERALS for v in given
        ):
            return node
        words = [ast.keyword(k, syntax.constant(v)) for k, v in found.keywords.items()]
        values = map(syntax.constant, found.args)
        call_itself(node, ast.Call(node.func, [syntax.name(name), *values], words))
        return node

    def visit_Assign(self, node: ast.Assign) -> Any:
        """Make `a, b = zip(*pairs)` two statements, and `a, b = map(f, (x, y))` an assignment of `f(x), f(y)`; of
        `b = np.add(x, y, out=a)` a call and `b = a`.
        """
        self.generic_visit(node)
        target, value = node.targets[0], node.value
        if (changed := self.filled(value)) is not None:
            statement = made(ast.Expr(value), node)
            node.value = syntax.deep(changed)
            is_same = [syntax.show(t) for t in node.targets] == [changed.id]
            return statement if is_same else [statement, made(node, node)]
        if first := self.fills(node):
            return [*first, made(node, node)]
        match target, value:
            case ast.Tuple(parts), ast.Call(args=[ast.Name() | ast.Attribute() as x, *steps]) if (
                self.known.value(value.func) is np.gradient
                and not value.keywords
                and not syntax.has_star((*parts, *steps))
            ):  # one array for each axis
                steps = steps if len(steps) != 1 else steps * len(parts)
                slopes: list[ast.expr] = [
                    ast.Call(value.func, [x, *step], [ast.keyword("axis", syntax.constant(axis))])
                    for axis, step in enumerate([[s] for s in steps] or [[]] * len(parts))
                ]
                return made(ast.Assign([target], ast.Tuple(slopes, ast.Load())), node)
        if isinstance(target, ast.Tuple | ast.List) and len(node.targets) == 1:
            node.value = unpacked(value, len(target.elts))
            if node.value is not value:
                return made(node, node)
        match target, value:
            case ast.Tuple(names), ast.Call(ast.Name("zip"), [ast.Starred(ast.Name(pairs))]):
                texts = [
                    f"{syntax.show(name)} = tuple([pair[{k}] for pair in pairs])"
                    for k, name in enumerate(names)
                ]
                if all(isinstance(name, ast.Name) for name in names):
                    return written("\n".join(texts), node, pairs=pairs)
        return node

    def visit_Expr(self, node: ast.Expr) -> Any:
        """Write `d.update(a=d["b"], b=d["a"])` as `d["a"], d["b"] = d["b"], d["a"]`: all is read before one is set."""
        self.generic_visit(node)
        match node.value:
            case ast.Call(ast.Attribute(ast.Name(name) as table, "update"), displays, words):
                pass
            case _:
                return node
        keys: list[ast.expr | None] = []
        values: list[ast.expr] = []
        for one in displays:
            if not isinstance(one, ast.Dict):
                return node
            keys, values = [*keys, *one.keys], [*values, *one.values]
        keys += [None if k.arg is None else syntax.constant(k.arg) for k in words]
        values += [k.value for k in words]
        plain = [key for key in keys if isinstance(key, ast.Constant)]
        is_read = len(plain) == len(keys) > 1 and any(name in syntax.reads(v) for v in values)
        if not is_read or not self.is_dict(table):
            return node
        items: list[ast.expr] = [ast.Subscript(syntax.name(name), k, ast.Store()) for k in plain]
        return made(
            ast.Assign([ast.Tuple(items, ast.Store())], ast.Tuple(values, ast.Load())), node
        )

    def is_dict(self, table: ast.Name) -> bool:
        """Return whether a variable holds a dict, as far as is known."""
        for names in (self.known.given, self.known.outer):
            if table.id in names:
                return type(names[table.id]) is dict
        bound = self.known.bound(table.id)
        return bool(bound) and all(
            isinstance(b, ast.Dict | ast.DictComp) or syntax.calls(b, "dict") for b in bound
        )

    def visit_Return(self, node: ast.Return) -> Any:
        """Make of `return np.maximum(x, 0, out=x)` a call and `return x`."""
        self.generic_visit(node)
        if node.value is None:
            return node
        if (changed := self.filled(node.value)) is None:
            first = self.fills(node)
            return [*first, made(node, node)] if first else node
        statement = made(ast.Expr(node.value), node)
        node.value = syntax.deep(changed)
        return [statement, made(node, node)]

    def fills(self, node: ast.Assign | ast.Return) -> list[ast.stmt]:
        """Return calls that fill an array inside an expression as statements, if nothing before them reads it."""
        if node.value is None:
            return []
        found: dict[ast.expr, ast.expr] = {}
        order = syntax.inside(node.value, syntax.UNSURE)
        for k, part in enumerate(order):
            buffer = self.filled(part) if isinstance(part, ast.Call) else None
            if (
                isinstance(part, ast.Call)
                and buffer is not None
                and not reads(order[:k], buffer.id)
            ):
                found[part] = syntax.deep(buffer)
        node.value = syntax.rewrite(node.value, found.get) if found else node.value
        return [made(ast.Expr(call), node) for call in found]

    def filled(self, value: ast.expr) -> ast.Name | None:
        """Return the variable whose array a call of a ufunc fills, by its word or behind the operands."""
        if not isinstance(value, ast.Call) or syntax.has_star(value.args):
            return None
        function = self.known.value(value.func)
        if not isinstance(function, np.ufunc) or function.nout > 1:
            return None
        outputs = [k.value for k in value.keywords if k.arg == "out"] + value.args[function.nin :]
        return next((one for one in outputs if isinstance(one, ast.Name)), None)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        """Write out the stars of a dict."""
        self.generic_visit(node)
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None and isinstance(value, ast.Dict):
                pairs += zip(value.keys, value.values, strict=True)
            else:
                pairs.append((key, value))
        node.keys, node.values = [k for k, _ in pairs], [v for _, v in pairs]
        return node

    def visit_List(self, node: ast.List | ast.Tuple) -> ast.AST:
        """Write out the stars of a list or a tuple."""
        self.generic_visit(node)
        node.elts = flat(node.elts)
        return node

    visit_Tuple = visit_List


def name_in_scipy(function: Any) -> str:
    """Return the name of a function of `scipy.linalg`; "" of others."""
    is_there = module_of(function).startswith("scipy.linalg")
    return getattr(function, "__name__", "") if is_there else ""


def asked_by(source: ast.expr) -> list[ast.expr]:
    """Return the generators that a loop asks for an item in each trip."""
    match source:
        case ast.Call(func=ast.Name("zip" | "enumerate"), args=args):
            return [one for a in args for one in asked_by(a)]
    found = as_generator(source)
    return [] if found is None or isinstance(found, ast.ListComp) else [source]


def is_number(value: Any, node: ast.expr) -> bool:
    """Return whether something is a number or an array, written out or as the function begins."""
    value = node.value if isinstance(node, ast.Constant) else value
    return isinstance(value, int | float | np.ndarray | np.floating)


def ravelled(value: ast.expr) -> ast.expr:
    """Return `x.flat`, of which the items are read, as `x.ravel()`; others as they are."""
    if isinstance(value, ast.Attribute) and value.attr == "flat":
        return made(syntax.method(value.value, "ravel"), value)
    return value


def unpacked(value: ast.expr, count: int) -> ast.expr:
    """Return what is unpacked as a display of what is written out, or else as a list; others as they are."""
    if ravelled(value) is not value:
        return ravelled(value)
    match value:
        case ast.Call(func=ast.Name("list" | "tuple"), args=[inner], keywords=[]):
            made_of = unpacked(inner, count)
            return value if made_of is inner else made_of
    found = as_generator(value)
    if found is None:
        return value
    match found.generators:
        case [
            ast.comprehension(
                target=ast.Name(id=name), iter=ast.Tuple(elts=items) | ast.List(elts=items), ifs=[]
            )
        ] if (
            len(items) == count
            and all(isinstance(e, ast.Name | ast.Constant) for e in items)
            and not outlives(found.elt, [name])
        ):
            parts = [syntax.substitute(found.elt, {name: e}) for e in items]
            return made(ast.Tuple(parts, ast.Load()), value)
    return listed(value)


def flat(items: list[ast.expr]) -> list[ast.expr]:
    """Return the items of a display, those of displays with a star one by one."""
    found: list[ast.expr] = []
    for item in items:
        if isinstance(item, ast.Starred) and isinstance(item.value, ast.List | ast.Tuple):
            found.extend(flat(item.value.elts))
        else:
            found.append(item)
    return found
