"""Small changes of one statement. In: a statement. Out: `Repair`s: what stands in its place, and the mistake it would
undo.

If a line changed in one of these ways makes a wrong value right, the line is where the mistake is, and the change is
its kind.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Iterator

from codegen import syntax
from codegen.judge.code import Statement, is_part
from codegen.records import dataclass

FUNCTIONS = {
    "sin": ("cos",),
    "cos": ("sin",),
    "exp": ("log",),
    "log": ("exp",),
    "sum": ("mean",),
    "mean": ("sum",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "sinh": ("cosh",),
    "cosh": ("sinh",),
    "tanh": ("sinh",),
    "sqrt": ("square",),
    "square": ("sqrt",),
}
FACTOR = "a factor"  # that is left out: what it was says which mistake it is
ARITHMETIC: dict[type[ast.operator], tuple[tuple[str, str], ...]] = {
    ast.Add: (("sign", "x - y"), ("sign", "-x + y"), ("term_twice", "x"), ("term_twice", "y")),
    ast.Sub: (("sign", "x + y"), ("sign", "y - x"), ("term_twice", "x")),
    ast.Mult: (
        (FACTOR, "x"),
        (FACTOR, "y"),
        *(("local_gradient", text) for text in ("x / y", "y / x", "x * y**2", "x * x")),
    ),
    ast.Div: (
        (FACTOR, "x"),
        *(("local_gradient", text) for text in ("x * y", "x / y**2", "y / x")),
    ),
    ast.MatMult: tuple(
        ("transposed", text)
        for text in (
            *("x.T @ y", "x @ y.T", "x.swapaxes(-1, -2) @ y", "x @ y.swapaxes(-1, -2)"),
            *("y @ x", "y.T @ x", "y @ x.T", "x.T @ y.T"),
        )
    ),
    ast.Pow: (("local_gradient", "x"),),
}
"""What may stand in place of an operator with the sides x and y, and the mistake that it undoes."""
MOST_AXES = 4  # of an array whose axes are put into every order
REDUCTIONS = {"sum", "mean", "max", "min", "prod", "std", "var", "argmax", "argmin", "cumsum"}


@dataclass(frozen=True)
class Repair:
    """What stands in place of a statement, and the kind of mistake that it undoes."""

    kind: str
    nodes: tuple[ast.stmt, ...]


@dataclass(frozen=True)
class Scope:
    """What a statement could have meant: names of values, gradients and whole numbers, expressions for sizes."""

    forwards: tuple[str, ...]
    gradients: tuple[str, ...]
    counts: tuple[str, ...]
    sizes: tuple[str, ...] = ()


def repairs(statement: Statement, scope: Scope) -> Iterator[Repair]:
    node = statement.node
    if isinstance(node, ast.Return):
        yield from inner(node, node.value, scope)
        if node.value is not None and not isinstance(node.value, (ast.Tuple, ast.Dict)):
            yield from whole(node, scope)
        return
    if not isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        if isinstance(node, ast.Expr):
            yield from inner(node, node.value, scope)
        return
    if node.value is None:
        return
    yield from operators(node)
    yield Repair("sign", (with_value(node, ast.UnaryOp(ast.USub(), node.value)),))
    yield from inner(node, node.value, scope)
    yield from masks(node, scope)
    yield from places(node)
    yield from upstreams(node, statement, scope)
    yield from whole(node, scope)
    yield from within(node, scope)


def with_value(node: ast.stmt, value: ast.expr) -> ast.stmt:
    made = copy.copy(node)
    made.value = copy.deepcopy(value)  # type: ignore[attr-defined]
    return made


def operators(node: ast.stmt) -> Iterator[Repair]:
    """Yield `+=` for `=` and the other way round."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        added = not isinstance(node.value, ast.Constant)  # nobody adds a number to a gradient
        if added and isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
            kind = "overlapping" if is_part(target) else "overwritten"
            yield Repair(kind, (ast.AugAssign(target, ast.Add(), node.value),))
    if isinstance(node, ast.AugAssign):
        if isinstance(node.op, ast.Add):
            yield Repair("sign", (ast.AugAssign(node.target, ast.Sub(), node.value),))
            yield Repair("term_twice", (ast.Assign([node.target], node.value, lineno=node.lineno),))
        elif isinstance(node.op, ast.Sub):
            yield Repair("sign", (ast.AugAssign(node.target, ast.Add(), node.value),))
        elif isinstance(node.op, (ast.Mult, ast.Div)):
            other = ast.Div() if isinstance(node.op, ast.Mult) else ast.Mult()
            yield Repair("factor", (ast.AugAssign(node.target, other, node.value),))


