"""Dtypes of less precision. In: the tree of a function or a module. Out: the same with another name for each of them.

>>> tree = ast.parse("import numpy as np; y = np.zeros(3, np.float32)")
>>> print(ast.unparse(Widened(Narrow.in_module(tree), "wide", False).visit(tree)))
import numpy as np
y = np.zeros(3, wide)
"""

from __future__ import annotations

import ast
from collections.abc import Set
from types import FunctionType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.check.state import names_in

NARROW = {"float32", "float16", "single", "half", "f4", "f2"}
NUMPY = {"np", "numpy"}


class Narrow:
    """The dtypes of less precision in one text: `spaces` are its names for NumPy, `types` those for the dtypes."""

    def __init__(self, spaces: Set[str], types: Set[str]) -> None:
        self.spaces, self.types = spaces, types

    @classmethod
    def in_function(cls, function: FunctionType) -> Narrow:
        """Return what a function of the user's means by its names."""
        code, space = function.__code__, function.__globals__
        outer = set(names_in(code)) & space.keys()
        types = {n for n in outer & NARROW if any(space[n] is t for t in (np.float32, np.float16))}
        return cls({n for n in outer if space[n] is np} | NUMPY, types - set(code.co_varnames))

    @classmethod
    def in_module(cls, tree: ast.Module) -> Narrow:
        """Return what a generated module means by its names."""
        spaces, types = set(NUMPY), set[str]()
        for node in tree.body:
            if isinstance(node, ast.Import):
                spaces |= {a.asname for a in node.names if a.asname and a.name == "numpy"}
            elif isinstance(node, ast.ImportFrom) and node.module == "numpy":
                types |= {a.asname or a.name for a in node.names if a.name in NARROW}
        return cls(spaces, types)

    def names(self, node: ast.AST) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id=space), attr=name):
                return space in self.spaces and name in NARROW
            case ast.Name(id=name):
                return name in self.types
            case ast.Constant(value=str(name)):
                return name in NARROW - {"half", "single"}
        return False

    def is_compared(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Compare) and any(
            map(self.names, (node.left, *node.comparators))
        )


class Widened(ast.NodeTransformer):
    """Says `wide` instead of a dtype of less precision; in a comparison only if that is asked for."""

    def __init__(self, narrow: Narrow, wide: str, asks: bool) -> None:
        self.narrow, self.wide, self.asks = narrow, wide, asks

    def visit(self, node: ast.AST) -> Any:
        if self.narrow.is_compared(node) and not self.asks:
            return node
        if self.narrow.names(node):
            return ast.copy_location(syntax.name(self.wide), node)
        return self.generic_visit(node)
