"""Instrumentation: the tree of a function goes in, a tree that reports every value while it runs comes out.

Python itself runs the function, so that its semantics are exact; the hooks only look on. A hook is called
with the number of a tree node of the function as it was written.

>>> tree = ast.parse("y = x[0]").body[0]
>>> nodes = {node: place for place, node in enumerate(syntax.walk(tree))}
>>> ast.unparse(Instrument(nodes).visit(tree))
"y = __codegen_operate__(2, 'Item', __codegen_value__(3, x), 0)"
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from types import CellType, CodeType, FunctionType, MappingProxyType
from typing import Any

from codegen import syntax
from codegen.trace.operators import COMPARED
from codegen.trace.read import Source

VALUE, CALL, TEST, TRIP, CHANGE, ITEMS, OPERATE = (
    "__codegen_value__", "__codegen_call__", "__codegen_test__", "__codegen_trip__", "__codegen_change__",
    "__codegen_items__", "__codegen_operate__",
)  # fmt: skip
TWIN = "__codegen_twin__"
UNHOOKED = frozenset({"super", "locals", "globals", "vars", "eval", "exec", "dir"})
WATCHED = (
    ast.Name, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.Attribute, ast.IfExp, ast.List, ast.Tuple, ast.Dict,
    ast.ListComp, ast.DictComp, ast.BoolOp, ast.Compare,
)  # fmt: skip


class Instrument(ast.NodeTransformer):
    """Wraps values, calls, tests, loops and in-place changes in hooks, which know each node by its place."""

    def __init__(self, places: Mapping[ast.AST, int]) -> None:
        self.places = places

    def hook(self, name: str, node: ast.AST, *args: ast.expr) -> ast.Call:
        """Return the call of a hook about `node`."""
        func = syntax.name(name)
        place = ast.Constant(value=self.places[node])
        return ast.copy_location(ast.Call(func=func, args=[place, *args], keywords=[]), node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Wrap a watched expression; visit everything else."""
        super().generic_visit(node)
        if isinstance(node, WATCHED) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return self.hook(VALUE, node, node)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Route an operator through the hook: a class of the user's may define it."""
        parts = self.visit(node.left), self.visit(node.right)
        return self.hook(OPERATE, node, ast.Constant(type(node.op).__name__), *parts)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Route the sign of an object through the hook."""
        if not isinstance(node.op, ast.USub) or isinstance(node.operand, ast.Constant):
            return self.generic_visit(node)
        return self.hook(OPERATE, node, ast.Constant("USub"), self.visit(node.operand))

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Route a comparison through the hook, but for chains and for what no class defines."""
        name = type(node.ops[0]).__name__
        if len(node.ops) > 1 or name not in COMPARED:
            return self.generic_visit(node)
        parts = self.visit(node.left), self.visit(node.comparators[0])
        return self.hook(OPERATE, node, ast.Constant(name), *parts)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Route the reading of an item through the hook, but for slices."""
        if not isinstance(node.ctx, ast.Load) or any(
            isinstance(n, ast.Slice | ast.Starred) for n in (node.slice, *syntax.parts(node.slice))
        ):
            return self.generic_visit(node)
        parts = self.visit(node.value), self.visit(node.slice)
        return self.hook(OPERATE, node, ast.Constant("Item"), *parts)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Route the reading of an attribute through the hook: it may be a property."""
        if not isinstance(node.ctx, ast.Load):
            return self.generic_visit(node)
        return self.hook(
            OPERATE,
            node,
            ast.Constant("Attribute"),
            self.visit(node.value),
            ast.Constant(node.attr),
        )

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Report an f-string, which may be a key; what stands in it is passive."""
        return self.hook(VALUE, node, node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id in UNHOOKED:
            return node
        func: ast.expr = node.func
        if isinstance(func, ast.Attribute):
            func = ast.Attribute(value=self.visit(func.value), attr=func.attr, ctx=ast.Load())
        elif not isinstance(func, ast.Name):
            func = self.visit(func)
        args = [self.visit(a) for a in node.args]
        keywords = [ast.keyword(arg=k.arg, value=self.visit(k.value)) for k in node.keywords]
        call = self.hook(CALL, node, func, *args)
        call.keywords = keywords
        return call

    def visit_Starred(self, node: ast.Starred) -> ast.AST:
        if isinstance(node.ctx, ast.Load):
            node.value = self.visit(node.value)
        return node

    def visit_Slice(self, node: ast.Slice) -> ast.AST:
        return super().generic_visit(node)

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        """Leave a pattern alone: it is no expression."""
        node.guard = self.visit(node.guard) if node.guard else None
        node.body = [s for item in node.body for s in as_list(self.visit(item))]
        return node

    def visit_If(self, node: ast.If | ast.IfExp) -> ast.AST:
        super().generic_visit(node)
        node.test = self.hook(TEST, node, node.test)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.visit_If(node)
        return self.hook(VALUE, node, node)

    def visit_While(self, node: ast.While) -> ast.AST:
        super().generic_visit(node)
        node.test = self.hook(TEST, node, node.test)
        node.body.insert(0, ast.copy_location(ast.Expr(value=self.hook(TRIP, node)), node))
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        super().generic_visit(node)
        node.iter = self.hook(ITEMS, node, node.iter)
        node.body.insert(0, ast.copy_location(ast.Expr(value=self.hook(TRIP, node)), node))
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Report what is about to be changed in place, once the value is there."""
        changed = [syntax.loaded(root(node.target))]
        if isinstance(node.target, ast.Attribute):
            changed.insert(0, syntax.loaded(node.target))
        target = node.target
        item = (
            syntax.loaded(target)
            if isinstance(target, ast.Subscript) and is_plain(target)
            else None
        )
        super().generic_visit(node)
        node.value = told = self.hook(CHANGE, node, node.value, *changed)
        if item is not None:  # an array that a dict or a list holds is what changes
            told.keywords.append(ast.keyword("item", ast.Lambda(no_arguments(), item)))
        told.keywords += self.within([target])
        if isinstance(target, ast.Subscript):
            return node
        # what Python does as well: the variable is bound to what the operator gives
        name = ast.Constant(f"i{type(node.op).__name__}")
        value = self.hook(OPERATE, node, name, syntax.loaded(target), node.value)
        return ast.copy_location(ast.Assign([target], value), node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Report what is about to be changed in place by an assignment to an item."""
        targets = [
            t for one in node.targets for t in syntax.single(one) if not isinstance(t, ast.Name)
        ]
        changed, within = [syntax.loaded(root(t)) for t in targets], self.within(targets)
        super().generic_visit(node)
        if changed:
            node.value = told = self.hook(CHANGE, node, node.value, *changed)
            told.keywords += within
        return node

    def within(self, targets: Sequence[ast.expr]) -> list[ast.keyword]:
        """Return what reports the container that holds what changes."""
        match targets:
            case [ast.Subscript(value=ast.Subscript(value=holder))] if is_plain(holder):
                return [ast.keyword("within", ast.Lambda(no_arguments(), syntax.loaded(holder)))]
        return []

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        """Report what is about to lose an item."""
        changed = [syntax.loaded(root(t)) for t in node.targets if isinstance(t, ast.Subscript)]
        if not changed:
            return [node]
        told = ast.Expr(self.hook(CHANGE, node, ast.Constant(value=None), *changed))
        return [ast.copy_location(told, node), node]


def root(target: ast.expr) -> ast.expr:
    """Return the expression whose object an assignment to `target` changes."""
    return target.value if isinstance(target, ast.Subscript | ast.Attribute) else target


def is_plain(target: ast.expr) -> bool:
    """Return whether nothing happens when a target is read once more."""
    return not syntax.has(target, ast.Call, ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)


def no_arguments() -> ast.arguments:
    """Return the parameters of a function that takes none."""
    return ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])


def as_list(result: ast.AST | list[ast.AST]) -> list[ast.stmt]:
    return [
        s for s in (result if isinstance(result, list) else [result]) if isinstance(s, ast.stmt)
    ]


def without_defaults(args: ast.arguments) -> ast.arguments:
    """Return the parameters with a default where they have one: the real ones are copied from the function object."""
    none = ast.Constant(value=None)
    args.defaults = [none for _ in args.defaults]
    args.kw_defaults = [none if d is not None else None for d in args.kw_defaults]
    for a in ast.walk(args):
        if isinstance(a, ast.arg):
            a.annotation = None
    return args


def compiled(source: Source, function: FunctionType, first: int) -> CodeType:
    """Return the code of the instrumented twin, the places of whose nodes are counted from `first`."""
    fresh = syntax.deep(source.tree)
    visitor = Instrument({node: place for place, node in enumerate(syntax.walk(fresh), first)})
    if isinstance(fresh, ast.Lambda):
        body: list[ast.stmt] = [ast.copy_location(ast.Return(visitor.visit(fresh.body)), fresh)]
    else:
        body = [s for item in fresh.body for s in as_list(visitor.visit(item))]
    twin = ast.copy_location(ast.FunctionDef(TWIN, fresh.args, body, []), fresh)
    return code_of_twin(twin, function, source.path)


def code_of_twin(
    twin: ast.FunctionDef, function: FunctionType, path: str, more: Iterable[str] = ()
) -> CodeType:
    """Return the code of a function that runs in the place of another one, with the same free names, and more."""
    outer = ast.parse("def outer(): pass").body[0]
    assert isinstance(outer, ast.FunctionDef)
    outer.args.args = [ast.arg(name) for name in (*function.__code__.co_freevars, *more)]
    outer.body, twin.args = [twin], without_defaults(twin.args)
    module = ast.fix_missing_locations(ast.Module([ast.copy_location(outer, twin)], []))
    code = compile(module, path, "exec")
    for name in (outer.name, twin.name):
        code = next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name)
    return code.replace(co_name=function.__code__.co_name)


def twin_of(
    function: FunctionType,
    code: CodeType,
    space: dict[str, Any],
    more: Mapping[str, CellType] = MappingProxyType({}),
) -> FunctionType:
    """Return a function that runs other code in the place of its own, in a module of such names, with more cells."""
    own = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    cells = {**more, **dict(own)}
    closure = tuple([cells[name] for name in code.co_freevars])
    twin = FunctionType(code, space, function.__name__, function.__defaults__, closure)
    twin.__kwdefaults__ = function.__kwdefaults__
    return twin


def as_definition(tree: ast.Lambda) -> ast.FunctionDef:
    body = ast.copy_location(ast.Return(value=tree.body), tree.body)
    syntax.note(body, made=True)
    made = ast.FunctionDef(
        name="__codegen_lambda__", args=tree.args, body=[body], decorator_list=[], returns=None
    )
    return ast.fix_missing_locations(ast.copy_location(made, tree))
