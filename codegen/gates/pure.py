"""Pure calls: a call goes in; whether it changes nothing and gives the same each time, as its text tells, comes out.

Functions of the user's are asked of those who know them.

>>> texts = "len(x)", "np.sin(x)", "x.sum()", "np.random.rand(3)", "np.exp(x, out=y)", "np.copyto(x, y)", "f(x)"
>>> [is_pure(syntax.parse(text)) for text in texts]
[True, True, True, False, False, False, False]
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Set

from codegen import syntax
from codegen.gates.callees import METHOD_NAMES

CHEAP = frozenset({
    "abs", "bool", "callable", "divmod", "float", "int", "isinstance", "len", "max", "min", "range", "slice", "str",
})  # fmt: skip
"""Builtins whose answer costs next to nothing."""
BUILTINS = CHEAP | {
    "dict", "enumerate", "list", "reversed", "round", "set", "sorted", "sum", "tuple", "zip",
}  # fmt: skip
MODULES = ("np.", "numpy.", "math.", "itertools.")
CHANGING = (
    "add.at", "subtract.at", "multiply.at", "copyto", "put", "place", "putmask", "fill_diagonal",
    "random", "save", "seterr", "set_printoptions", "testing",
)  # fmt: skip
"""How the names of NumPy's functions begin that change something, or draw numbers."""
GROWING = frozenset({"append", "appendleft", "extend", "extendleft", "insert"})
RESIZING = GROWING | {"clear", "pop", "popitem", "popleft", "remove"}
"""Methods after which a container has another number of items, or may have."""
CONTAINER_MUTATORS = RESIZING | {"move_to_end", "reverse", "rotate", "setdefault", "sort", "update"}
"""Methods that change a list, a deque or a dict."""
MUTATORS = CONTAINER_MUTATORS | {"add", "discard", "fill", "itemset", "partition", "put", "resize"}
"""Methods that change what they belong to."""
DICT_VIEWS = frozenset({"items", "keys", "values"})
METHODS = METHOD_NAMES | DICT_VIEWS | {"astype", "flatten", "format", "get", "item", "tolist", "view"}  # fmt: skip


def is_pure_call(call: ast.Call, methods: Set[str] = METHODS) -> bool:
    """Return whether a call is one of a builtin, of a function of NumPy's without chance, or of one of some methods."""
    if any(k.arg == "out" for k in call.keywords):
        return False
    if isinstance(call.func, ast.Name):
        return call.func.id in BUILTINS
    name = syntax.dotted(call.func)
    if name.startswith(MODULES):
        return not name.partition(".")[2].startswith(CHANGING)
    return isinstance(call.func, ast.Attribute) and call.func.attr in methods


def is_pure(tree: ast.expr, calls: Callable[[ast.Call], bool] = is_pure_call) -> bool:
    """Return whether evaluating an expression changes nothing, given which calls do not."""
    for node in syntax.walk(tree):
        if isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            return False
        if isinstance(node, ast.Call) and not calls(node):
            return False
    return True
