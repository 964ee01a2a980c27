"""The upstream gradient: what a function returns goes in; which part of `dout` belongs to which variable comes out."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.blocks import Blocks
from codegen.backward.samples import random_like
from codegen.backward.terms import Live
from codegen.ir import Line, Wire


class Outputs(Blocks):
    """The part of the planner that begins with `dout`."""

    upstream: str

    def outputs(self) -> None:
        """Name the upstream gradient of each output."""
        wire = self.circuit.output
        if wire is None:
            return
        dout = syntax.name(self.upstream)
        if wire.kind == "name" and wire.name:
            sample = random_like(wire.sample)
            self.samples[self.upstream] = sample
            self.live[wire.name] = Live(dout, False, sample)
            return
        if wire.kind != "display":
            self.raise_for(wire)
        seen: dict[str, list[ast.expr]] = {}
        samples: dict[str, Any] = {}
        self.lines.extend(self.unpacked(wire, dout, seen, samples))
        for name, trees in seen.items():
            sample = random_like(samples[name])
            if len(trees) == 1:
                # a number that is unpacked into a variable of its own has no memory to share
                own = isinstance(trees[0], ast.Name) and trees[0].id == self.d(name)
                is_number = not isinstance(samples[name], list | tuple | dict | np.ndarray)
                self.live[name] = Live(trees[0], own and is_number, sample)
            else:
                total = trees[0]
                for tree in trees[1:]:
                    total = ast.BinOp(total, ast.Add(), tree)
                self.lines.append(self.line(self.d(name), "=", total, sample))
                self.live[name] = Live(syntax.name(self.d(name)), True, sample)

    def unpacked(
        self, wire: Wire, dout: ast.expr, seen: dict[str, list[ast.expr]], samples: dict[str, Any]
    ) -> list[Line]:
        """Return the lines that take an upstream gradient apart, noting the parts of each variable."""
        if isinstance(wire.sample, dict):
            parts = []
            for key, part in wire.operands.items():
                item = syntax.index(dout, syntax.parse(key))
                parts.extend(self.part(part, item, seen, samples))
            return parts
        count = len(wire.sample)
        names: list[ast.expr] = []
        later: list[Line] = []
        repeated = [w.name for w in wire.operands.values()]
        for i in range(count):
            inner = wire.operands.get(str(i))
            if inner is None:
                names.append(syntax.name("_"))
                continue
            if inner.kind == "name" and inner.name:
                single = repeated.count(inner.name) == 1 and inner.name not in seen
                own = (
                    self.d(inner.name) if single else self.own_name(f"dout{i + 1}", f"dout{i + 1}")
                )
                seen.setdefault(inner.name, []).append(syntax.name(own))
                samples[inner.name] = inner.sample
                self.samples[own] = random_like(inner.sample)
            else:
                own = self.own_name(f"dout{i + 1}", f"dout{i + 1}")
                later.extend(self.part(inner, syntax.name(own), seen, samples))
            names.append(syntax.name(own))
        line = Line(ast.Tuple(names, ast.Load()), "=", dout, shares={self.upstream})
        if count == 1:
            line = Line(
                names[0], "=", syntax.index(dout, syntax.constant(0)), shares={self.upstream}
            )
        return [line, *later]

    def part(
        self, inner: Wire, item: ast.expr, seen: dict[str, list[ast.expr]], samples: dict[str, Any]
    ) -> list[Line]:
        """Return the lines for one part of an upstream gradient."""
        if inner.kind == "display":
            return self.unpacked(inner, item, seen, samples)
        if inner.name is None:
            self.raise_for(inner)
        assert inner.name is not None
        if inner.name in seen:
            seen[inner.name].append(item)
            return []
        seen[inner.name] = [syntax.name(self.d(inner.name))]
        samples[inner.name] = inner.sample
        self.samples[self.d(inner.name)] = random_like(inner.sample)
        return [Line(syntax.name(self.d(inner.name)), "=", item, shares={self.upstream})]
