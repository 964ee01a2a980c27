"""What a statement takes for granted, such as an option for whose other values there is no gate: it is noted, and
guarded later.
"""

from __future__ import annotations

import ast
from typing import Any

from codegen import syntax
from codegen.gates.callees import REAL_BY_VALUE
from codegen.gates.canonical import Form
from codegen.gates.match import Match
from codegen.lower.scope import FactResolver, Scope
from codegen.lower.texts import Texts
from codegen.trace.passing import other_items


class Assumed:
    """Notes what is taken for granted in a scope."""

    def __init__(self, scope: Scope, resolver: FactResolver, texts: Texts) -> None:
        self.scope, self.resolver, self.texts = scope, resolver, texts

    def by(self, form: Form, match: Match) -> None:
        """Note what a gate holds for alone: that options of its calls were None, that a result was real."""
        operands = {
            bound.node for hole, bound in match.bindings.items() if hole not in match.row.named
        }
        waiting = [form]
        for part in waiting:
            if part is not form and part.node in operands:
                continue
            defined = self.resolver.definition(part)
            waiting += part.args if defined is None else [defined]
            node = part.node
            if isinstance(node, ast.Call) and part.head in REAL_BY_VALUE:
                call = syntax.show(self.texts.of(node))
                self.scope.assumed.append((f"np.iscomplexobj({call})", f"{call} was real"))
            given = syntax.given(node) if isinstance(node, ast.Call) else []
            options = [self.texts.of(one) for one in given if self.resolver.is_none(one)]
            for option in options:
                if not isinstance(option, ast.Constant):
                    self.value(option, None)

    def value(self, option: ast.expr, value: Any) -> None:
        """Take for granted that an option has the value that it had."""
        text = syntax.show(option)
        other = "is not None" if value is None else f"!= {value!r}"
        self.scope.assumed.append((f"{text} {other}", f"{text} was {value!r}"))

    def key(self, owner: ast.expr, key: ast.expr, is_there: bool) -> None:
        """Take for granted that a dict has a key, or has it not."""
        asked, holder = self.texts.written(key), self.texts.written(owner)
        test = f"{asked} {'not in' if is_there else 'in'} {holder}"
        self.scope.assumed.append((test, f"{holder} had {'a' if is_there else 'no'} {asked}"))

    def items(self, node: ast.expr, sample: Any) -> None:
        """Take for granted that a dict has the keys that it had, or a list as many items."""
        self.scope.assumed.append(other_items(self.texts.written(node), sample))
