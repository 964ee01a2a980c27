"""Setters: which attributes a traced function and its helpers write, and where; and whether a helper only keeps values
for its caller in a dict, as `bn_param["running_mean"] = ...` does.
"""

from __future__ import annotations

import ast
import collections
from collections.abc import Mapping
from typing import Any

from codegen import syntax
from codegen.trace.passing import bound_arguments, parameters_of
from codegen.trace.paths import path_of, place_of, stored_paths
from codegen.trace.run import Trace


def stored_through(trace: Trace, carried: set[str], known: dict[Trace, set[str]]) -> set[str]:
    """Return the attributes that a function writes, as it spells them; those that helpers write of what they are given
    among them, if they are `carried` from one function to another. `known` are those of functions asked before.
    """
    if trace in known:
        return known[trace]
    known[trace] = found = stored_paths(trace.tree) | filled_paths(trace.tree)
    for call in syntax.every(ast.Call, trace.tree):
        for helper in trace.run.calls.get(call, []):
            paths = stored_through(helper, carried, known)
            paths = {p for p in paths if p.rpartition(".")[2] in carried}
            given = (bound_arguments(call, helper) if paths else None) or {}
            makes = any(isinstance(c, type) for c in trace.run.fact(call).callees)
            own_object = parameters_of(helper.tree)[:1] if makes else []
            for path in paths:
                name = syntax.first_name(path)
                value = None if name in own_object else given.get(name)
                own = place_of(value) if value else ""
                if own:
                    found.add(own + path.removeprefix(name))
    return found


def filled_paths(tree: ast.AST) -> set[str]:
    """Return the attributes into whose items a function writes: `self.values` of `self.values[key] = x`."""
    found = set()
    for node in syntax.writes(tree, ast.Subscript):
        holder = node.value
        while isinstance(holder, ast.Subscript):
            holder = holder.value
        if isinstance(holder, ast.Attribute):
            found.add(path_of(holder))
    return found - {""}


def carried_words(host: Trace) -> set[str]:
    """Return the attributes that some function reads before it writes them: another call may have written these."""
    found: set[str] = set()
    for trace in {host, *(t for traces in host.run.calls.values() for t in traces)}:
        written: set[str] = set()
        body = trace.tree.body
        for statement in body if isinstance(body, list) else [body]:
            parts = syntax.every(ast.Attribute, statement)
            changed = statement.target if isinstance(statement, ast.AugAssign) else None
            read = {n.attr for n in parts if isinstance(n.ctx, ast.Load) or n is changed}
            found |= read - written
            written |= {n.attr for n in parts} - read
    return found


def written_objects(host: Trace) -> list[Any]:
    """Return samples of the objects whose attributes a function or a helper writes, constructors aside."""
    return [
        host.run.fact(node.value).sample
        for trace in host.run.helpers(host)
        if trace.function.__name__ != "__init__"
        for node in syntax.writes(trace.tree, ast.Attribute)
    ]


def setters_of(host: Trace) -> Mapping[str, int]:
    """Return for each name of an attribute in how many places a function and its helpers write it."""
    places = {
        (node.attr, trace.source.path, node.lineno, node.col_offset)
        for trace in host.run.helpers(host)
        for node in syntax.writes(trace.tree, ast.Attribute)
    }
    return collections.Counter(word for word, *_ in places)


def named_again(host: Trace) -> set[str]:
    """Return the names of attributes whose lists get another name somewhere, or are handed on."""
    found: set[str] = set()
    for trace in host.run.helpers(host):
        plain: set[ast.AST] = set()
        for node in syntax.walk(trace.tree):
            match node:
                case ast.Attribute(value=owner) | ast.Subscript(value=owner):
                    plain.add(owner)
                case ast.For(iter=source) | ast.comprehension(iter=source):
                    plain.update([source, *getattr(source, "args", [])])
                case ast.Call(func=ast.Name("len" | "list" | "enumerate" | "zip"), args=args):
                    plain.update(args)
                case ast.Assign([ast.Name()], value) if syntax.note_of(node).made:
                    plain.add(value)  # what a loop runs over
        found |= {n.attr for n in syntax.loads(trace.tree, ast.Attribute) if n not in plain}
    return found


def only_keeps(tree: ast.AST, own: str, call: ast.Call, name: str, host: Trace) -> bool:
    """Return whether a helper only writes to its dict `own`, at words that its caller does not read of `name`."""
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
