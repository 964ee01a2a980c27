"""Comprehensions over values that may be differentiated: statements go in, the same with loops comes out.

>>> text = '''def f(xs):
...     return sum(x * x for x in xs)
... '''
>>> tree = ast.parse(text).body[0]
>>> tree.body = without_comprehensions(tree.body, {"xs"}, Fresh(tree))
>>> print(ast.unparse(tree))
def f(xs):
    total = 0
    for x in xs:
        total = total + x * x
    return total
"""

from __future__ import annotations

import ast
import builtins

from codegen import syntax
from codegen.trace.normalize.fresh import (
    Fresh,
    assign,
    change_parts,
    exchange,
    formula,
    made,
    written,
)
from codegen.trace.normalize.generators import applied, as_generator, listed
from codegen.trace.normalize.removals import is_pop, reads
from codegen.trace.normalize.taint import reaches
from codegen.trace.paths import place_of

CLOSED = (ast.Lambda, *syntax.CONDITIONAL)
ITERATORS = frozenset({"reversed", "zip", "enumerate"})
EXTREMA = frozenset({"max", "min"})


def without_comprehensions(
    block: list[ast.stmt], reached: set[str], fresh: Fresh
) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for statement in block:
        if syntax.value_of(statement) is not None:
            found.extend(simple(statement, reached, fresh))
            continue
        lifter = Lifter(reached, fresh)
        if isinstance(statement, ast.For):
            statement.iter = lifter.lifted(statement.iter)
        elif isinstance(statement, ast.If):
            statement.test = lifter.lifted(statement.test)
        found.extend(lifter.before)
        syntax.change_blocks(statement, lambda inner: without_comprehensions(inner, reached, fresh))
        found.append(statement)
    return found


def simple(statement: ast.stmt, reached: set[str], fresh: Fresh) -> list[ast.stmt]:
    """Return a simple statement without comprehensions, after the loops that stand for them."""
    value: ast.expr = statement.value  # type: ignore[attr-defined]  # the caller has seen that there is one
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    lifter = Lifter(reached, fresh)
    if (
        len(targets) == 1
        and isinstance(targets[0], ast.Name)
        and targets[0].id not in syntax.reads(value)
    ):
        lifter.target = targets[0].id
    changed = lifter.lifted(value, top=True)
    if not lifter.before:
        return [statement]
    if isinstance(changed, ast.Name) and changed.id == lifter.target:
        return lifter.before
    statement.value = changed  # type: ignore[attr-defined]  # as above
    made(statement, statement)
    return [*lifter.before, statement]


