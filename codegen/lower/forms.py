"""Canonical forms of expressions in a scope: the parts of known containers are spelled out, the parameters of inlined
functions looked through.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from codegen import syntax
from codegen.gates.canonical import Canonicalizer, Form
from codegen.ir import Display, Wire
from codegen.lower.displays import Displays
from codegen.lower.texts import keywords_in
from codegen.trace.passing import item


class ScopeCanonicalizer(Canonicalizer):
    """Makes canonical forms in a scope; `wires` are those that its expressions have by now."""

    def __init__(self, displays: Displays, wires: dict[ast.expr, Wire | None]) -> None:
        super().__init__(displays.resolver)
        self.scope, self.facts = displays.scope, displays.resolver
        self.texts, self.assumed = displays.texts, displays.assumed
        self.displays, self.wires = displays, wires

    def build(self, node: ast.expr) -> Form:
        scope = self.scope
        if node in scope.drawn:
            return Form("name", (), (), scope.drawn[node], node)
        if isinstance(node, ast.Name) and scope.bound is not None and node.id in scope.bound:
            match scope.bound[node.id]:
                case ast.Constant() | ast.UnaryOp(operand=ast.Constant()) as number:
                    return super().build(number)
                case bound:
                    return Form("name", (), (), bound, node)
        if isinstance(node, ast.Subscript) and self.displays.is_passive_part(node):
            return Form("name", (), (), syntax.show(node), node)
        if isinstance(node, ast.Name | ast.Subscript):
            wire = self.displays.container(node)
            if isinstance(wire, Display) and not isinstance(wire.sample, dict):
                count = len(wire.sample)
                if all(str(i) in wire.operands or str(i) in wire.statics for i in range(count)):
                    return Form(
                        "tuple",
                        tuple(self.part(wire, str(i)) for i in range(count)),
                        (),
                        None,
                        node,
                    )
        return super().build(node)

    def call(self, node: ast.Call) -> Form:
        """Return the form of a call; keywords out of a dict that is written out are spelled one by one."""
        if all(k.arg is not None for k in node.keywords):
            return super().call(node)
        keywords = [single for k in node.keywords for single in self.spelled(k)]
        if any(k.arg is None for k in keywords):
            return super().call(node)
        run = self.scope.trace.run
        spelled = ast.copy_location(ast.Call(node.func, node.args, keywords), node)
        run.facts[spelled] = run.fact(node)
        return replace(super().call(spelled), node=node)

    def spelled(self, keyword: ast.keyword) -> list[ast.keyword]:
        """Return the keywords that `**options` stands for; the keyword itself if that is not known."""
        if keyword.arg is not None:
            return [keyword]
        words = keywords_in(self.texts.meaning(keyword.value))
        return self.keywords_of(keyword) if words is None else words

    def keywords_of(self, keyword: ast.keyword) -> list[ast.keyword]:
        """Return the items of a passive `**options` as keywords; the keyword itself if they are not known."""
        options, run = keyword.value, self.scope.trace.run
        held = run.fact(options).sample
        if type(held) is not dict or not all(isinstance(k, str) for k in held):
            return [keyword]
        is_written = isinstance(options, ast.Name) and options.id not in self.scope.local
        if is_written and all(isinstance(v, int | str | None) for v in held.values()):
            return [ast.keyword(k, syntax.constant(v)) for k, v in held.items()]
        words = self.texts.words(options)
        if words is None:
            self.assumed.items(options, held)
        elif all(isinstance(word.value, ast.Constant) for word in words):
            return words
        return [ast.keyword(k, item(options, k, v, run)) for k, v in held.items()]

    def part(self, wire: Wire, key: str) -> Form:
        """Return the form of one part of a known container."""
        if key in wire.operands:
            inner = wire.operands[key]
            ref = syntax.name(inner.name or f"part_{len(self.wires)}")
            self.wires[ref] = inner
            self.facts.see(ref, inner.sample)
            return Form("name", (), (), inner.name or inner, ref)
        return self.form(wire.statics[key])