def inner(node: ast.stmt, value: ast.expr | None, scope: Scope) -> Iterator[Repair]:
    if value is None:
        return
    for part in ast.walk(value):
        for kind, change in changes(part, scope, parent_of(value, part)):
            yield exchange(kind, node, part, change)


def parent_of(tree: ast.AST, wanted: ast.AST) -> ast.AST | None:
    return next((n for n in ast.walk(tree) if wanted in ast.iter_child_nodes(n)), None)


def exchanged(tree: ast.expr, old: ast.AST, new: ast.expr) -> ast.expr:
    return syntax.rewrite(tree, lambda part: new if part is old else None)


def exchange(kind: str, node: ast.stmt, old: ast.AST, new: ast.expr) -> Repair:
    return Repair(kind, (with_value(node, exchanged(node.value, old, new)),))  # type: ignore[attr-defined]


def with_target(node: ast.stmt, key: ast.expr) -> ast.stmt:
    made = copy.copy(node)
    new = ast.Subscript(target_of(node).value, key, ast.Store())  # type: ignore[union-attr]  # items, see the callers
    if isinstance(made, ast.Assign):
        made.targets = [new]
    else:
        made.target = new  # type: ignore[attr-defined]
    return made


def target_of(node: ast.stmt) -> ast.expr | None:
    return node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)


