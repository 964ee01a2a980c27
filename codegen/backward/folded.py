"""Folding: lines of the backward pass go in; out come lines in which what has no name of the user's is a factor.

The gradient of a value that only staging gave a name, and that one line reads, is written out in that line, if it is
a product there and the line stays one, or if that line only passes it on. A number goes into the gradient of an array
so, and an array into another one; in a formula of one line numbers that lead to numbers stay apart, as the notes have
them. One that is another
gradient as it is, or with a minus that goes into a product, goes by the name of that one, however many lines read it.

>>> from codegen.cli.show import after
>>> text = '''
... def f(W, loss, reg):
...     return loss + reg * np.sum(W * W)
... '''
>>> after("differentiate", text, np.ones((2, 3)), 0.5, 0.1)
# backprop out = loss + reg * sumWsqr
dloss = dout
dreg = sumWsqr * dout
# backprop sumWsqr = np.sum(W * W)
dW = 2 * reg * W * dout
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from codegen import syntax
from codegen.backward.apart import names_apart
from codegen.backward.comments import left_out
from codegen.backward.draft import Draft
from codegen.backward.reads import unplaced
from codegen.backward.rows import fits
from codegen.backward.text import Text
from codegen.backward.trips import changed, may_pass
from codegen.ir import Bind, Line, Planned, all_lines, is_one_line, names_in, replanned, within
from codegen.pytree import is_plain, is_scalar
from codegen.simplify import sign_split, without_spare_copy
from codegen.simplify.factors import is_product

Lines = list[Planned]
TURNED = {"+=": "-=", "-=": "+="}
READERS = 2
"""So many arrays may have the gradient of a number written out in theirs."""
FACTORS = 3
"""A product of more factors than these says less than two lines do; a number makes it one longer."""


def folded(items: Lines, results: Collection[str], draft: Draft, text: Text) -> Lines:
    """Return lines with the gradients of nameless values written out where they are read.

    `results` are the gradients that are returned; `text` gives that of a gradient as it is written.
    """
    return Folding(items, results, draft, text).block(items)


class Folding:
    """Looks for gradients that one line reads."""

    def __init__(self, items: Lines, results: Collection[str], draft: Draft, text: Text) -> None:
        self.draft, self.text, self.results = draft, text, results
        # how often each name stands in all lines, or those that are apart in the lines of a side
        self.uses = Counter(names_in(items))
        self.apart = names_apart(items)  # the names that sides of branches make for themselves
        self.is_of_the_notes = is_one_line(draft.circuit.block)

    def block(self, items: Lines, depth: int = 0) -> Lines:
        found = list(within(items, lambda body: self.block(body, depth + 1)))
        here = Counter(names_in(found)) if self.apart else Counter[str]()
        self.uses.update({name: here[name] - self.uses[name] for name in self.apart & here.keys()})
        place = 0
        while place < len(found):
            line, places = found[place], self.readers(found, place)
            wholes = self.all_joined(line, [found[at] for at in places], depth)
            at = places[0] if places else place
            if wholes:
                for k, whole in zip(places, wholes, strict=True):
                    found[k] = whole
            elif (last := self.last_reader(found, place)) > place:
                at = self.renamed(found, place, last)
            else:
                place += 1
                continue
            place -= left_out(found, place, at)
        return found

    def readers(self, items: Lines, place: int) -> list[int]:
        """Return the places that read what a line sets, if it is nameless and all it reads stays; none if too many."""
        line = items[place]
        if not isinstance(line, Line) or line.operator != "=" or not self.is_nameless(line.name):
            return []
        name, found = line.name, list[int]()
        is_number = is_scalar(self.draft.samples.get(name)) or self.text.known.rank(line.value) == 0
        most = READERS if is_number and not self.is_of_the_notes else 1
        if not 1 < self.uses[name] <= most + 1 or name in self.results:
            return []
        for k, item in enumerate(items[place + 1 :], place + 1):
            if name in names_in([item]):
                found.append(k)
                if len(found) + 1 == self.uses[name]:
                    return found
            if not may_pass(line, [item], self.draft.flow):
                break
        return []

    def all_joined(self, line: Planned, readers: Lines, depth: int) -> Lines:
        """Return the readers with a line's value for its name; none where that reads worse or computes it twice."""
        assert isinstance(line, Line) or not readers
        found: Lines = []
        for reader in readers:
            if not isinstance(line, Line) or not isinstance(reader, Line):
                return []
            whole = over_size(line.value)
            is_short = not syntax.has(whole, ast.Div) and factors(line.value) < FACTORS
            goes_far = self.is_array(reader.name) or self.is_plain_share(line, reader)
            if len(readers) > 1 and not (is_short and goes_far):
                return []
            one = self.joined(line, reader, depth)
            if one is None:
                return []
            found.append(one)
        if len(found) > 1 and isinstance(line, Line):
            self.uses.update(syntax.names(line.value))
        return found

    def is_plain_share(self, line: Line, reader: Line) -> bool:
        """Return whether a number is a product without powers, of which another number takes a share."""
        is_passed_on = syntax.identifier(reader.value) == line.name
        is_number = is_scalar(self.draft.samples.get(reader.name))
        return is_number and not is_passed_on and not syntax.has(line.value, ast.Pow)

    def last_reader(self, items: Lines, place: int) -> int:
        """Return the last place that reads what a nameless line sets, if all stays until then; else the line's own."""
        line = items[place]
        if not isinstance(line, Line) or line.operator != "=":
            return place
        passed_on = without_spare_copy(line.value)
        source = syntax.identifier(unsigned(passed_on))
        if not source:
            return place
        if not self.is_nameless(line.name) or line.name in self.results:
            return place
        readers = [k for k, one in enumerate(items) if k > place and line.name in names_in([one])]
        read = [one for k in readers for one in all_lines([items[k]]) if line.name in one.read]
        if sum(one.read.count(line.name) for one in read) + 1 != self.uses[line.name]:
            return place
        if not self.is_array(line.name) and not all(
            isinstance(one.value, ast.Call) or self.leads_on(line.name, one.name) for one in read
        ):
            return place
        if passed_on is not unsigned(passed_on) and not (
            all(isinstance(items[k], Line) for k in readers)
            and all(is_factor(one.value, line.name) for one in read)
        ):
            return place
        *between, last = all_lines(items[place + 1 : readers[-1] + 1])
        between += [] if last is items[readers[-1]] else [last]
        both = {line.name, source}
        is_settled = both.isdisjoint(name for one in between for name in changed(one))
        return readers[-1] if is_settled and line.name not in changed(last) else place

    def renamed(self, items: Lines, place: int, last: int) -> int:
        """Let what reads a line, up to the last place, read what the line passes on; return the first place."""
        line = items[place]
        assert isinstance(line, Line)
        name, source = line.name, without_spare_copy(line.value)

        def change(one: Line) -> list[Line]:
            if name not in one.read:
                return [one]
            passes_on = syntax.identifier(one.value) == name
            value = line.value if passes_on else syntax.substitute(one.value, {name: source})
            if source is not unsigned(source):
                operator, value = self.with_sign(one.operator, self.text.simple(value))
                return [replace(one, operator=operator, value=value, shares=one.shares - {name})]
            shares = one.shares - {name} | (line.shares if name in one.shares else set())
            return [replace(one, value=value, shares=shares)]

        first = next(k for k in range(place + 1, last + 1) if name in names_in([items[k]]))
        items[place + 1 : last + 1] = replanned(items[place + 1 : last + 1], change)
        self.uses[syntax.show(unsigned(source))] += self.uses.pop(name) - 2
        return first

    def is_array(self, name: str) -> bool:
        sample = self.draft.samples.get(name, 0.0)
        return is_plain(sample) and np.ndim(sample) > 0

    def is_nameless(self, name: str) -> bool:
        """Return whether a name is the gradient of what only staging has given a name."""
        return self.draft.flow.is_nameless(self.draft.variables.get(name, ""))

    def joined(self, line: Line, reader: Line, depth: int) -> Line | None:
        """Return the reader with the value of a line in place of its name; None where that reads worse."""
        name, value = line.name, without_spare_copy(line.value)
        passes_on = syntax.identifier(reader.value) == name
        is_seen = is_matrix_product(value) and is_view(reader.value, name)
        if not (passes_on or is_seen) and not (
            is_factor(reader.value, name) and is_product_of_names(value)
        ):
            return None
        goes_into_item = (
            isinstance(reader.target, ast.Subscript)
            and np.ndim(self.draft.samples[name]) > 0
            and syntax.identifier(unsigned(reader.value)) == name
            and is_product_of_names(value)
        )
        if not (goes_into_item or is_seen) and not self.leads_on(name, reader.name):
            return None
        operator, whole = reader.operator, line.value
        if operator != "=" or not passes_on:
            whole = self.text.simple(syntax.substitute(reader.value, {name: value}))
        operator, whole = self.with_sign(operator, whole)
        assert reader.target is not None
        most = FACTORS if np.ndim(self.draft.samples[name]) else FACTORS + 1
        if not (passes_on or is_seen) and factors(whole) > most:
            return None
        if not fits(syntax.show(reader.target), operator, unplaced(whole), depth):
            return None
        shares = {*reader.shares} - {name} | (line.shares if passes_on or is_seen else set())
        return replace(reader, operator=operator, value=whole, shares=shares)

    def with_sign(self, operator: str, value: ast.expr) -> tuple[str, ast.expr]:
        """Return what a line adds, a minus in front of it in the operator."""
        if operator in TURNED:
            negative, rest = sign_split(value, self.text.known)
            operator, value = (TURNED[operator], rest) if negative else (operator, value)
        return operator, value

    def leads_on(self, name: str, target: str) -> bool:
        """Return whether a gradient is a number that goes into, or is, that of an array; or an array of one shape."""
        samples = self.draft.samples
        if not all(n in samples and is_plain(samples[n]) for n in (name, target)):
            return False
        one: tuple[int, ...] = np.shape(samples[name])
        other: tuple[int, ...] = np.shape(samples[target])
        if one:
            return one == other
        if other or not self.is_of_the_notes:
            return True
        return self.is_one_for_all(target) or self.is_one_for_all(name)

    def is_one_for_all(self, name: str) -> bool:
        """Return whether a number is the gradient of all numbers of an array."""
        made = self.draft.flow.definers.get(self.draft.variables.get(name, ""), [])
        wires = [one.wire for one in made if isinstance(one, Bind) and one.wire is not None]
        return any(is_plain(wire.sample) and np.ndim(wire.sample) > 0 for wire in wires)


