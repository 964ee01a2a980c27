"""How wires and stages are spelled: a wire or a stage goes in, its forward text comes out."""

from __future__ import annotations

import ast

from codegen import ir, syntax
from codegen.trace.read import Source


def stage_text(stage: ir.Stage, source: Source | None = None) -> str:
    """Return a stage on one line; with the source, a statement that stays is spelled as in the file."""
    written = stage.written if isinstance(stage, ir.Update | ir.Write | ir.Passive) else None
    target = syntax.show(written or stage.target)
    if isinstance(stage, ir.LoopItem) and isinstance(stage.statement, ast.Assign):
        return syntax.show(stage.statement)
    if isinstance(stage, ir.LoopItem | ir.View):
        return syntax.assignment(written or stage.target, item_tree(stage))
    if not stage.rewritten or stage.wire is None or is_whole_call(stage):
        return (
            source.text_of(stage.statement)
            if source
            else syntax.lines_of(syntax.show(stage.statement))[0]
        )
    if isinstance(stage, ir.Append):
        return put_in(stage, wire_text(stage.wire))
    if is_augmented(stage):
        assert isinstance(stage.statement, ast.AugAssign)
        assert isinstance(stage.wire.node, ast.BinOp)
        value = ir.named_text(stage.wire.node.right)
        return syntax.show(ast.AugAssign(stage.statement.target, stage.statement.op, value))
    if isinstance(stage, ir.Add) and isinstance(stage.statement, ast.Expr):
        return added_at(stage)
    if isinstance(stage, ir.Add):
        value = wire_text(stage.wire)
        op = getattr(stage.statement, "op", None)  # of `x[i] -= v`
        minus = isinstance(op, ast.Sub) and isinstance(value, ast.UnaryOp)
        shown = syntax.show(value.operand if minus else value)  # type: ignore[attr-defined]  # as tested
        return f"{target} {'-=' if minus else '+='} {shown}"
    if isinstance(stage, ir.Update) or isinstance(written, ast.Name):
        target = f"{target}[...]"
    if target.endswith("[...]"):
        return f"{target} = {syntax.show(wire_text(stage.wire))}"
    return syntax.assignment(written or stage.target, wire_text(stage.wire))


def added_at(stage: ir.Stage) -> str:
    """Return the text of `np.add.at(x, i, v)`, which counts an item that is named twice twice."""
    call = stage.statement.value  # type: ignore[attr-defined]  # a bare call
    func = syntax.show(call.func).replace("subtract", "add")
    assert stage.wire is not None
    args = [syntax.show(a) for a in (*call.args[:2], wire_text(stage.wire))]
    return f"{func}({', '.join(args)})"


def is_augmented(stage: ir.Stage) -> bool:
    """Return whether a stage is `x *= v` or `x[i] *= v`, with its value still in one piece."""
    return (
        isinstance(stage, ir.Update | ir.Store)
        and isinstance(stage.statement, ast.AugAssign)
        and isinstance(stage.wire, ir.Gate)
        and isinstance(stage.wire.node, ast.BinOp)
        and type(stage.wire.node.op) is type(stage.statement.op)
    )


def put_in(stage: ir.Append, value: ast.expr) -> str:
    """Return the text that puts a value into a list, at the end or where the user puts it."""
    match stage.statement:
        case ast.Expr(ast.Call(func=ast.Attribute(attr=word))) if stage.is_first:
            place = "0, " if word == "insert" else ""
        case _:
            word, place = "append", ""
    return f"{syntax.show(stage.target)}.{word}({place}{syntax.show(value)})"


def item_tree(stage: ir.Stage) -> ast.expr:
    """Return the text of an item that the header of a loop binds, or of a value that no statement says alone."""
    if stage.wire is not None:
        return ir.named_text(stage.wire.node)
    return stage.value or syntax.constant(None)


def wire_text(wire: ir.Wire) -> ast.expr:
    if wire.spelled:
        return syntax.name(wire.spelled)
    return syntax.name(wire.name) if isinstance(wire, ir.Variable) else ir.named_text(wire.node)


def is_whole_call(stage: ir.Stage) -> bool:
    """Return whether a stage is a statement that only calls a helper, not one that names what is then put somewhere."""
    wire, statement = stage.wire, stage.statement
    return (
        isinstance(wire, ir.Call)
        and isinstance(statement, ast.Assign)
        and wire.origin is statement.value
        and not (
            isinstance(stage.target, ast.Name) and isinstance(statement.targets[0], ast.Subscript)
        )
    )