def changes(node: ast.AST, scope: Scope, parent: ast.AST | None) -> Iterator[tuple[str, ast.expr]]:
    """Yield what may stand in place of one node, with the kind of mistake it undoes."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from comparisons(node, scope)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", node.operand
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Invert, ast.Not)):
        yield "mask", node.operand
    elif isinstance(node, ast.BinOp):
        yield from binary(node, scope)
    elif isinstance(node, ast.Call):
        yield from calls(node, scope)
    elif isinstance(node, ast.Attribute):
        if node.attr == "T":
            yield "transposed", node.value
    elif isinstance(node, ast.Constant):
        yield from constants(node, parent)
    elif isinstance(node, ast.Slice):
        yield from slices(node)
    elif isinstance(node, ast.Subscript):
        yield from wrapped(node, scope)
    elif isinstance(node, (ast.Tuple, ast.List)) and isinstance(parent, ast.Call):
        yield from exchanges(node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from names(node, scope, parent)


def comparisons(node: ast.Compare, scope: Scope) -> Iterator[tuple[str, ast.expr]]:
    for op in (ast.Gt(), ast.Lt(), ast.GtE(), ast.LtE(), ast.Eq(), ast.NotEq()):
        if type(op) is not type(node.ops[0]):
            yield "mask", ast.Compare(node.left, [op], node.comparators)
    for name in (*scope.forwards, *scope.gradients):
        yield "mask", ast.Compare(syntax.name(name), node.ops, node.comparators)
        for op in (ast.Gt(), ast.LtE()):
            if type(op) is not type(node.ops[0]):
                yield "mask", ast.Compare(syntax.name(name), [op], node.comparators)
    if isinstance(node.comparators[0], ast.Name):
        for name in scope.forwards:
            yield "mask", ast.Compare(node.left, node.ops, [syntax.name(name)])
    else:
        for name in scope.forwards:
            for order in (node.ops[0], ast.GtE(), ast.Gt()):
                yield "mask", ast.Compare(node.left, [order], [syntax.name(name)])


def dropped(node: ast.expr, scope: Scope) -> str:
    """Return the mistake that a factor too many is: a number is a factor, a variable belongs to the local gradient."""
    number = any(one.id not in scope.counts for one in syntax.every(ast.Name, node))
    size = any(one.attr in ("shape", "size") for one in syntax.every(ast.Attribute, node))
    return "local_gradient" if number and not size else "factor"


def binary(node: ast.BinOp, scope: Scope) -> Iterator[tuple[str, ast.expr]]:
    left, right = node.left, node.right
    if isinstance(node.op, ast.Mult):
        yield from slope_of_tanh(node)
    for kind, text in ARITHMETIC.get(type(node.op), ()):
        if kind == FACTOR:
            kind = dropped(right if text == "x" else left, scope)
        elif (
            isinstance(node.op, ast.Sub) and text == "x" and syntax.identifier(left) in scope.counts
        ):
            kind = "factor"
        yield kind, untwisted(filled(text, x=left, y=right))
    match right:
        case ast.BinOp(left=y) if ast.unparse(node) == f"1 - {ast.unparse(y)} ** 2":
            yield "local_gradient", filled("y * (1 - y)", y=y)  # of a sigmoid; that one of tanh
    if not isinstance(node.op, (ast.MatMult, ast.Pow)):
        for name, side in (("x", left), ("y", right)):
            if not isinstance(side, ast.Constant):
                both = {"x": left, "y": right} | {name: filled("x**2", x=side)}
                yield "local_gradient", ast.BinOp(both["x"], node.op, both["y"])


def factors_of(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*factors_of(node.left), *factors_of(node.right)]
    return [node]


def slope_of_tanh(node: ast.BinOp) -> Iterator[tuple[str, ast.expr]]:
    """Yield a product with `1 - y**2`, the slope of tanh, for its factors `y` and `1 - y`, the slope of a sigmoid."""
    parts = factors_of(node)
    texts = [ast.unparse(part) for part in parts]
    for k, text in enumerate(texts):
        if f"1 - {text}" in texts:
            other = texts.index(f"1 - {text}")
            made: ast.expr = syntax.parse(f"1 - ({text}) ** 2")
            for number, part in enumerate(parts):
                if number not in (k, other):
                    made = ast.BinOp(part, ast.Mult(), made)
            yield "local_gradient", made


def exchanges(node: ast.Tuple | ast.List) -> Iterator[tuple[str, ast.expr]]:
    """Yield a list of arrays that are joined with two of them exchanged."""
    if all(isinstance(one, ast.Constant) for one in node.elts):
        return
    for one, two in itertools.combinations(range(len(node.elts)), 2):
        parts = list(node.elts)
        parts[one], parts[two] = parts[two], parts[one]
        yield "wrong_entries", type(node)(parts, ast.Load())


def wrapped(node: ast.Subscript, scope: Scope) -> Iterator[tuple[str, ast.expr]]:
    """Yield, for an entry `t - 1`, another variable where that lies before the first one."""
    parts = syntax.elements(node.slice)
    for part in parts:
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub):
            inside = ast.Compare(part, [ast.GtE()], [ast.Constant(0)])
            for name in scope.forwards:
                yield "wraps_around", ast.IfExp(inside, node, syntax.name(name))
            yield "wraps_around", ast.IfExp(inside, node, ast.Constant(0))


def axes_of(node: ast.Call, method: bool) -> list[ast.expr]:
    """Return the whole numbers or sizes that a call of `transpose` or `reshape` lists."""
    args = list(node.args if method else node.args[1:])
    if len(args) == 1 and isinstance(args[0], (ast.Tuple, ast.List)):
        args = list(args[0].elts)
    return args if 2 <= len(args) <= MOST_AXES else []


def rearranged(
    node: ast.Call, name: str, operand: ast.expr, method: bool
) -> Iterator[tuple[str, ast.expr]]:
    """Yield a call of `transpose` or `reshape` with the axes in another order."""
    axes = axes_of(node, method)
    identity = tuple(range(len(axes)))
    for rank in (3, 4) if axes and name == "reshape" else ():
        for order in itertools.permutations(range(rank)):
            places: list[ast.expr] = [ast.Constant(k) for k in order]
            turned = syntax.method(operand, "transpose", *places)
            yield "axes", syntax.method(turned, "reshape", *axes)
    for order in itertools.permutations(identity) if axes else ():
        if name == "transpose":
            numbers: list[ast.expr] = [ast.Constant(k) for k in order]
            made = syntax.method(operand, "transpose", *numbers)
            if ast.unparse(made) != ast.unparse(node):
                yield "axes", made
        elif order != identity:
            sizes = [axes[k] for k in order]
            shaped = syntax.method(operand, "reshape", *sizes)
            back: list[ast.expr] = [ast.Constant(order.index(k)) for k in identity]
            yield "axes", syntax.method(shaped, "transpose", *back)


def untwisted(tree: ast.expr) -> ast.expr:
    """Return an expression without what is transposed twice."""

    def change(part: ast.expr) -> ast.expr | None:
        match part:
            case ast.Attribute(value=ast.Attribute(value=inner, attr="T"), attr="T"):
                return inner
        return None

    return syntax.rewrite(tree, change)


def calls(node: ast.Call, scope: Scope) -> Iterator[tuple[str, ast.expr]]:
    """Yield other calls: transposed products, other axes, related functions."""
    if not isinstance(node.func, ast.Attribute):
        return
    name, owner = node.func.attr, node.func.value
    method = not (isinstance(owner, ast.Name) and owner.id in ("np", "numpy", "math"))
    operands = [owner, *node.args] if method else list(node.args)
    if name == "dot" and len(operands) == 2:
        yield from binary(ast.BinOp(operands[0], ast.MatMult(), operands[1]), scope)
    if name in ("transpose", "reshape") and operands:
        yield from rearranged(node, name, operands[0], method)
    if name in REDUCTIONS and operands:
        yield "local_gradient" if name.startswith("cum") else "sum_extra", operands[0]
        axis = next((kw for kw in node.keywords if kw.arg == "axis"), None)
        if axis is not None and isinstance(axis.value, ast.Tuple):
            for some in itertools.combinations(range(MOST_AXES), len(axis.value.elts)):
                made = copy.deepcopy(node)
                axes: ast.expr = ast.Tuple([ast.Constant(k) for k in some], ast.Load())
                made.keywords = [
                    ast.keyword("axis", axes) if kw.arg == "axis" else kw for kw in made.keywords
                ]
                yield "sum_axis", made
        for new in (0, 1, None, -1):
            made = copy.deepcopy(node)
            made.keywords = [kw for kw in made.keywords if kw.arg not in ("axis", "keepdims")]
            if new is not None:
                made.keywords.append(ast.keyword("axis", ast.Constant(new)))
            if axis is None or ast.unparse(axis.value) != repr(new):
                yield "sum_axis", made
            if new is not None:
                kept = copy.deepcopy(made)
                kept.keywords.append(ast.keyword("keepdims", ast.Constant(True)))
                yield "sum_axis", kept
    for other in FUNCTIONS.get(name, ()):
        kind = "factor" if name in ("sum", "mean") else "local_gradient"
        made = copy.deepcopy(node)
        made.func = ast.Attribute(owner, other, ast.Load())
        yield "mask" if other in ("maximum", "minimum") else kind, made
    if name == "where" and len(node.args) == 3:
        yield "mask", ast.Call(node.func, [node.args[0], node.args[2], node.args[1]], [])


def constants(node: ast.Constant, parent: ast.AST | None) -> Iterator[tuple[str, ast.expr]]:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    exponent = (
        isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Pow) and parent.right is node
    )
    product = isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Mult, ast.Div))
    kind = "factor" if product else "local_gradient"
    others = [value + 1, value - 1, -value, 2 * value, value / 2, 3 * value, 0, 1, 2]
    for other in dict.fromkeys(o for o in others if o != value):
        if not (exponent and other == 0):
            yield ("sign" if other == -value and not exponent else kind), ast.Constant(other)


def slices(node: ast.Slice) -> Iterator[tuple[str, ast.expr]]:
    """Yield other slices: shifted ends, and an open one for `pad:-pad`."""
    low, high = node.lower, node.upper
    if (
        low is not None
        and isinstance(high, ast.UnaryOp)
        and ast.unparse(high.operand) == ast.unparse(low)
    ):
        yield "pad_zero", ast.Slice(
            low, ast.BoolOp(ast.Or(), [high, ast.Constant(None)]), node.step
        )
    if low is None and high is not None:
        yield "local_gradient", ast.Slice(high_as_low(high), None, node.step)
    if high is None and low is not None:
        yield "local_gradient", ast.Slice(None, high_as_low(low), node.step)


def high_as_low(node: ast.expr) -> ast.expr:
    """Return the other end of a slice that leaves out as many entries on the other side."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand
    return ast.UnaryOp(ast.USub(), node)