def unsigned(tree: ast.expr) -> ast.expr:
    return tree.operand if isinstance(tree, ast.UnaryOp) else tree


def is_factor(tree: ast.expr, name: str) -> bool:
    match tree:
        case ast.Name(id=own):
            return own == name
        case ast.BinOp(left, ast.Mult() | ast.Add() | ast.Sub(), right):
            return is_factor(left, name) or is_factor(right, name)
        case ast.BinOp(left, ast.Div(), _) | ast.UnaryOp(ast.USub(), left):
            return is_factor(left, name)
    return False


def is_matrix_product(tree: ast.expr) -> bool:
    """Return whether a text is the product of two matrices: `dh @ W.T`, or `dh.dot(W.T)`."""
    match tree:
        case ast.BinOp(op=ast.MatMult()) | ast.Call(ast.Attribute(attr="dot"), [_], []):
            return True
    return False


def is_view(tree: ast.expr, name: str) -> bool:
    """Return whether a text is a variable in other rows, or transposed: `dz.T.reshape(w.shape)`."""
    match tree:
        case ast.Call(ast.Attribute(of, "reshape"), sizes, []):
            is_own = name not in syntax.names(*sizes)
            return is_own and (syntax.identifier(of) == name or is_view(of, name))
        case ast.Attribute(of, "T"):
            return syntax.identifier(of) == name or is_view(of, name)
    return False


def over_size(tree: ast.expr) -> ast.expr:
    """Return what a mean divides by a size, `dout` of `dout / len(x)`; anything else as it is."""
    match tree:
        case ast.BinOp(
            whole,
            ast.Div(),
            ast.Call(ast.Name("len"), [ast.Name()], [])
            | ast.Attribute(ast.Name(), "size")
            | ast.Subscript(ast.Attribute(ast.Name(), "shape"), ast.Constant()),
        ):
            return whole
    return tree


def is_product_of_names(tree: ast.expr) -> bool:
    """Return whether a text is a product in which nothing is called, but for a size."""
    return is_product(tree) and not syntax.has(over_size(tree), ast.Call)


def factors(tree: ast.expr) -> int:
    """Return how many factors the longest product of a text has, but for numbers that are written out."""
    match tree:
        case ast.BinOp(left, ast.Mult() | ast.Div(), right):
            return factors(left) + factors(right)
        case ast.BinOp(left, _, right):
            return max(factors(left), factors(right))
        case ast.UnaryOp(operand=inner):
            return factors(inner)
    return 0 if isinstance(tree, ast.Constant) else 1
