"""Items: an assignment to an item of an array, a list or a dict goes in; the stage that writes it comes out."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import depends_on_layout, is_basic, is_row_major, root_of
from codegen.gates.canonical import MISSING
from codegen.ir import Add, Passive, Store, Update, Wire
from codegen.lower.scope import sample_of
from codegen.lower.state import State
from codegen.lower.unique import names_once
from codegen.lower.views import SecondNames
from codegen.trace.forced import NEVER_REACHED
from codegen.trace.guards import raising
from codegen.trace.passing import parameters_of


class Items:
    """Lowers what writes items, and refuses what would not be right."""

    def __init__(self, state: State, views: SecondNames) -> None:
        self.state, self.views = state, views

    def owned_item(self, target: ast.Subscript) -> ast.Subscript:
        """Return an item that is written as one of the variable that owns the memory."""
        found = self.views.owned(target)
        assert isinstance(found, ast.Subscript)
        return found

    def item_of(self, target: ast.Subscript, node: ast.AST) -> tuple[ast.Subscript, Any]:
        """Return an expression that reads what an assignment writes, and its sample."""
        item = ast.copy_location(syntax.index(syntax.loaded(target.value), target.slice), target)
        self.state.trace.run.copy_facts(target.value, item.value)
        if not self.state.fact(target.value).visits:
            self.state.trace.run.facts[item.value] = self.state.fact(node)
        base_sample = self.state.fact(item.value).sample
        key = sample_of(self.state.scope, target.slice)
        if base_sample is MISSING or key is MISSING:
            raise self.state.refuse(node, NEVER_REACHED)
        try:
            sample = self.held_at(target, base_sample, key)
        except (KeyError, IndexError):
            sample = self.state.fact(getattr(node, "value", target)).sample
        if isinstance(sample, np.ndarray):
            sample = sample.copy()
        self.state.see(item, sample)
        return item, sample

    def held_at(self, target: ast.Subscript, holder: Any, key: Any) -> Any:
        """Return the sample of an item: of a dict or a list the one that the run has seen, as ranks may differ."""
        seen = self.state.fact(target).sample
        return holder[key] if seen is MISSING or isinstance(holder, np.ndarray) else seen

    def add_change(
        self,
        make: type[Store | Add],
        target: ast.Subscript,
        wire: Wire | None,
        node: ast.stmt,
        adds_repeats: bool = False,
        value: ast.expr | None = None,
    ) -> None:
        """Add a stage that writes items; `adds_repeats` if one named twice counts twice, `value` what is written."""
        spelled: ast.expr = node.target if isinstance(node, ast.AugAssign) else target
        target = self.owned_item(target)
        base = self.changed_variable(spelled, target, node)
        holder = self.state.fact(target.value).sample
        if holder is MISSING:
            holder = self.state.fact(node).sample
        is_flat = isinstance(holder, np.flatiter)
        if is_flat:
            holder = np.asarray(holder)
        if wire is not None and isinstance(holder, np.ndarray) and holder.dtype.kind not in "fO":
            self.put_into_other(node, target, holder)
            return
        key = sample_of(self.state.scope, target.slice)
        if wire is not None:
            self.check_count(base, holder, key, wire, node)
            if is_flat and make is Store and np.ndim(wire.sample):
                view = syntax.show(target.value).removesuffix(".flat")
                raise self.state.refuse(
                    node,
                    "an array that .flat repeats until all items are filled is not supported",
                    f"Write to a view: {view}.reshape(-1)[{syntax.show(target.slice)}] = ...",
                )
        sample: Any = None
        if isinstance(holder, np.ndarray):
            try:
                found = holder[key]
            except (IndexError, TypeError) as error:
                raise self.state.refuse(node, "this index could not be followed") from error
            sample = found.copy() if isinstance(found, np.ndarray) else np.array(found)[()]
        elif make is Add and isinstance(holder, dict | list):
            sample = self.held_at(target, holder, key)
        elif wire is not None:
            sample = wire.sample
        elif isinstance(holder, dict | list):
            sample = holder[key] if not isinstance(holder, dict) or key in holder else 0.0
        self.check_shared(node, base, counts=wire is not None)
        if make is Store and not isinstance(node, ast.AugAssign):
            self.views.settle_item(target)
        changes = sorted(self.state.fact(node).sharing(base) | {base})
        written = spelled if spelled is not target else None
        if make is Store and wire is not None and is_whole(target, holder, wire.sample):
            whole = written.value if isinstance(written, ast.Subscript) else None
            name = syntax.name(base)
            self.state.add(Update(node, name, wire, False, "", [base], changes, written=whole))
        else:
            change = make(
                node,
                target,
                wire,
                changes=changes,
                sample=sample,
                value=value,
                holder=holder,
                copies=isinstance(holder, np.ndarray) and (is_flat or not is_basic(key)),
                written=written,
                repeats=wire is not None and not adds_repeats and self.may_repeat(target),
            )
            self.state.add(change)
        self.views.awaken(base)

    def changed_variable(self, spelled: ast.expr, target: ast.Subscript, node: ast.stmt) -> str:
        """Return the variable whose items an assignment changes, where it may."""
        base = root_of(target)
        if not base or base in self.state.scope.structs:
            if isinstance(spelled, ast.Name):
                raise self.state.refuse(
                    node,
                    f"{spelled.id} is a second name for {syntax.show(target)}, and changes in place",
                    f"Change it under one name: put what is new into {syntax.show(target)}.",
                )
            raise self.state.refuse(
                node,
                "assignment to an item of this expression is not supported",
                "Give the container a name first.",
            )
        self.check_local(base, node)
        self.check_layout(base, target, node)
        self.check_repeated(base, node)
        return base

    def check_count(self, base: str, holder: Any, key: Any, wire: Wire, node: ast.stmt) -> None:
        """Refuse a part of a list that is given another number of items."""
        if not isinstance(key, slice) or not isinstance(holder, list):
            return
        if key == slice(None) and isinstance(wire.sample, list):
            return  # all items are other ones
        if not isinstance(wire.sample, list | tuple) or len(wire.sample) != len(holder[key]):
            raise self.state.refuse(
                node,
                f"a slice of the list {base} is given another number of items",
                f"Make a new list: {base} = {base}[:i] + [...] + {base}[j:].",
            )

    def check_layout(self, base: str, target: ast.Subscript, node: ast.stmt) -> None:
        """Have a guard where only the order of an array in memory makes what is written to a view of it."""
        if not depends_on_layout(target.value) or is_row_major(base, self.state.trace.tree):
            return
        if base not in self.state.fact(node).changing:
            raise self.state.refuse(
                node,
                f"whether this writes into {base} depends on the order of its numbers in memory",
                f"Index {base} itself.",
            )
        shown = syntax.show(target.value)
        test = f"not np.may_share_memory({shown}, {base})"
        self.state.add(Passive(raising(test, f"{shown} was a view of {base}", node)))

    def put_into_other(self, node: ast.stmt, target: ast.Subscript, holder: np.ndarray) -> None:
        """Write a traced value into an array that is not one of floats: whole numbers cut its gradient off."""
        kinds = {kind for kind, _ in self.state.fact(target.value).kinds}
        if holder.dtype.kind not in "iub" or "float" in kinds:
            what = "complex numbers" if holder.dtype.kind == "c" else "other things"
            raise self.state.refuse(
                node,
                f"a traced value is put into an array of {what}",
                "Make the array one of floats.",
            )
        if holder.dtype.kind != "b":
            self.state.scope.rounded.append(syntax.show(node))
        self.changed_passively(node, target)

    def may_repeat(self, target: ast.Subscript) -> bool:
        """Return whether an index array may name an item twice, so that only the last value counts."""
        if not isinstance(self.state.fact(target.value).sample, np.ndarray):
            return False
        builder = self.state.builder()
        return not names_once(target.slice, builder.resolver.value, builder.texts.meaning)

    def changed_passively(
        self, node: ast.stmt, target: ast.expr, value: ast.expr | None = None
    ) -> None:
        """Keep a statement, or that part of it, which changes something without effect on any gradient."""
        base = root_of(target)
        if not isinstance(node, ast.AugAssign):
            self.views.settle_item(self.views.owned(target))
        changes = sorted(self.state.fact(node).sharing(base) | ({base} if base else set()))
        text = ""
        if isinstance(node, ast.Assign) and value is not None and node.targets != [target]:
            read = self.state.builder().texts.of(value)
            text = f"{syntax.show(target)} = {syntax.show(read)}"  # it is one of several
        self.state.add(Passive(node, text=text, changes=changes, written=target))

    @cached_property
    def handed_on(self) -> set[str]:
        """The variables that the function hands to calls of itself."""
        tree = self.state.trace.tree
        own = [
            n
            for n in syntax.every(ast.Call, tree)
            if isinstance(n.func, ast.Name) and n.func.id == getattr(tree, "name", "")
        ]
        given = [a for n in own for a in syntax.given(n)]
        return {a.id for a in given if isinstance(a, ast.Name)}

    def check_local(self, name: str, node: ast.stmt) -> None:
        """Refuse to put a traced value into a variable that outlives the call."""
        function, tree = self.state.trace.function, self.state.trace.tree
        if name in parameters_of(tree) and name in self.handed_on:
            inside = syntax.uses(node, name)
            if any(isinstance(self.state.value(n), dict) for n in inside):
                raise self.state.refuse(
                    node,
                    f"{self.state.trace.label} calls itself, and keeps traced values in {name} for its other calls",
                    "Fill a dict in a loop, from the smallest case on.",
                )
        is_outside = name not in self.state.rebinds and name not in function.__code__.co_freevars
        if is_outside and name in function.__globals__:
            raise self.state.refuse(
                node,
                f"a traced value is put into {name}, which belongs to the module and not to the function",
                "Pass it as an argument, and return what changes.",
            )

    def check_repeated(self, name: str, node: ast.stmt) -> None:
        """Refuse to change one of several items that are one object, as in `[[0.0] * 2] * 3`, or share memory."""
        if self.state.fact(node).twice & {name, ""}:
            raise self.state.refuse(
                node,
                f"several items of {name} are one and the same object, or share memory",
                "Make one for each: [... for _ in range(n)], or .copy().",
            )

    def check_shared(self, node: ast.stmt, name: str, counts: bool = True) -> None:
        """Refuse to change memory that is read again under another name; a passive one, too, if it `counts`."""
        mine = {name, *(v for v, tree in self.state.scope.views.items() if root_of(tree) == name)}
        for other in sorted(self.state.fact(node).sharing(name) - mine):
            is_traced = other in self.state.scope.active or other in self.state.scope.structs
            if (counts or is_traced) and self.state.memory.read_again(other, node):
                loads = syntax.uses(self.state.trace.tree, other, ast.Load)
                samples = [self.state.fact(n).sample for n in loads]
                holds = isinstance(self.state.fact(node).sample, dict | list)
                own = f"{other}.copy()"
                # its copy holds the same arrays
                if any(isinstance(s, dict | list) for s in samples):
                    own = f"copy.deepcopy({other})"
                # an item of a list or dict has a name of ours
                is_item, of_item = (not self.state.trace.source.has_name(n) for n in (name, other))
                shown = "an item" if is_item else name
                beside = "another item" if of_item else other
                said = f"{shown} is changed in place while {beside} shares its memory"
                if is_item or of_item:
                    advice = "Put copies into the list or dict, made with .copy()."
                elif holds:
                    advice = f"Put a copy into {name}: {own}."
                else:
                    advice = f"Make {name} with .copy(), or write {name} = ... to make a new array."
                raise self.state.refuse(node, said, advice)


def is_whole(target: ast.Subscript, holder: Any, value: Any) -> bool:
    """Return whether an assignment writes a whole array, each item with one of its own."""
    return (
        isinstance(target.value, ast.Name)
        and isinstance(holder, np.ndarray)
        and np.shape(value) == holder.shape
        and np.asarray(value).dtype == holder.dtype
        and syntax.show(target.slice) in ("...", ":", "Ellipsis")
    )