class Lifter:
    """Takes the comprehensions out of one expression."""

    def __init__(self, reached: set[str], fresh: Fresh) -> None:
        self.reached, self.fresh = reached, fresh
        self.before: list[ast.stmt] = []
        self.target = ""
        # what is evaluated where it stands, in order, each with how many statements were before it then
        self.ready: list[tuple[ast.expr, int]] = []

    def own(self, wanted: str, top: bool) -> str:
        return self.target if top and self.target else self.fresh.name(wanted)

    def lift(self, node: ast.expr, top: bool = False) -> ast.expr:
        """Return an expression whose comprehensions are names bound by loops."""
        if isinstance(node, CLOSED):
            return node
        if isinstance(node, ast.Call):
            found = self.call(node, top)
            if found is not None:
                return found
        if isinstance(node, ast.ListComp) and reaches(node, self.reached):
            return self.listed(node, top)
        if isinstance(node, ast.DictComp) and reaches(node, self.reached):
            return self.mapped(node, top)
        if isinstance(node, syntax.COMPREHENSIONS):
            return node
        place = len(self.before)
        change_parts(node, self.lift)
        found = self.popped(node)
        if place == len(self.before):
            self.ready.append((found, place))
        return found

    def lifted(self, node: ast.expr, top: bool = False) -> ast.expr:
        """Lift, and name what comes before a loop that was taken out if a function of the user's is called there: it
        may change what the loop reads.
        """
        holder = ast.Expr(self.lift(node, top))
        early = [(n, place) for n, place in self.ready if place < len(self.before)]
        inside = {p for n, _ in early for p in syntax.parts(n)}
        outer = [(n, place) for n, place in early if n not in inside]
        last = max((k for k, (n, _) in enumerate(outer) if calls_own(n)), default=-1)
        added = 0
        for part, place in outer[: last + 1]:
            if calls_own(part) or isinstance(part, ast.Subscript):
                own = self.fresh.name("value")
                exchange(holder, part, made(syntax.name(own), part))
                self.before.insert(place + added, assign(own, part, part))
                added += 1
        return holder.value

    def popped(self, node: ast.expr) -> ast.expr:
        """Return what stands for an item that is taken off a list behind a loop that was taken out, and so is this."""
        if not self.before or not is_pop(node, self.reached):
            return node
        base: ast.expr = node.func.value  # type: ignore[attr-defined]  # a call of a method
        if reads([p for p, _ in self.ready if p is not base], syntax.root_name(base)):
            return node
        own = self.fresh.name("popped")
        self.before.append(assign(own, node, node))
        return made(syntax.name(own), node)

    def call(self, node: ast.Call, top: bool) -> ast.expr | None:
        """Return what stands for `sum(…)`, `max(…)`, `list(…)` of a generator, or None."""
        if is_reduce(node) and reaches(node, self.reached):
            return self.reduced(node, top)
        if not isinstance(node.func, ast.Name) or node.keywords or not node.args:
            return None
        callee, inner = node.func.id, as_generator(node.args[0])
        if callee == "dict" and len(node.args) == 1 and reaches(node, self.reached):
            pairs = of_pairs(node.args[0])
            return None if pairs is None else self.mapped(pairs, top)
        if inner is None and callee in ("sum", "list", "tuple", *EXTREMA):
            inner = of_values(node.args[0])
        if inner is None or not reaches(inner, self.reached):
            return None
        if callee == "sum" and len(node.args) <= 2:
            start = node.args[1] if len(node.args) == 2 else made(ast.Constant(value=0), node)
            return self.summed(inner, start, node, top)
        if callee == "list" and len(node.args) == 1:
            return self.listed(inner, top)
        if callee in ("tuple", *EXTREMA) and len(node.args) == 1:
            return made(ast.Call(node.func, [self.listed(inner, False)], []), node)
        return None

    def reduced(self, node: ast.Call, top: bool) -> ast.expr:
        """Return the name of what `reduce(f, items, start)` adds up in a loop."""
        function, items = node.args[0], node.args[1]
        own = self.own("total", top)
        is_plain = not node.args[2:] or isinstance(node.args[2], ast.Name | ast.Constant)
        if not (is_plain and place_of(items)):  # nothing in between may change a path
            held = self.fresh.name("items")
            if syntax.calls(items, *ITERATORS):
                is_turned = syntax.calls(items, "reversed")
                source = items.args[0] if is_turned else items
                items = formula("x[::-1]" if is_turned else "list(x)", node, x=source)
            self.before.append(assign(held, items, node))
            items = made(syntax.name(held), node)
        if len(node.args) == 3:
            start: ast.expr = node.args[2]
        else:
            start, items = formula("items[0]", node, items=items), formula("items[1:]", items=items)
        item = self.fresh.name("item")
        pair: list[ast.expr] = [syntax.name(own), syntax.name(item)]
        step = applied(function, pair)
        text = "own = start\nfor item in items:\n    own = step"
        self.before += written(text, node, own=own, start=start, item=item, items=items, step=step)
        return made(syntax.name(own), node)

    def loops(
        self, generators: list[ast.comprehension], inner: list[ast.stmt], at: ast.AST
    ) -> ast.stmt:
        """Return the loops of a comprehension around a body; a generator that it runs over is used up, as a list is."""
        for generator in reversed(generators):
            for test in reversed(generator.ifs):
                inner = [made(ast.If(test, inner, []), at)]
            generator.iter = listed(generator.iter)
            inner = [made(ast.For(generator.target, generator.iter, inner, []), at)]
        return inner[0]

    def renamed(self, node: ast.ListComp | ast.GeneratorExp | ast.DictComp) -> None:
        """Rename the comprehension's own variables where the function uses the same names."""
        for one in sorted(syntax.own_names(node)):
            new = self.fresh.loop_name(one)
            self.fresh.open.add(new)
            if new != one:
                for inside in syntax.parts_inside(node):
                    for part in (
                        mentions(inside, one) if inside is not syntax.source_of(node) else ()
                    ):
                        part.id = new

    def filled(
        self,
        node: ast.ListComp | ast.GeneratorExp | ast.DictComp,
        own: str,
        start: ast.expr,
        step: str,
        at: ast.AST,
    ) -> ast.expr:
        """Return the name of what the loops of a comprehension make, one step for each element, from a start."""
        self.before.append(assign(own, start, at))
        inner: list[ast.stmt] = []
        key, value = (
            (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt, node.elt)
        )
        element = self.element(value, inner)
        inner += written(step, at, own=own, key=key, element=element)
        self.before.append(self.loops(node.generators, inner, at))
        self.fresh.open -= syntax.own_names(node)  # later loops may use its variables again
        return made(syntax.name(own), at)

    def listed(self, node: ast.ListComp | ast.GeneratorExp, top: bool) -> ast.expr:
        """Return the name of a list that a loop fills."""
        self.renamed(node)
        start = ast.List([], ast.Load())
        return self.filled(node, self.own("parts", top), start, "own.append(element)", node)

    def element(self, node: ast.expr, inner: list[ast.stmt]) -> ast.expr:
        """Return the element of a comprehension, comprehensions inside it made loops in `inner`."""
        lifter = Lifter(self.reached | syntax.names(node), self.fresh)
        changed = lifter.lifted(node)
        inner.extend(lifter.before)
        return changed

    def mapped(self, node: ast.DictComp, top: bool) -> ast.expr:
        """Return the name of a dict that a loop fills."""
        self.renamed(node)
        own = self.own("items", top)
        return self.filled(node, own, ast.Dict([], []), "own[key] = element", node)

    def summed(
        self, node: ast.ListComp | ast.GeneratorExp, start: ast.expr, at: ast.AST, top: bool
    ) -> ast.expr:
        """Return the name of a sum that a loop adds up."""
        self.renamed(node)
        return self.filled(node, self.own("total", top), start, "own = own + element", at)


