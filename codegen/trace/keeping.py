"""Dicts in which a helper only keeps values for its caller, as `bn_param["running_mean"] = ...` does: a call goes in;
yes or no comes out.
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.trace.run import Trace


def only_keeps(tree: ast.AST, own: str, call: ast.Call, name: str, host: Trace) -> bool:
    """Return whether a helper only writes to its argument `own`, the dict `name` of the function that makes the call,
    and at words that this does not read.
    """
    loops = (ast.For, ast.While, ast.comprehension, ast.ListComp)
    is_repeated = any(isinstance(one, loops) for one in host.run.inside_function(call))
    if is_repeated or calls_with(host.tree, name) > 1:
        return False  # what one call keeps the next one may read
    words = words_written(tree, own)
    return words is not None and not reads_words(host.tree, name, words)


def words_written(tree: ast.AST, name: str) -> set[str] | None:
    """Return the words at which a function writes to an argument that is a dict; None if it does more to it."""
    found: set[str] = set()
    plain: set[ast.AST] = set()
    for node in syntax.walk(tree):
        match node:
            case ast.Subscript(value=ast.Name(id) as base, slice=ast.Constant(value=str(word))):
                if id == name and not isinstance(node.ctx, ast.Load):
                    found.add(word)
                plain.add(base)
            case ast.Call(func=ast.Attribute(value=ast.Name() as base, attr="get")):
                plain.add(base)
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name() as base]):
                plain.add(base)
    names = syntax.uses(tree, name)
    return found if all(n in plain and isinstance(n.ctx, ast.Load) for n in names) else None


def calls_with(tree: ast.AST, name: str) -> int:
    """Return how many calls are handed a variable."""
    calls = syntax.every(ast.Call, tree)
    given = [syntax.given(c) for c in calls]
    return sum(any(isinstance(a, ast.Name) and a.id == name for a in args) for args in given)


def reads_words(tree: ast.AST, name: str, words: set[str]) -> bool:
    """Return whether a function reads a dict at some words, or does more than read it at others and hand it on."""
    plain: set[ast.AST] = set()
    for node in syntax.walk(tree):
        match node:
            case ast.Subscript(value=ast.Name() as base, slice=ast.Constant(value=word)):
                if word not in words and isinstance(node.ctx, ast.Load):
                    plain.add(base)
            case ast.Call(args=args, keywords=keywords):
                plain.update(args)
                plain.update(k.value for k in keywords)
    names = syntax.uses(tree, name)
    return any(n not in plain or not isinstance(n.ctx, ast.Load) for n in names)