def names(node: ast.Name, scope: Scope, parent: ast.AST | None) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(parent, ast.Attribute) and node.id in ("np", "numpy", "math"):
        return
    if isinstance(parent, ast.BinOp) and isinstance(
        parent.op, (ast.Mult, ast.Div, ast.Add, ast.Sub)
    ):
        for k, side in enumerate((parent.left, parent.right)):
            if side is node and k == 0:
                yield "local_gradient", ast.BinOp(node, ast.Pow(), ast.Constant(2))
    if node.id in scope.counts:
        yield "factor", ast.BinOp(node, ast.Sub(), ast.Constant(1))
        for text in scope.sizes:
            yield "wrong_variable", syntax.parse(text)
    family = scope.gradients if node.id in scope.gradients else scope.forwards
    others = scope.forwards if family is scope.gradients else scope.gradients
    for name in (*family, *(others if node.id not in scope.counts else ()), *scope.counts):
        if name != node.id:
            yield "wrong_variable", syntax.name(name)


def upstreams(node: ast.stmt, statement: Statement, scope: Scope) -> Iterator[Repair]:
    """Yield the statement with a gradient as one more factor."""
    value = node.value  # type: ignore[attr-defined]
    for name in scope.gradients:
        if name not in statement.labels:
            yield Repair(
                "no_upstream", (with_value(node, ast.BinOp(value, ast.Mult(), syntax.name(name))),)
            )