def mentions(node: ast.AST, name: str) -> list[ast.Name]:
    """Return where a name is mentioned, not where it is the parameter of a lambda; its default is read outside."""
    if isinstance(node, ast.Name):
        return [node] if node.id == name else []
    if isinstance(node, ast.Lambda) and name in syntax.parameters(node.args):
        defaults = [d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None]
        return [n for default in defaults for n in mentions(default, name)]
    return [n for child in syntax.parts(node) for n in mentions(child, name)]


def calls_own(node: ast.expr) -> bool:
    """Return whether a function of the user's is called by its name."""
    called = [p.func for p in syntax.every(ast.Call, node)]
    return any(isinstance(f, ast.Name) and not hasattr(builtins, f.id) for f in called)


def is_reduce(node: ast.Call) -> bool:
    match node:
        case ast.Call(
            ast.Name("reduce") | ast.Attribute(ast.Name("functools"), "reduce"),
            [_, _] | [_, _, _],
            [],
        ):
            return True
    return False


def of_values(node: ast.expr) -> ast.GeneratorExp | None:
    """Return `d.values()` as a generator expression; None for anything else."""
    match node:
        case ast.Call(func=ast.Attribute(attr="values"), args=[], keywords=[]):
            found = formula("(v for v in items)", node, items=node)
            assert isinstance(found, ast.GeneratorExp)
            return found
    return None


def of_pairs(node: ast.expr) -> ast.DictComp | None:
    """Return what `dict` makes of `zip(keys, values)`, or of pairs one by one; None for anything else."""
    match node:
        case ast.Call(func=ast.Name("zip"), args=[_, _] as parts) if not syntax.has_star(parts):
            found = formula("{key: item for key, item in pairs}", node, pairs=node)
            assert isinstance(found, ast.DictComp)
            return found
        case ast.GeneratorExp(ast.Tuple([key, value]), each) | ast.ListComp(
            ast.Tuple([key, value]), each
        ):
            return made(ast.DictComp(key, value, each), node)
    return None
