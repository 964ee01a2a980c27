"""Free names: a function that is to be spliced and its arguments go in; its variables come out with
names that are free in the host.
"""

from __future__ import annotations

import ast

from codegen.trace.callsites import clean, is_simple, replace
from codegen.trace.namespace import local_names, rename
from codegen.trace.normalize.fresh import made
from codegen.trace.observe import Run
from codegen.trace.passing import copy_of, parameters_of
from codegen.trace.traced import Trace


class FreeNames:
    """The part of splicing that gives variables their names."""

    host: Trace
    run: Run
    taken: set[str]
    names: dict[int, dict[str, str]]

    def passed(
        self, call: ast.Call, trace: Trace, arguments: dict[str, ast.expr]
    ) -> list[ast.stmt]:
        """Give the variables of a function names that are free here; return the assignments of its arguments."""
        tree = trace.tree
        names: dict[str, str] = {}
        outside = {
            n for node in ast.walk(tree) if isinstance(node, ast.Nonlocal) for n in node.names
        }
        own = [n for n in dict.fromkeys(local_names(tree)) if n not in outside]
        parameters = parameters_of(tree)
        stored = {
            n.id
            for n in ast.walk(tree)
            if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
        }
        inner = set(trace.function.__code__.co_cellvars)
        before: list[ast.stmt] = []
        for name in own:
            value = arguments.get(name) if name in parameters else None
            if isinstance(value, ast.Name) and name not in stored and value.id not in outside:
                if (
                    trace.function.__code__.co_cellvars.count(name) == 0
                    or value.id not in self.rebound()
                ):
                    continue
            if value is not None and name not in stored | inner and is_simple(value):
                self.put(tree, name, value)
                names[name] = name
                continue
            names[name] = self.free(name, trace)
        for name in parameters:
            value = arguments[name]
            if name not in stored | inner and not isinstance(value, ast.Name) and is_simple(value):
                continue
            if name in names:
                target = ast.Name(id=name, ctx=ast.Store())
                before.append(made(ast.Assign(targets=[target], value=value), call))
            else:
                assert isinstance(value, ast.Name)
                names[name] = value.id
        for statement in before:
            target = statement.targets[0]  # type: ignore[attr-defined]  # an assignment, see above
            target.id = names[target.id]
        for old in [n for n in own if names.get(n, n) != n]:
            rename(tree, old, f"{names[old]}@")
        for node in ast.walk(tree):
            clean(node)
        self.names[id(trace)] = trace.renamed = names
        return before

    def put(self, tree: ast.AST, name: str, value: ast.expr) -> None:
        """Put the argument itself in the place of a parameter."""
        for node in list(ast.walk(tree)):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                fresh = copy_of(value, self.run)
                for part in ast.walk(fresh):
                    if isinstance(part, ast.Name):
                        part.id = f"{part.id}@"
                replace(tree, node, fresh)

    def rebound(self) -> set[str]:
        """Return the variables of the host that are bound more than once."""
        names = list(local_names(self.host.tree))
        return {n for n in names if names.count(n) > 1}

    def free(self, wanted: str, trace: Trace) -> str:
        """Return a name for a variable of a spliced function, and take it."""
        found, k = wanted, 2
        while found in self.taken:
            found, k = f"{wanted}{k}", k + 1
        self.taken.add(found)
        return found

    def outer(self, trace: Trace) -> None:
        """Rename the variables of outer functions that a function reads or changes as they are called here."""
        if trace.definer is None:
            return
        names = self.names[id(trace.definer)]
        for name in trace.function.__code__.co_freevars:
            if names.get(name, name) != name:
                rename(trace.tree, name, f"{names[name]}@")

    def settle(self, trace: Trace, seen: set[int]) -> None:
        """Give the variables of spliced functions their new names in the functions that were defined there."""
        seen.add(id(trace))
        for node in list(ast.walk(trace.tree)):
            for inner in self.run.calls.get(id(node), []):
                if id(inner) in seen:
                    continue
                if inner.definer is not None and not inner.spliced:
                    names = self.names.get(id(inner.definer), {})
                    free = inner.function.__code__.co_freevars
                    new = {n: names[n] for n in free if names.get(n, n) != n}
                    for name in set(local_names(inner.tree)) & set(new.values()):
                        rename(inner.tree, name, f"{name}_own")
                    for old, name in new.items():
                        rename(inner.tree, old, f"{name}@")
                    for part in ast.walk(inner.tree):
                        clean(part)
                self.settle(inner, seen)

    def translate(self, node: ast.AST, names: dict[str, str]) -> None:
        """Give a fact the names that its function's variables have here."""
        fact = self.run.facts.get(id(node))
        if fact is None or not (fact.shares or fact.far):
            return
        fact.groups = [{names.get(n, n) for n in group} for group in fact.groups]
        for number, owner, name in fact.far:
            if owner in self.names:
                fact.groups[number].add(self.names[owner].get(name, name))
        fact.shares = set().union(*fact.groups)