def masks(node: ast.stmt, scope: Scope) -> Iterator[Repair]:
    """Yield the statement with another mask on its left side: `dx[x < 0] = 0`."""
    target = target_of(node)
    if not isinstance(target, ast.Subscript):
        return
    for one in ast.walk(target.slice):
        if isinstance(one, (ast.Compare, ast.UnaryOp)):
            for kind, change in changes(one, scope, parent_of(target.slice, one)):
                yield Repair(kind, (with_target(node, exchanged(target.slice, one, change)),))


def places(node: ast.stmt) -> Iterator[Repair]:
    """Yield the statement with other entries of what is indexed by an array of whole numbers, or each of them."""
    target = target_of(node)
    if isinstance(node, ast.AugAssign) and isinstance(target, ast.Subscript):
        at = f"np.{'add' if isinstance(node.op, ast.Add) else 'subtract'}.at"
        made = ast.parse(f"{at}({ast.unparse(target.value)}, INDEX, VALUE)").body[0]
        assert isinstance(made, ast.Expr) and isinstance(made.value, ast.Call)
        made.value.args[1:] = [indices_of(target.slice), node.value]
        if isinstance(node.op, (ast.Add, ast.Sub)):
            yield Repair("repeated", (made,))
    if isinstance(node, ast.AugAssign) and isinstance(target, ast.Subscript):
        if isinstance(target.slice, ast.Tuple) and isinstance(node.value, ast.Constant):
            rows = syntax.parse(f"{ast.unparse(target.value)}.sum(axis=1)")
            yield Repair("local_gradient", (with_value(node, rows),))  # one for each in the row
    if isinstance(target, ast.Subscript):
        for other in other_entries(target.slice):
            yield Repair("wrong_entries", (with_target(node, other),))
    for one in ast.walk(node.value):  # type: ignore[attr-defined]
        if isinstance(one, ast.Subscript):
            for other in other_entries(one.slice):
                yield exchange("wrong_entries", node, one, syntax.index(one.value, other))


