"""Expressions as mathematics: a tree, or a name, a number or a line of code goes in, LaTeX that both MathJax and our
MathML converter read comes out.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from codegen import syntax
from codegen.errors import visible
from codegen.gates.evaluate import evaluate

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.GtE: r"\ge",
    ast.Lt: "<",
    ast.LtE: r"\le",
    ast.Eq: "=",
    ast.NotEq: r"\ne",
    ast.Is: "=",
    ast.IsNot: r"\ne",
    ast.In: r"\in",
    ast.NotIn: r"\notin",
}
FUNCTIONS = {
    "log": r"\log",
    "sin": r"\sin",
    "cos": r"\cos",
    "tan": r"\tan",
    "tanh": r"\tanh",
    "sinh": r"\sinh",
    "cosh": r"\cosh",
}
LOGIC: dict[type[ast.AST], str] = {
    ast.BitAnd: r" \wedge ",
    ast.BitOr: r" \vee ",
    ast.And: r" \wedge ",
    ast.Or: r" \vee ",
}
MEMBERS = (ast.In, ast.NotIn)
INDICES = "ijklmnpq"
COPIES = ("copy", "array", "asarray", "ascontiguousarray", "float", "float64", "float32", "squeeze")
FRACTION = re.compile(r"\\frac\b")
MODULES = ("np", "numpy", "math", "scipy", "sp", "linalg", "special")
LONG_INDEX = 40
COUNTED = ("rows", "columns")  # what the axes of a matrix count
SUM, PRODUCT, UNARY, POWER, ATOM = range(5)


class Writer:
    """Writes one expression; `names` says how to write some of its names, `scope` holds their values."""

    def __init__(
        self, names: Mapping[str, str] | None = None, scope: Mapping[str, Any] | None = None
    ) -> None:
        self.names = dict(names or {})
        self.scope = dict(scope or {})

    def value(self, node: ast.expr) -> Any:
        """Return the value of a part, None if it is not known; what draws random numbers is not asked."""
        if self.scope and "rand" not in ast.unparse(node):
            with suppress(Exception):
                return evaluate(node, self.scope)
        return None

    def is_array(self, node: ast.expr) -> bool:
        return isinstance(found := self.value(node), np.ndarray) and found.ndim > 0

    def text(self, node: ast.expr, level: int = SUM) -> str:
        """Return the LaTeX of a tree, in brackets where it binds less than `level`."""
        found, own = self.written(node)
        return found if own >= level else bracketed(found)

    def written(self, node: ast.expr) -> tuple[str, int]:
        """Return the LaTeX of a tree and how strongly it binds."""
        inner = sigmoid_of(node)
        if inner is not None:
            return rf"\sigma{bracketed(self.text(inner))}", ATOM
        match node:
            case ast.Name(id=identifier):
                return self.names.get(identifier, name_latex(identifier)), ATOM
            case ast.Constant(value=bool() | None | str() as value):
                return code_latex(str(value)), ATOM
            case ast.Constant(value=int() | float() as value):
                return number_latex(value), ATOM if value >= 0 else UNARY
            case ast.BinOp():
                return self.binary(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"-{self.text(operand, PRODUCT)}", SUM
            case ast.UnaryOp(
                op=ast.Not() | ast.Invert(),
                operand=ast.Compare(
                    ops=[ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE() | ast.Eq() | ast.NotEq()]
                ) as test,
            ):
                return self.written(syntax.opposite(test))
            case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
                return rf"\neg {self.text(operand, UNARY)}", UNARY
            case ast.Compare(ops=[_]) | ast.BoolOp() if is_test(node):
                return rf"\mathbb{{1}}{bracketed(self.condition(node))}", ATOM
            case ast.BoolOp(op=ast.Or(), values=[first, ast.Constant()]):
                return self.written(first)  # what stands in for a zero
            case ast.Attribute(value=value, attr="T"):
                return rf"{self.text(value, ATOM)}^{{\top}}", POWER
            case ast.Attribute(value=ast.Name(id="np" | "math"), attr=attr):
                return {"pi": r"\pi", "e": "e", "inf": r"\infty"}.get(
                    attr, rf"\mathrm{{{attr}}}"
                ), ATOM
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name() as array, attr="shape"),
                slice=ast.Constant(value=int() as axis),
            ) if (
                0 <= axis < len(COUNTED)
            ):
                return rf"\text{{{COUNTED[axis]} of }}{self.text(array)}", PRODUCT
            case ast.Attribute(value=ast.Name() as array, attr="size"):
                return rf"\text{{entries of }}{self.text(array)}", PRODUCT
            case ast.Subscript(value=ast.Attribute(attr="shape")):
                return self.code(node), ATOM
            case ast.Subscript(value=value, slice=index) if only_widens(index):
                return self.written(value)  # how it is broadcast is no mathematics
            case ast.Subscript(value=value, slice=index):
                base = self.text(value, ATOM)
                base = f"{{{base}}}" if "_" in base else base
                return rf"{base}_{{{self.index(index)}}}", ATOM
            case ast.Call():
                return self.call(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.cases(test, body, orelse), ATOM
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return bracketed(",\\, ".join(self.text(e) for e in elts)), ATOM
        return self.code(node), ATOM

    def code(self, node: ast.expr) -> str:
        """Return code as it stands, with the names it has here."""
        return code_latex(self.plain(node))

    def plain(self, node: ast.expr) -> str:
        """Return the text of a part, with the names it has here."""
        fresh = copy.deepcopy(node)
        for part in ast.walk(fresh):
            if isinstance(part, ast.Name) and part.id in self.names:
                part.id = re.sub(r"\\[A-Za-z]+|[\\{}]", "", self.names[part.id])
        return syntax.show(fresh)

    def condition(self, test: ast.expr) -> str:
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            right = test.comparators[0]
            other = self.members(right) if type(test.ops[0]) in MEMBERS else self.text(right)
            return f"{self.text(test.left)} {COMPARISONS[type(test.ops[0])]} {other}"
        if isinstance(test, ast.BoolOp) and is_test(test):
            return LOGIC[type(test.op)].join(self.condition(side) for side in test.values)
        if isinstance(test, ast.UnaryOp) and isinstance(test.operand, ast.Compare):
            return self.text(test).removeprefix(r"\mathbb{1}(").removesuffix(")")
        if isinstance(test, ast.BinOp) and type(test.op) in LOGIC:
            sides = (self.condition(side) for side in (test.left, test.right))
            return LOGIC[type(test.op)].join(sides)
        return self.text(test)

    def members(self, node: ast.expr) -> str:
        """Return what something may be in, as a set where its members are written out."""
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return rf"\{{{', '.join(map(self.text, node.elts))}\}}"
        return self.text(node)

    def cases(self, test: ast.expr, body: ast.expr, orelse: ast.expr) -> str:
        first = rf"{self.text(body)} & \text{{if }} {self.condition(test)}"
        second = rf"{self.text(orelse)} & \text{{otherwise}}"
        return rf"\begin{{cases}} {first} \\ {second} \end{{cases}}"

    def binary(self, node: ast.BinOp) -> tuple[str, int]:
        match node.op:
            case ast.Add():
                return f"{self.text(node.left)} + {self.text(node.right)}", SUM
            case ast.Sub():
                return f"{self.text(node.left)} - {self.text(node.right, PRODUCT)}", SUM
            case ast.Mult() if (
                isinstance(node.right, ast.BinOp)
                and isinstance(node.right.op, ast.Div)
                and syntax.is_literal(node.right.left, 1)
            ):
                return rf"\frac{{{self.text(node.left)}}}{{{self.text(node.right.right)}}}", PRODUCT
            case ast.Mult():
                left, right = self.text(node.left, PRODUCT), self.factor(node.right)
                sign = r" \cdot " if re.match(r"[-\d]", right) else r"\, "
                if self.is_array(node.left) and self.is_array(node.right):
                    sign = r" \odot "
                return f"{left}{sign}{right}", PRODUCT
            case ast.Div() if isinstance(node.left, ast.BinOp) and isinstance(
                node.left.op, ast.Div
            ):
                both = ast.BinOp(node.left.right, ast.Mult(), node.right)
                return self.binary(ast.BinOp(node.left.left, ast.Div(), both))
            case ast.Div():
                bottom = self.text(node.right)
                if isinstance(node.left, ast.UnaryOp) and isinstance(node.left.op, ast.USub):
                    return rf"-\frac{{{self.text(node.left.operand)}}}{{{bottom}}}", SUM
                return rf"\frac{{{self.text(node.left)}}}{{{bottom}}}", PRODUCT
            case ast.Pow():
                return rf"{self.text(node.left, ATOM)}^{{{self.text(node.right)}}}", POWER
            case ast.MatMult():
                return self.product(node.left, node.right), PRODUCT
        if type(node.op) in LOGIC and all(map(is_test, (node.left, node.right))):
            return rf"\mathbb{{1}}{bracketed(self.condition(node))}", ATOM
        symbol = {ast.Mod: r"\bmod", ast.FloorDiv: "//"}.get(type(node.op), r"\circ")
        return f"{self.text(node.left, PRODUCT)} {symbol} {self.text(node.right, UNARY)}", PRODUCT

    def factor(self, node: ast.expr) -> str:
        """Return the right side of a product: a fraction needs no brackets there."""
        found, own = self.written(node)
        return (
            found if own >= UNARY or own == PRODUCT and FRACTION.match(found) else bracketed(found)
        )

    def product(self, left: ast.expr, right: ast.expr) -> str:
        """Return a product of matrices or vectors; a vector that stands on the left is a row."""
        if self.rank(left) == 1 and self.rank(right):
            return rf"{self.text(left, ATOM)}^{{\top}} {self.text(right, UNARY)}"
        return rf"{self.text(left, PRODUCT)}\, {self.text(right, UNARY)}"

    def index(self, index: ast.expr) -> str:
        match index:
            case ast.Tuple(
                elts=[
                    ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="arange")),
                    ast.Name() as column,
                ]
            ):
                return rf"i,\, {self.text(column)}_i"  # of each row the entry that is asked for
        if isinstance(index, ast.Constant) and isinstance(index.value, str):
            return name_latex(index.value)
        if isinstance(index, ast.JoinedStr) and (key := self.key(index)):
            return key
        if isinstance(index, ast.Constant | ast.Name):
            return self.text(index)
        if is_test(index):
            return self.condition(index)
        parts = syntax.elements(index)
        text = ", ".join(self.plain(part) for part in parts)
        if len(text) > LONG_INDEX:
            return r"[\ldots]"
        written = [self.part(part) for part in parts]
        return r",\, ".join(written) if all(written) else code_latex(text)

    def key(self, node: ast.JoinedStr) -> str:
        """Return a key such as `f"W{k}"` as a name with an index, nothing if it is of another form."""
        match node.values:
            case [
                ast.Constant(value=str() as name),
                ast.FormattedValue(value=ast.Name() | ast.BinOp() as index, format_spec=None),
            ] if name.isidentifier() and is_plain(index):
                return rf"{{{name_latex(name.rstrip('_') or name)}}}_{{{self.text(index)}}}"
        return ""

    def part(self, part: ast.expr) -> str:
        if isinstance(part, ast.Slice):
            ends = [part.lower, part.upper]
            if part.step is not None or not all(e is None or is_plain(e) for e in ends):
                return ""
            low, high = (self.text(e) if e is not None else "" for e in ends)
            return f"{low}{{:}}{high}"
        return self.text(part) if is_plain(part) else ""

    def call(self, node: ast.Call) -> tuple[str, int]:
        func, args = node.func, list(node.args)
        name = func.attr if isinstance(func, ast.Attribute) else ast.unparse(func)
        if isinstance(func, ast.Attribute) and syntax.root_name(func) not in MODULES:
            args.insert(0, func.value)
        if name in COPIES and len(args) == 1:
            return self.written(args[0])
        name = {"maximum": "max", "minimum": "min", "absolute": "abs"}.get(name, name)
        if name == "exp" and len(args) == 1 and "e" in self.scope:
            return rf"\exp{bracketed(self.text(args[0]))}", ATOM  # `e` is a variable here
        if name == "exp" and len(args) == 1:
            return f"e^{{{self.text(args[0])}}}", POWER
        if name == "norm" and len(args) == 1 and not node.keywords:
            return rf"\left\lVert {self.text(args[0])} \right\rVert", ATOM
        if name == "outer" and len(args) == 2:
            return rf"{self.text(args[0], ATOM)}\, {self.text(args[1], ATOM)}^{{\top}}", PRODUCT
        if name == "cross" and len(args) == 2:
            return rf"{self.text(args[0], ATOM)} \times {self.text(args[1], ATOM)}", PRODUCT
        if name == "sqrt":
            return rf"\sqrt{{{self.text(args[0])}}}", ATOM
        if name == "abs":
            return rf"\left\lvert {self.text(args[0])} \right\rvert", ATOM
        if name in ("dot", "matmul") and len(args) == 2:
            return self.product(*args), PRODUCT
        if name in ("ones_like", "zeros_like") and len(args) == 1:
            return str(int(name == "ones_like")), ATOM
        if name == "where" and len(args) == 3:
            return self.cases(*args), ATOM
        if name in ("einsum", "tensordot"):
            indices, total = self.contraction(node)
            return (total, SUM) if total and not indices else (self.code(node), ATOM)
        if name in ("concatenate", "hstack") and args and isinstance(args[0], ast.Tuple | ast.List):
            parts = ",\\, ".join(self.text(one) for one in args[0].elts)
            return rf"[{parts}]", ATOM
        if name in ("reshape", "copy", "astype", "pad"):
            args = args[:1]
        axis = syntax.keyword(node, "axis")
        shown = FUNCTIONS.get(
            name,
            {"max": r"\max", "min": r"\min", "sum": r"\sum"}.get(
                name, r"\mathrm{" + name.replace("_", r"\_") + "}"
            ),
        )
        if axis is not None:
            shown += rf"_{{\text{{axis }}{ast.unparse(axis)}}}"
        return shown + bracketed(", ".join(self.text(a) for a in args)), ATOM

    def contraction(self, node: ast.expr) -> tuple[str, str]:
        """Return the indices of the result of `np.einsum` or `np.tensordot`, and the sum that it is entry by entry.

        Nothing is returned where the ranks of the factors are not known.
        """
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return "", ""
        operands, marks, out = node.args, [""], ""
        if node.func.attr == "einsum" and isinstance(node.args[0], ast.Constant):
            left, arrow, out = str(node.args[0].value).replace(" ", "").partition("->")
            operands, marks = node.args[1:], left.split(",")
            if not arrow or not re.fullmatch(r"[A-Za-z,]*", left + out):
                return "", ""
        elif node.func.attr == "tensordot" and len(node.args) >= 2:
            operands = node.args[:2]
            ranks = [self.rank(one) for one in operands]
            axes = syntax.keyword(node, "axes")
            found = pairing(node.args[2] if len(node.args) > 2 else axes, ranks)
            if found is None:
                return "", ""
            marks, out = list(found[:2]), found[2]
        else:
            return "", ""
        if len(marks) != len(operands) or syntax.has_star(operands):
            return "", ""
        terms = []
        for one, mark in zip(operands, marks, strict=True):
            text = self.text(one, ATOM)
            text = f"{{{text}}}" if "_" in text or "^" in text else text
            terms.append(rf"{text}_{{{mark}}}" if mark else text)
        bound = [i for i in dict.fromkeys("".join(marks)) if i not in out]
        total = r"\, ".join(terms)
        return out, rf"\sum_{{{', '.join(bound)}}} {total}" if bound else total

    def rank(self, node: ast.expr) -> int | None:
        found = self.value(node)
        return None if found is None else int(np.ndim(found))


def pairing(axes: ast.expr | None, ranks: Sequence[int | None]) -> tuple[str, str, str] | None:
    """Return the indices of both factors and of the result of `np.tensordot`, None if they are not written out."""
    a, b = ranks
    pairs = 2 if axes is None else syntax.literal(axes)
    if pairs is None or a is None or b is None or a + b > len(INDICES):
        return None
    if isinstance(pairs, int):
        pairs = (range(a - pairs, a), range(pairs))
    first, second = ([k] if isinstance(k, int) else list(k) for k in pairs)
    left = list(INDICES[:a])
    right = list(INDICES[a : a + b])
    for i, j in zip(first, second, strict=True):
        right[j] = left[i]
    free = [i for i in (*left, *right) if (i in left) != (i in right)]
    order = {i: INDICES[k] for k, i in enumerate(dict.fromkeys([*left, *right]))}
    return tuple("".join(order[i] for i in part) for part in (left, right, free))  # type: ignore[return-value]


def only_widens(index: ast.expr) -> bool:
    """Return whether an index takes everything, and adds axes: `[:, None]`."""
    parts = syntax.elements(index)
    bare = ast.dump(ast.Slice())
    new = [syntax.show(p) in ("None", "np.newaxis") for p in parts]
    return any(new) and all(n or ast.dump(p) == bare for n, p in zip(new, parts, strict=True))


def is_test(node: ast.expr) -> bool:
    """Return whether an expression is true or false by its form."""
    if isinstance(node, ast.BinOp):
        return type(node.op) in LOGIC and is_test(node.left) and is_test(node.right)
    if isinstance(node, ast.BoolOp):
        return all(map(is_test, node.values))
    return isinstance(node, ast.Compare) and len(node.ops) == 1


def latex(
    node: ast.expr, names: Mapping[str, str] | None = None, scope: Mapping[str, Any] | None = None
) -> str:
    return Writer(names, scope).text(node)


def sigmoid_of(node: ast.expr) -> ast.expr | None:
    """Return `x` if an expression is `1 / (1 + exp(-x))`."""
    match node:
        case ast.BinOp(
            left=ast.Constant(value=1),
            op=ast.Div(),
            right=ast.BinOp(
                left=ast.Constant(value=1),
                op=ast.Add(),
                right=ast.Call(func=func, args=[ast.UnaryOp(op=ast.USub(), operand=inner)]),
            ),
        ) if ast.unparse(func) in ("np.exp", "math.exp", "exp"):
            return inner
    return None


def is_plain(node: ast.expr) -> bool:
    """Return whether an index is made of names, numbers and lengths only."""
    plain = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Load)
    return all(isinstance(part, plain) or is_length(part) for part in ast.walk(node))


def is_length(node: ast.AST) -> bool:
    """Return whether a part is `len(x)`."""
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name()], keywords=[]):
            return True
    return False


BIG = 1e6
GREEK = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
})  # fmt: skip


def name_latex(name: str) -> str:
    """Return a variable as mathematics: Greek letters, digits as indices, long names upright."""
    if name.startswith("d "):
        return r"\mathrm{d}" + name_latex(name[2:])
    if name == "eps":
        return r"\varepsilon"
    bare = name.rstrip("_")
    if bare in GREEK:
        return "\\" + bare
    found = re.fullmatch(r"([A-Za-z]+?)_?(\d+)", name)
    if found:
        return f"{name_latex(found[1])}_{{{found[2]}}}"
    if name == "_" or len(name) == 1 and name.isalnum():
        return name.replace("_", r"\_")
    if not re.fullmatch(r"\w+'*", name):
        return code_latex(name)  # the key of a dict, which may be any text
    return r"\mathrm{" + name.replace("_", r"\_") + "}"


def bracketed(text: str) -> str:
    return rf"\left({text}\right)" if re.search(r"\\(frac|begin|sum|sqrt)", text) else f"({text})"


def number_latex(value: float) -> str:
    """Return a number; 1.0 is 1, and 1e-05 is a power of ten."""
    if isinstance(value, float) and value.is_integer() and abs(value) < BIG:
        return str(int(value))
    text = repr(value)
    if isinstance(value, float) and abs(value) >= BIG:
        power_alone = f"{value:.0e}"
        text = power_alone if float(power_alone) == value else f"{value:.15g}"
    mantissa, e, power = text.partition("e")
    if not e:
        return text
    if mantissa in ("1", "-1"):
        return f"{mantissa[:-1]}10^{{{int(power)}}}"
    return rf"{mantissa} \cdot 10^{{{int(power)}}}"


CODE = re.compile(r"\\texttt\{((?:[^{}\\]|\\.)*)\}")
"""Code as `code_latex` writes it."""


def code_latex(text: str) -> str:
    """Return code as it stands."""
    escaped = re.sub(r"([\\_%&#${}])", r"\\\1", visible(text))
    return rf"\texttt{{{escaped}}}"
