"""What stands on a gate: its expression goes in, a short label comes out."""

from __future__ import annotations

import ast
import re

from codegen import syntax

SYMBOLS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "−",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "^",
    ast.MatMult: "@",
    ast.Mod: "%",
    ast.FloorDiv: "//",
}
SIGMOID = re.compile(r"1(\.0)? / \(1(\.0)? \+ (np|math)\.exp\(-_0\)\)")


def label_of(skeleton: ast.expr, count: int) -> str:
    """Return the label of a gate whose operands are called `_0`, `_1`, and so on."""
    text = ast.unparse(skeleton)
    if SIGMOID.fullmatch(text):
        return "σ"
    match skeleton:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Name(id="_0")):
            return "*-1"
        case ast.BinOp(left=left, op=op, right=right) if is_plain(left) and is_plain(right):
            return binary(left, SYMBOLS.get(type(op), "?"), right)
        case ast.Call(func=func, args=args, keywords=keywords):
            return call(func, args, keywords, count)
        case ast.Subscript(value=ast.Name(id="_0"), slice=index):
            return short(lettered(index_label(index)))
        case ast.Attribute(value=ast.Name(id="_0"), attr=attr):
            return attr
    return short(re.sub(r"\b(np|math)\.", "", lettered(text)))


def label_of_input(text: str) -> str:
    """Return a short text of an argument or a part of one: `p_w` for `p['w']`, `p0` for `p[0]`."""
    try:
        return shortened(syntax.parse(text))
    except SyntaxError:  # a key of which there is no text
        return text


def shortened(node: ast.expr) -> str:
    match node:
        case ast.Subscript(value=holder, slice=ast.Constant(value=str(key))):
            return f"{shortened(holder)}_{repr(key)[1:-1]}"  # on one line
        case ast.Subscript(value=holder, slice=key):
            return f"{shortened(holder)}{syntax.show(key)}"
        case ast.Attribute(value=holder, attr=name):
            return f"{shortened(holder)}.{name}"
    return syntax.show(node)


def lettered(text: str) -> str:
    """Return a text with letters in the place of operands."""
    return re.sub(r"\b_(\d+)\b", lambda m: "xyzuvw"[int(m[1]) % 6], text)


def index_label(index: ast.expr) -> str:
    """Return what an index is called on a gate: of each row the entry that is asked for is `[i, y[i]]`."""
    match index:
        case ast.Tuple(
            elts=[
                ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="arange")),
                ast.Name(id=column),
            ]
        ):
            return f"[i, {column}[i]]"
        case ast.Tuple():
            return f"[{syntax.show(index).strip('()')}]"
    return f"[{syntax.show(index)}]"


def is_plain(node: ast.expr) -> bool:
    return is_operand(node) or not any(is_operand(n) for n in ast.walk(node))


def is_operand(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and re.fullmatch(r"_\d+", node.id) is not None


def binary(left: ast.expr, symbol: str, right: ast.expr) -> str:
    """Return the label of an operator: the symbol, with the side that is no operand."""
    if is_operand(left) and is_operand(right):
        return symbol
    other = syntax.show(right if is_operand(left) else left)
    other = (
        "1"
        if other == "1.0"
        else f"({other})" if isinstance(right if is_operand(left) else left, ast.BinOp) else other
    )
    if is_operand(left):
        return short(f"{symbol}{other}")
    return short(f"{symbol}{other}") if symbol in "+*" else short(f"{other}{symbol}x")


def call(func: ast.expr, args: list[ast.expr], keywords: list[ast.keyword], count: int) -> str:
    """Return the label of a call: the function's last name and what matters of its arguments."""
    name = func.attr if isinstance(func, ast.Attribute) else ast.unparse(func)
    name = {"maximum": "max", "minimum": "min"}.get(name, name)
    if name == "dot":
        return "dot"
    if name in ("reshape", "transpose", "astype", "expand_dims", "squeeze"):
        return name
    passive = [ast.unparse(a) for a in args if not any(is_operand(n) for n in ast.walk(a))]
    named = [
        f"{k.arg}={ast.unparse(k.value)}"
        for k in keywords
        if k.arg in ("axis",) and not isinstance(k.value, ast.Name)
    ]
    if count == 1 and name in ("max", "min") and passive:
        return short(f"{name}({passive[0]}, x)")
    return short(" ".join([name, *named]))


def short(text: str, limit: int = 24) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