def indices_of(index: ast.expr) -> ast.expr:
    """Return an index as a value: what a call of `np.add.at` takes."""
    if isinstance(index, ast.Tuple):
        return ast.Tuple([indices_of(one) for one in index.elts], ast.Load())
    if isinstance(index, ast.Slice):
        ends = [end or ast.Constant(None) for end in (index.lower, index.upper, index.step)]
        return ast.Call(syntax.name("slice"), ends, [])
    return index


def other_entries(index: ast.expr) -> Iterator[ast.expr]:
    """Yield other entries that an index could have meant: one of each row, and where a sorted entry came from."""
    parts = syntax.elements(index)
    for k, part in enumerate(parts):
        if not isinstance(part, ast.Name):
            continue
        rows = syntax.parse(f"np.arange(len({part.id}))")
        if len(parts) == 2 and isinstance(parts[1 - k], ast.Slice):
            yield ast.Tuple([part, rows] if k == 0 else [rows, part], ast.Load())
        elif len(parts) == 1:
            yield ast.Tuple([rows, part], ast.Load())
            yield syntax.parse(f"np.argsort({part.id})")


def within(node: ast.stmt, scope: Scope) -> Iterator[Repair]:
    """Yield the statement with a factor of a product summed, or an element of a list times a gradient."""
    value: ast.expr = node.value  # type: ignore[attr-defined]
    for one in ast.walk(value):
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mult) and one is not value:
            for axis in (0, 1, -1):
                made = filled(f"(VALUE).sum(axis={axis}, keepdims=True)", VALUE=one)
                yield exchange("sum_missing", node, one, made)
        if isinstance(one, ast.Name) and one.id in scope.gradients:
            for name in scope.forwards:
                made = ast.BinOp(one, ast.Mult(), syntax.name(name))
                yield exchange("local_gradient", node, one, made)
        parent = parent_of(value, one)
        operand = isinstance(parent, ast.Call) and one in parent.args
        if (operand or isinstance(parent, ast.List)) and isinstance(one, ast.expr):
            for name in scope.gradients:
                made = ast.BinOp(one, ast.Mult(), syntax.name(name))
                yield exchange("no_upstream", node, one, made)


def filled(text: str, **values: ast.expr) -> ast.expr:
    """Return the expression of a text with values in the place of its names."""
    return syntax.substitute(syntax.parse(text), values)


def whole(node: ast.stmt, scope: Scope) -> Iterator[Repair]:
    """Yield the statement with its whole right side changed."""
    value = node.value  # type: ignore[attr-defined]

    def with_text(kind: str, text: str) -> Repair:
        return Repair(kind, (with_value(node, filled(text, VALUE=value)),))

    for axis in (
        "axis=0",
        "axis=1",
        "axis=0, keepdims=True",
        "axis=1, keepdims=True",
        "axis=-1, keepdims=True",
        "",
    ):
        yield with_text("sum_missing", f"(VALUE).sum({axis})")
    yield with_text("transposed", "(VALUE).T")
    for number in ("2", "0.5"):
        yield with_text("factor", f"(VALUE) * {number}")
    for count in (*scope.counts, *scope.sizes):
        yield with_text("factor", f"(VALUE) / {count}")
        yield with_text("factor", f"(VALUE) * {count}")
    used = syntax.names(value) & {*scope.counts}
    for name in sorted(used):
        for other in (*scope.counts, *scope.sizes):
            if other != name:
                made = syntax.substitute(value, {name: syntax.parse(other)})
                yield Repair("wrong_variable", (with_value(node, made),))
    for name in scope.gradients:
        yield with_text("term_missing", f"(VALUE) + {name}")
    for name in scope.forwards:
        yield with_text("local_gradient", f"(VALUE) * {name}")
        yield with_text("local_gradient", f"(VALUE) / {name}")
