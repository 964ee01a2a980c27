"""Other spellings of calls: a call that no row fits goes in; out comes one that gives the same, with items for stars,
values for options, arrays for lists.
"""

from __future__ import annotations

import ast
import inspect
from contextlib import suppress
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.callees import canonical_name
from codegen.gates.canonical import Form
from codegen.gates.match import Matcher
from codegen.lower.assumed import Assumed
from codegen.lower.displays import Displays
from codegen.lower.forms import ScopeCanonicalizer
from codegen.lower.scope import FactResolver, Scope
from codegen.lower.texts import Texts
from codegen.trace.passing import item_by_item


class Respelled:
    """Writes calls another way."""

    def __init__(
        self,
        scope: Scope,
        resolver: FactResolver,
        canonicalizer: ScopeCanonicalizer,
        matcher: Matcher,
        texts: Texts,
        assumed: Assumed,
        displays: Displays,
    ) -> None:
        self.scope, self.resolver, self.canonicalizer = scope, resolver, canonicalizer
        self.matcher, self.texts, self.assumed, self.displays = matcher, texts, assumed, displays

    def with_options(self, node: ast.expr) -> ast.Call | None:
        """Return a call with options as the example gave them, if there is a gate for it then."""
        if not isinstance(node, ast.Call):
            return None
        chosen: list[tuple[ast.expr, Any]] = []

        def given(part: ast.expr) -> ast.expr:
            values, name = self.scope.trace.values, getattr(part, "id", "")
            if name not in values or type(values[name]) not in (str, int, bool):
                return part
            if not isinstance(part, ast.Name) or name in syntax.stores(self.scope.trace.tree):
                return part
            chosen.append((part, values[name]))
            return ast.copy_location(syntax.constant(values[name]), part)

        args = [given(a) for a in node.args]
        keywords = [ast.keyword(k.arg, given(k.value)) for k in node.keywords]
        if not chosen:
            return None
        call = self.same_call(node, args, keywords)
        if not any(True for _ in self.matcher.matches(self.canonicalizer.form(call))):
            return None
        for part, value in chosen:
            self.assumed.value(self.texts.of(part), value)
        return call

    def with_arrays(self, node: ast.expr, form: Form) -> ast.Call | None:
        """Return a call that adds or multiplies lists item by item with the arrays that NumPy makes of them."""
        if form.head not in ("np.add", "np.multiply") or not isinstance(node, ast.Call):
            return None
        values = [(part, self.resolver.value(part.node)) for part in form.args]
        args = [
            self.array_of(part, value) if isinstance(value, list | tuple) else part.node
            for part, value in values
        ]
        call = self.same_call(node, args, [])
        return call if len(args) == 2 and args != [part.node for part in form.args] else None

    def with_items(self, node: ast.Call) -> ast.Call | None:
        """Return `np.hypot(*v)` as `np.hypot(v[0], v[1])`, and `max(*v)` as `max(v)`."""
        callee = self.resolver.callee(node)
        if not syntax.has_star(node.args) or not is_known(callee):
            return None
        match node.args:
            case [ast.Starred(value=only)] if callee in (max, min):
                return self.same_call(node, [only])
        run = self.scope.trace.run
        args = item_by_item(node.args, run)
        if args is None:
            return None
        if takes_a_count(callee):
            most = callee.nin if isinstance(callee, np.ufunc) else len(args)
            return self.same_call(node, args) if len(args) == most else None
        call = self.same_call(node, args)
        if not any(True for _ in self.matcher.matches(self.canonicalizer.form(call))):
            return None
        for arg in node.args:
            if isinstance(arg, ast.Starred):
                self.assumed.items(arg.value, run.fact(arg.value).sample)
        return call

    def with_sums(self, node: ast.Call) -> ast.Call | None:
        """Return `np.stack([*rows, v])` as `np.stack(rows + [v])` where the number of rows may change."""
        if not any(
            isinstance(a, ast.List | ast.Tuple) and syntax.has_star(a.elts) for a in node.args
        ):
            return None
        asked = {part.node for part in self.canonicalizer.form(node).args}
        args = [self.displays.summed(a) or a if a in asked else a for a in node.args]
        return self.same_call(node, args) if args != node.args else None

    def same_call(
        self, node: ast.Call, args: list[ast.expr], keywords: list[ast.keyword] | None = None
    ) -> ast.Call:
        """Return a call with other arguments that give the same."""
        words = node.keywords if keywords is None else keywords
        call = ast.copy_location(ast.Call(node.func, args, words), node)
        self.scope.trace.run.facts[call] = self.scope.trace.run.fact(node)
        return call

    def array_of(self, form: Form, value: Any) -> ast.expr:
        """Return the call that makes an array of a list or a tuple."""
        node = syntax.call("np.array", form.node)
        self.resolver.see(node, np.array(value))
        called = self.canonicalizer.bound(np.array, node, (form.node,), [])
        self.canonicalizer.memo[node] = Form(called.head, (form,), called.keys, None, node)
        return node


def is_known(callee: Any) -> bool:
    """Return whether a callee is a function of the table's, and not one of the user's."""
    return isinstance(callee, np.ufunc) or callee in (max, min) or bool(canonical_name(callee))


def takes_a_count(callee: Any) -> bool:
    """Return whether a function of NumPy or SciPy takes so many operands and no more."""
    if isinstance(callee, np.ufunc):
        return True
    if not (canonical_name(callee) or "").startswith(("np.", "scipy.")):
        return False
    with suppress(TypeError, ValueError):
        found = inspect.signature(callee).parameters.values()
        return all(p.kind is not p.VAR_POSITIONAL for p in found)
    return False
