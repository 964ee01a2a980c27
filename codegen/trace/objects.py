"""Objects made inside: a call of a constructor goes in, the statements that make the attributes of the
object come out.
"""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields, is_dataclass

from codegen.trace.callsites import replace
from codegen.trace.facts import has_float
from codegen.trace.namespace import local_names, rename
from codegen.trace.normalize.fresh import made
from codegen.trace.normalize.taint import reaches, tainted
from codegen.trace.observe import Run
from codegen.trace.passing import bound_arguments, see
from codegen.trace.traced import Trace


class Objects:
    """The part of splicing that makes objects, each of which is only its attributes from then on."""

    host: Trace
    run: Run
    inputs: set[str]
    made: set[str]
    open: list[Trace]
    changed: set[str] | None

    def changed_outside(self, trace: Trace) -> set[str]:
        """Return the variables of callers that a function changes."""
        raise NotImplementedError

    def rebound(self) -> set[str]:
        """Return the variables of the host that are bound more than once."""
        raise NotImplementedError

    def free(self, wanted: str, trace: Trace) -> str:
        """Return a name for a variable, and take it."""
        raise NotImplementedError

    def body(
        self, call: ast.Call, trace: Trace, arguments: dict[str, ast.expr]
    ) -> tuple[list[ast.stmt], ast.expr]:
        """Return the statements of a call and the expression of its value."""
        raise NotImplementedError

    def is_constructed(self, call: ast.Call, statement: ast.stmt) -> bool:
        """Return whether a call makes an object of a class of the user's from traced values, or one
        that changes later.
        """
        callees = self.run.fact(call).callees
        if len(callees) != 1 or not isinstance(callees[0], type):
            return False
        if isinstance(call.func, ast.Name) and call.func.id in self.made:
            return False
        assert isinstance(self.host.tree, ast.FunctionDef)
        values = [*call.args, *(k.value for k in call.keywords)]
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(target, ast.Name) and target.id in self.changing():
            pass
        elif len(self.open) > 1:  # among statements that are not in the host yet
            if not any(has_float(self.run.fact(v).sample) for v in values):
                return False
        elif not reaches(call, tainted(self.host.tree, self.inputs | self.made)):
            return False
        return self.attributes(call, callees[0]) is not None or any(
            not t.spliced and bound_arguments(call, t) is not None
            for t in self.run.calls.get(id(call), [])
        )

    def changing(self) -> set[str]:
        """Return the variables of the host whose objects some function changes."""
        if self.changed is None:
            traces = [t for n in ast.walk(self.host.tree) for t in self.run.calls.get(id(n), [])]
            self.changed = set().union(*map(self.changed_outside, traces))
        return self.changed

    def attributes(self, call: ast.Call, made_of: type) -> dict[str, ast.expr] | None:
        """Return the attributes of a new object of a dataclass that is made without code of the user's."""
        if not is_dataclass(made_of) or hasattr(made_of, "__post_init__"):
            return None
        if (
            getattr(made_of.__init__, "__code__", self.__class__.attributes.__code__).co_filename
            != "<string>"
        ):  # a class has one
            return None
        if any(isinstance(a, ast.Starred) for a in call.args):
            return None
        signature = inspect.signature(made_of)
        try:
            bound = signature.bind(*call.args, **{str(k.arg): k.value for k in call.keywords})
        except TypeError:
            return None
        found: dict[str, ast.expr] = dict(bound.arguments)
        sample = self.run.fact(call).sample
        for one in fields(made_of):
            if one.name not in found:
                value = ast.copy_location(ast.Constant(getattr(sample, one.name, None)), call)
                found[one.name] = value
        return found

    def constructed(self, call: ast.Call, statement: ast.stmt) -> list[ast.stmt]:
        """Return the statements that make the attributes of a new object; its variable takes the place of the call."""
        made_of = self.run.fact(call).callees[0]
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        once = (
            isinstance(target, ast.Name)
            and isinstance(statement, ast.Assign)
            and statement.value is call
            and len(statement.targets) == 1
            and target.id not in self.rebound()
        )
        name = (
            target.id
            if once and isinstance(target, ast.Name)
            else self.free(made_of.__name__.lower(), self.host)
        )
        self.made.add(name)
        owner = ast.copy_location(ast.Name(name, ast.Load()), call)
        see(self.run, owner, self.run.fact(call).sample)
        attributes = self.attributes(call, made_of)
        if attributes is not None:
            found: list[ast.stmt] = [
                made(
                    ast.Assign([ast.Attribute(owner, key, ast.Store())], value),
                    call,
                )
                for key, value in attributes.items()
            ]
        else:
            trace = next(t for t in self.run.calls[id(call)] if not t.spliced)
            arguments = bound_arguments(call, trace)
            assert arguments is not None
            arguments[next(iter(arguments))] = owner
            found, _ = self.body(call, trace, arguments)
        replace(statement, call, owner)
        made(statement, statement)
        return found

    def is_second_name(self, statement: ast.stmt, before: list[ast.stmt]) -> bool:
        """Return whether a statement only gives an object that was made here another name; both are
        one variable from now on.
        """
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Name):
            return False
        old, target = statement.value.id, statement.targets[0]
        if old not in self.made or len(statement.targets) > 1 or not isinstance(target, ast.Name):
            return False
        new = target.id
        names = [
            n
            for t in {id(self.host): self.host, id(self.open[-1]): self.open[-1]}.values()
            for n in local_names(t.tree)
        ]
        if names.count(new) > 1:
            return False
        if old in names:
            rename(self.open[-1].tree, new, old)
            return True
        self.made = (self.made - {old}) | {new}
        for one in before:
            for node in ast.walk(one):
                if isinstance(node, ast.Name) and node.id == old:
                    node.id = new
        return True
