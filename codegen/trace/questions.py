"""Questions that a call answers: a branch of a function that takes the place of its call goes in; the side comes out
that this call takes.

It asks for the class of an object, for None or for the number of arguments; with the side comes what raises where
another call answers otherwise.

>>> asked_for_class(syntax.parse("not isinstance(other, Value)"))[1]
True
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Set

from codegen import syntax
from codegen.pytree import is_plain_truth
from codegen.trace.facts import has_parts
from codegen.trace.guards import raising
from codegen.trace.identity import is_of_another_class
from codegen.trace.normalize.fresh import exchange, made
from codegen.trace.operators import compared
from codegen.trace.paths import is_below, is_handed, path_of
from codegen.trace.run import Trace

SCOPES = (ast.FunctionDef, ast.ClassDef)


class Questions:
    """Answers what the statements of one call ask about its arguments."""

    def __init__(
        self,
        host: Trace,
        inputs: set[str],
        made: set[str],
        theirs: set[str],
        values: Mapping[str, ast.expr] | None = None,
        bound: Set[str] = frozenset(),
    ) -> None:
        self.host, self.run = host, host.run
        # `theirs` are given by the caller of the host
        self.inputs, self.made, self.theirs = inputs, made, theirs
        # not for the host's own statements
        self.values, self.is_inside = values or {}, values is not None
        # what is never bound anew, and so has these values wherever it is asked
        self.firm = {name: value for name, value in self.values.items() if name not in bound}

    def decided(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return the side of a branch that asks for the class of an object made here, or of a number; choices inside a
        statement that ask for it are made there. Where the caller may give something else, that raises.
        """
        if isinstance(statement, ast.If):
            side = self.side(statement)
            if side is not None:
                body = statement.body if side else statement.orelse
                return [
                    *self.other_class(statement, statement),
                    *self.decided_all(body),
                ]
            if self.is_inside:
                statement.body = self.decided_all(statement.body) or [made(ast.Pass(), statement)]
                statement.orelse = self.decided_all(statement.orelse)
        before: list[ast.stmt] = []
        if not isinstance(statement, SCOPES):
            for child in syntax.expressions(statement):
                for node in syntax.walk(child):
                    side = self.side(node) if isinstance(node, ast.IfExp) else None
                    if isinstance(node, ast.IfExp) and side is not None:
                        before += self.other_class(node, statement)
                        exchange(statement, node, node.body if side else node.orelse)
                        made(statement, statement)
        return [*before, statement]

    def decided_all(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return the statements of a side with what is asked in it decided."""
        return [one for inner in body for one in self.decided(inner)]

    def side(self, node: ast.If | ast.IfExp) -> bool | None:
        """Return which side a question for the class of an object made here, or of a number, always takes."""
        call, is_opposite = asked_for_class(node.test)
        truths = self.run.natural.get(node, set())
        match node.test:
            case ast.Name(name) | ast.UnaryOp(ast.Not(), ast.Name(name)) if isinstance(
                (constant := self.firm.get(name)), ast.Constant
            ):
                answer = bool(constant.value) == isinstance(node.test, ast.Name)
                return answer if truths == {answer} else None
            case ast.Compare(ast.Name(name), [ast.Is() | ast.IsNot() as op], [value]) if (
                syntax.is_nothing(value) and name in self.values
            ):
                answer = syntax.is_nothing(self.values[name]) == isinstance(op, ast.Is)
                is_known = truths <= {answer} and self.is_certain(self.values[name])
                return answer if is_known else None
            case ast.Compare(left, [ast.Is() | ast.IsNot() as op], [value]) if syntax.is_nothing(
                value
            ):
                answer = isinstance(op, ast.IsNot)
                is_first = isinstance(node, ast.If) and self.is_first_use(left, node)
                if truths == {answer} and self.is_there(left):
                    return answer
                return not answer if truths == {not answer} and is_first else None
            case ast.Attribute() | ast.Subscript() if is_plain_truth(
                self.run.fact(node.test).sample
            ):
                return True if truths == {True} and self.is_there(node.test) else None
            case ast.Compare() | ast.UnaryOp(ast.Not(), ast.Compare()) if (
                said := self.compared(node.test)
            ) is not None:
                return said if truths == {said} else None
            case ast.Compare(
                ast.Call(func=ast.Name("list"), args=[ast.Name(name)]),
                [ast.NotEq()],
                [ast.List(words)],
            ):
                table = self.firm.get(name)
                if not isinstance(table, ast.Dict) or None in table.keys:
                    return None
                answer = [*map(syntax.show, words)] != [syntax.show(k) for k in table.keys if k]
                return answer if truths == {answer} else None
        if call is None or len(truths) != 1:
            return None
        value = call.args[0]
        is_known = isinstance(value, ast.Constant) or self.is_made_object(value)
        if syntax.calls(call, "hasattr"):
            is_known &= self.is_set_by_constructors_alone(call.args[1])
            return True in truths if is_known else None
        answer = (True in truths) != is_opposite
        if is_known or (self.is_given_object(value) if answer else self.is_never(node, value)):
            return True in truths
        return None

    def compared(self, test: ast.expr) -> bool | None:
        """Return what a comparison of numbers or words that the call writes out says; None of others."""
        if isinstance(test, ast.UnaryOp):
            answer = self.compared(test.operand)
            return None if answer is None else not answer
        assert isinstance(test, ast.Compare)
        given = [self.given(part) for part in (test.left, *test.comparators)]
        numbers = [one.value for one in given if isinstance(one, ast.Constant)]
        is_known = len(numbers) == len(given) and bool(self.firm)
        return compared(test.ops, numbers) if is_known else None

    def given(self, part: ast.expr) -> ast.expr:
        """Return what the call gives a variable, or how many things; other expressions as they are."""
        match part:
            case ast.Name(name):
                return self.firm.get(name, part)
            case ast.Call(ast.Name("len"), [ast.Name(name)]):
                match self.firm.get(name):
                    case ast.Tuple(items) | ast.List(items) if not syntax.has_star(items):
                        return syntax.constant(len(items))
        return part

    def is_there(self, value: ast.expr) -> bool:
        """Return whether a value is an attribute or item that is an object whose attributes are traced."""
        path = path_of(value)
        return bool(path) and any(is_below(one, path) for one in self.inputs)

    def is_first_use(self, value: ast.expr, node: ast.If) -> bool:
        """Return whether an attribute of what is given was None, and gets an object on the side that is taken."""
        path, body = path_of(value), node.body
        if isinstance(node.test, ast.Compare) and isinstance(node.test.ops[0], ast.IsNot):
            body = node.orelse
        return is_handed(value, self.theirs) and any(
            isinstance(s, ast.Assign)
            and path_of(s.targets[0]) == path != ""
            and has_parts(self.run.fact(s.value).sample)
            for s in body
        )

    def is_certain(self, given: ast.expr) -> bool:
        """Return whether what a call gives is None, written out, or something on every way to the call."""
        kinds = {kind for kind, _ in self.run.fact(given).kinds}
        return syntax.is_nothing(given) or bool(kinds) and "none" not in kinds

    def is_set_by_constructors_alone(self, word: ast.expr) -> bool:
        """Return whether nothing sets an attribute of an object once it is made."""
        return isinstance(word, ast.Constant) and not any(
            node.attr == word.value
            for one in self.run.helpers(self.host)
            if one.function.__name__ != "__init__"
            for node in syntax.writes(one.tree, ast.Attribute)
        )

    def is_made_object(self, value: ast.expr) -> bool:
        return isinstance(value, ast.Name) and value.id in self.made

    def is_given_object(self, value: ast.expr) -> bool:
        """Return whether an operator or a method asks for the class of a given object taken apart here."""
        is_object = has_parts(self.run.fact(value).sample) and is_handed(value, self.theirs)
        return self.is_inside and is_object

    def is_never(self, node: ast.If | ast.IfExp, value: ast.expr) -> bool:
        """Return whether a value of which it is asked whether it is an object is a number: what the caller gives may be
        something else in another call, if the other side is known, or if it stands in the function itself.
        """
        kinds = {kind for kind, _ in self.run.fact(value).kinds}
        if not kinds or not kinds <= {"float", "int"}:
            return False
        if not is_handed(value, self.theirs):
            return True
        if not self.is_inside:
            return False
        _, is_opposite = asked_for_class(node.test)
        other = node.orelse if is_opposite else node.body
        first = syntax.value_of(other[0]) if isinstance(other, list) and other else other
        return not isinstance(first, ast.expr) or (
            isinstance(first, ast.Name) or not self.run.fact(first).visits
        )

    def other_class(self, node: ast.If | ast.IfExp, at: ast.stmt) -> list[ast.stmt]:
        """Return the guard that a given number is no object, or an object none of another class, nor None."""
        asked = node.test.left if isinstance(node.test, ast.Compare) else node.test
        if isinstance(asked, ast.Attribute) and isinstance(node, ast.If):
            if self.is_first_use(asked, node):
                shown = syntax.show(asked)
                return [raising(f"{shown} is not None", f"{shown} was None", at)]
        if isinstance(asked, ast.Attribute | ast.Subscript) and self.is_there(asked):
            shown = syntax.show(asked)
            return [raising(f"{shown} is None", f"{shown} was an object", at)]
        call, is_opposite = asked_for_class(node.test)
        if call is None or self.is_made_object(call.args[0]):
            return []
        value = call.args[0]
        answer = (True in self.run.natural[node]) != is_opposite
        if answer and self.is_given_object(value):
            kind = type(self.run.fact(value).sample)
            test, _ = is_of_another_class(syntax.show(value), kind, self.host)
            return [raising(test, f"this was a {kind.__name__}", at)]
        if answer or not is_handed(value, self.theirs):
            return []
        return [raising(syntax.show(call), "this was a number", at)]


def asked_for_class(test: ast.expr) -> tuple[ast.Call | None, bool]:
    """Return the call in a test that is `isinstance(x, C)`, or `hasattr(x, "W")`, and whether the test is its
    opposite.
    """
    match test:
        case ast.Call(func=ast.Name("isinstance" | "hasattr"), args=[_, _]):
            return test, False
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            call, is_opposite = asked_for_class(inner)
            return call, not is_opposite
    return None, False
