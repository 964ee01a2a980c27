"""The forward pass as text: a staged circuit and what its backward pass needs kept go in, lines come out.

Statements that need no change stay the user's own lines, comments included; a statement that was broken into
stages is written stage by stage.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Set
from functools import cached_property
from itertools import pairwise
from types import FunctionType
from typing import Any

import numpy as np

from codegen import ir, syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.hold import copy_of, is_object, sample_of, seen_by_name, shallow
from codegen.backward.overwritten import held_nothing
from codegen.backward.remember import Saved, Steps, unless_none
from codegen.backward.rows import WIDTH, shown
from codegen.emit.numbered import marked
from codegen.emit.userlines import UserLines, comment_of, is_made
from codegen.emit.whole import STAGED, Whole
from codegen.errors import as_made
from codegen.lower.ranks import ranks_of
from codegen.pairs import forward_name
from codegen.pytree import held_in
from codegen.stage.spell import item_tree, put_in, stage_text

INDENT = 4
RELAY = re.compile(r"( *)(\w+(?:\.\w+|\[[^]]*\])*\.\w+) = (\w+)(  #.*)?")
"""A line that puts a variable into an attribute."""
NUMBERS = ("float", "int")
"""Kinds of numbers, and of arrays of them."""
PAD = "    "


class ForwardText:
    """Writes the forward pass of one circuit."""

    def __init__(
        self,
        circuit: ir.Circuit,
        saved: Saved,
        numbers: Mapping[ir.Statement, int | str] | None = None,
        hidden: frozenset[ir.Stage] = frozenset(),
        whole: Whole = STAGED,
    ) -> None:
        self.circuit, self.kept, self.numbers = circuit, saved, numbers or {}
        self.hidden, self.whole = hidden, whole
        self.user = UserLines(circuit.trace.source)
        self.before: dict[ir.Statement, list[str]] = {}
        self.behind: dict[ir.Statement, list[str]] = {}
        self.sources: dict[ir.Statement, list[str]] = {}
        for kept in saved.kept:
            lines = self.behind if kept.place.behind else self.before
            copies = {kept.source} if kept.copies else set()
            lines.setdefault(kept.place.item, []).append(
                f"{kept.name} = {self.saved(kept.source, copies)}"
            )
            self.sources.setdefault(kept.place.item, []).append(kept.source)
        for loop, steps in saved.steps.items():
            if steps.saved and steps.position < len(loop.body.items):
                place = loop.body.items[steps.position]
                self.before.setdefault(place, []).append(self.step(steps))
        for item, names in saved.unset.items():
            self.before.setdefault(item, [])[:0] = self.unset(names)

    def unset(self, names: list[str]) -> list[str]:
        """Return the lines that give variables without a value one: None to all at once, a container to each."""
        nothings = {name: self.nothing(name) for name in names}
        nones = [name for name, nothing in nothings.items() if nothing == "None"]
        own = [f"{name} = {nothing}" for name, nothing in nothings.items() if nothing != "None"]
        return [" = ".join([*nones, "None"]), *own] if nones else own

    def nothing(self, name: str) -> str:
        """Return what stands for a variable without a value."""
        return "[]" if self.holds(name, list) else "{}" if self.holds(name, dict) else "None"

    def holds(self, name: str, kind: type) -> bool:
        definers = self.kept.flow.definers.get(name, [])
        return any(isinstance(d, ir.Stage) and isinstance(d.sample_of(), kind) for d in definers)

    def text(self) -> list[str]:
        return self.block(self.circuit.block, [])

    def block(self, block: ir.Block, loops: list[ir.Loop]) -> list[str]:
        found: list[str] = []
        steps = self.kept.steps.get(loops[-1]) if loops and loops[-1].body is block else None
        if steps is not None and not steps.saved:
            found.append(f"{steps.name} += 1")
        for group in groups(block):
            found.extend(self.user.between(group[0].statement))
            found.extend(self.group(group, loops))
            self.user.passed(group[-1].statement.end_lineno or 0)
        if (
            steps is not None
            and steps.saved
            and steps.position >= len(block.items)
            and not ir.never_ends(block)
        ):
            found.append(self.step(steps))
        found.extend(self.unset(self.kept.empty.get(block, [])))
        own, parts = self.kept.sides.get(block, ("", []))
        if own:
            kept = shown(parts)
            found.append(f"{own} = {kept if parts == [parts[0][:1]] else f'({kept})'}")
        return found

    def step(self, steps: Steps) -> str:
        kept = shown(steps.rows(), lambda name: self.saved(name, steps.copied))
        return f"{steps.name}.append({kept if len(steps.saved) == 1 else f'({kept})'})"

    @cached_property
    def seen(self) -> dict[str, list[Any]]:
        """What each variable was seen to hold."""
        return seen_by_name(self.circuit)

    @cached_property
    def nothings(self) -> set[str]:
        return held_nothing(self.circuit)

    @cached_property
    def mixed(self) -> set[str]:
        """The variables, and the items of containers, that hold a number at first and arrays later, or the other way
        round.
        """
        found = ranks_of(self.circuit)
        run = self.circuit.trace.run
        for node in syntax.walk(self.circuit.trace.tree):
            if isinstance(node, ast.Name | ast.Subscript) and node in run.facts:
                ranks = {rank for kind, rank in run.fact(node).kinds if kind in NUMBERS}
                found.setdefault(syntax.show(node), set()).update(ranks)
        for stage in ir.stages_of(self.circuit.block):
            match stage.statement:
                case ast.Assign(targets=[ast.Name() as target], value=value):
                    for text in begun_as_numbers(target, value):
                        found.setdefault(text, set()).add(0)
        return {text for text, ranks in found.items() if 0 in ranks and any(ranks)}

    def saved(self, name: str, copied: Set[str]) -> str:
        if name not in copied:
            return name
        sample = sample_of(name, self.seen)
        return copy_of(name, sample, 1) if is_object(sample) else self.copied(name)

    def copied(self, text: str) -> str:
        """Return the text of a copy; of what is no array on every way, one that takes numbers, too."""
        without = (*self.kept.unset.values(), *self.kept.empty.values())
        unsure = text in self.mixed or any(text in names for names in without)
        is_list = self.holds(text, list)
        if unsure and not is_list and not self.holds(text, dict):
            return f"np.copy({text})"
        held = [one for one in self.seen.get(text, ()) if isinstance(one, list | dict)]
        if text in self.changed_inside and any(held):
            copy = copy_of(text, max(held, key=len), 1, with_arrays=True)
        else:
            copy = shallow(text, [] if is_list else {})
        return unless_none(text, copy) if text in self.nothings else copy

    @cached_property
    def changed_inside(self) -> set[str]:
        """The variables whose items are changed in place: `h["w"] *= rate`, where that is an array."""
        run = self.circuit.trace.run
        return {
            root_of(stage.statement.target)
            for stage in ir.stages_of(self.circuit.block)
            if isinstance(stage.statement, ast.AugAssign)
            and isinstance(stage.statement.target, ast.Subscript)
            and holds_arrays(run.fact(stage.statement).sample)
        }

    # ---- items

    def group(self, group: list[ir.Statement], loops: list[ir.Loop]) -> list[str]:
        first = group[0]
        if isinstance(first, ir.Loop | ir.Branch | ir.Within):
            return [
                *self.before.get(first, []),
                *self.compound(first, loops),
                *self.behind.get(first, []),
            ]
        stages = [item for item in group if isinstance(item, ir.Stage)]
        if first in self.hidden:
            return []
        if self.is_verbatim(stages) or self.is_whole(stages):
            return [
                *(line for stage in stages for line in self.before.get(stage, [])),
                *self.early(stages, loops),
                *self.marked(self.user.whole(first.statement), stages),
                *(line for stage in stages for line in self.behind.get(stage, [])),
            ]
        return self.rewritten(stages, loops)

    def is_whole(self, stages: list[ir.Stage]) -> bool:
        """Return whether the stages of a statement but for its last are parts of that, as the user wrote it."""
        own = [self.whole.shown.get(s, s) for s in stages if s not in self.whole.readers]
        return len(own) == 1 < len(stages) and self.is_verbatim(own)

    def is_verbatim(self, stages: list[ir.Stage]) -> bool:
        if any(
            s.rewritten or isinstance(s, ir.Raise | ir.LoopItem | ir.Return) or is_helper(s)
            for s in stages
        ):
            return False
        if any(self.behind.get(s) for s in stages[:-1]):
            return False
        bound: set[str] = set()
        for earlier, stage in pairwise(stages):
            bound.update(earlier.binds)
            lines, sources = self.before.get(stage, []), self.sources.get(stage, [])
            if len(lines) > len(sources) or lines and bound.intersection(sources):
                return False
        return True

    def is_untouched(self, item: ir.Statement) -> bool:
        if (
            is_made(item.statement)
            or syntax.note_of(item.statement).named
            or self.before.get(item)
            or self.behind.get(item)
            or self.numbers
            or item in self.hidden
        ):
            return False
        if isinstance(item, ir.Stage):
            if isinstance(item, ir.Break) and self.saves(self.kept.flow.loops(item)[:1]):
                return False
            return isinstance(item, ir.LoopItem) or self.is_verbatim([item])
        if item in self.kept.flags or isinstance(item, ir.Within) and item.footer:
            return False
        if any(block in self.kept.sides or block in self.kept.empty for block in item.blocks):
            return False
        if isinstance(item, ir.Loop) and self.kept.steps.get(item, Steps()).name:
            return False
        return all(
            self.is_untouched(inner) for block in item.blocks for inner in block.items
        ) and all_there(item)

    def early(self, stages: list[ir.Stage], loops: list[ir.Loop]) -> list[str]:
        if not any(isinstance(s, ir.Break) for s in stages) or not self.saves(loops[-1:]):
            return []
        if self.kept.steps[loops[-1]].position < len(loops[-1].body.items):
            return []  # saved before
        return [self.step(self.kept.steps[loops[-1]])]

    def saves(self, loops: list[ir.Loop]) -> bool:
        return any(loop in self.kept.steps and bool(self.kept.steps[loop].saved) for loop in loops)

    def compound(self, item: ir.Loop | ir.Branch | ir.Within, loops: list[ir.Loop]) -> list[str]:
        if self.is_untouched(item):
            return self.user.whole(item.statement)
        if isinstance(item, ir.Branch):
            return self.branch(item, loops)
        found = self.user.header(item.statement)
        self.user.passed(header_line(item))
        if isinstance(item, ir.Within):
            return [*found, *indented(self.block(item.body, loops)), *item.footer]
        steps = self.kept.steps.get(item, Steps())
        if steps.name:
            made = "[]  # what the backward pass needs of each step" if steps.saved else "0"
            found = [f"{steps.name} = {made}", *found]
        return [*found, *indented(self.block(item.body, [*loops, item]))]

    def branch(self, item: ir.Branch, loops: list[ir.Loop], is_left: bool = True) -> list[str]:
        """Return the lines of a branch; `is_left` where all sides of a chain before it leave the block."""
        found = []
        header = self.user.header(item.statement)
        flag = self.kept.flags.get(item)
        if flag is not None:
            header = [f"if {flag}:"]
        if flag is not None and item not in self.asked_before:
            found = [f"{flag} = {syntax.show(self.answer(item))}"]
        found += self.asked_at_once(item)
        self.user.passed(header_line(item))
        body, items = self.block(item.body, loops), item.orelse.items
        test = ir.named_text(item.test)
        if not body and ir.never_ends(item.orelse) and header == [f"if {syntax.show(test)}:"]:
            header = [f"if {syntax.show(syntax.negated(test))}:"]
            return [*found, *header, *indented(self.block(item.orelse, loops))]
        found += [*header, *indented(body)]
        if not items:
            return found
        only = items[0]
        if (
            len(items) == 1
            and isinstance(only, ir.Branch)
            and (only in self.asked_before or only not in self.kept.flags)
            and not self.before.get(only)
            and not self.behind.get(only)
            and (not is_made(only.statement) or is_made(item.statement))
        ):
            inner = self.branch(only, loops, is_left and ir.never_ends(item.body))
            return [*found, f"el{inner[0]}", *inner[1:]]
        rest = self.block(item.orelse, loops)
        if is_left and ir.never_ends(item.body) and not is_in_an_else(item):
            return [*found, *rest]
        if (
            isinstance(only, ir.Stage)
            and is_elif(only.statement, item)
            and rest[0].startswith("if ")
        ):
            return [*found, f"el{rest[0]}", *rest[1:]]
        return [*found, "else:", *indented(rest)]

    @cached_property
    def asked_before(self) -> set[ir.Branch]:
        """The branches whose tests are asked before the chain that they belong to."""
        return {inner for chain in self.kept.chains.values() for inner in chain}

    def asked_at_once(self, item: ir.Branch) -> list[str]:
        """Return the lines in which the tests of a chain behind its first are asked, if no test before them holds."""
        found: list[str] = []
        before: list[ast.expr] = []
        for inner in self.kept.chains.get(item, []):
            flag = self.kept.flags.get(item)
            before.append(ir.named_text(item.test) if flag is None else syntax.name(flag))
            item = inner
            if inner not in self.kept.flags:
                break  # nobody asks for it, or for those behind it
            others = before[0] if len(before) == 1 else ast.BoolOp(ast.Or(), before)
            own = syntax.all_of(self.answer(inner))
            test = ast.BoolOp(ast.And(), [syntax.negated(others), *own])
            found += self.before.pop(inner, [])
            found.append(f"{self.kept.flags[inner]} = {syntax.show(test)}")
        return found

    def answer(self, item: ir.Branch) -> ast.expr:
        """Return the text of a test that is kept: of a container that may change, whether there is something in it."""
        text, test = ir.named_text(item.test), item.statement.test
        parts = test.values if isinstance(test, ast.BoolOp) else [test]
        run = self.circuit.trace.run
        held = [run.fact(part).sample for part in parts]
        if any(isinstance(value, list | dict | set | np.ndarray) for value in held):
            return syntax.call("bool", text)
        return text

    def rewritten(self, stages: list[ir.Stage], loops: list[ir.Loop]) -> list[str]:
        statement = stages[0].statement
        comment = self.user.comment(statement)
        shown = [s for s in stages if not isinstance(s, ir.LoopItem | ir.Return)]
        last = shown[-1] if shown else None
        found: list[str] = []
        for stage in stages:
            found.extend(self.before.get(stage, []))
            found.extend(self.early([stage], loops))
            lines = self.stage(stage, stages)
            if stage is last and comment and lines:
                lines[-1] += f"  {comment}"
            found.extend(self.marked(lines, [stage]))
            found.extend(self.behind.get(stage, []))
        return found if found or not comment else [comment]

    def marked(self, lines: list[str], stages: list[ir.Stage]) -> list[str]:
        """Return the lines of some stages with their number at the end, if they have one."""
        number = next((self.numbers[s] for s in stages if s in self.numbers), None)
        if number is None or not lines:
            return lines
        comment = comment_of(lines[-1])
        code = lines[-1].removesuffix(comment).rstrip()
        return [*lines[:-1], f"{code}  {marked(comment, number)}"]

    def stage(self, stage: ir.Stage, group: list[ir.Stage]) -> list[str]:
        if isinstance(stage, ir.LoopItem | ir.Return) or stage in self.whole.readers:
            return []
        stage = self.whole.shown.get(stage, stage)
        if stage.text:
            own, _, text = stage.text.partition(" = ")
            item = text.removesuffix(".copy()")
            return [f"{own} = {self.copied(item)}" if text != item in self.mixed else stage.text]
        if is_helper(stage):
            return [helper_line(stage)]
        if stage.rewritten and stage.wire is not None:
            whole = stage_text(stage)
            own, _, text = whole.partition(" = ")
            return [f"{own} = {self.copied(text)}" if stage in self.kept.copied else whole]
        if len(group) == 1:
            return self.user.whole(stage.statement)
        if isinstance(stage, ir.Store) and isinstance(stage.statement, ast.Expr | ast.AugAssign):
            if all(s.rewritten for s in group if s is not stage):  # `out=`, or a second name
                return syntax.lines_of(syntax.show(stage.statement))
        if stage.wire is not None or stage.value is not None:
            if isinstance(stage, ir.Append):
                return [put_in(stage, item_tree(stage))]
            if isinstance(stage, ir.Bind | ir.Store):
                return [syntax.assignment(written_target(stage), item_tree(stage))]
        return syntax.lines_of(syntax.show(stage.statement))


def written_target(stage: ir.Stage) -> ast.expr:
    """Return what the user writes to, if that is another name for a stage's target, such as `p[0]` of `ps[i][0]`."""
    match stage.statement:
        case ast.Assign([ast.Subscript() as own]) if isinstance(stage.target, ast.Subscript):
            return own if root_of(own) != root_of(stage.target) else stage.target
    return stage.target


def groups(block: ir.Block) -> Iterator[list[ir.Statement]]:
    group: list[ir.Statement] = []
    for item in block.items:
        if isinstance(item, ir.View):
            continue
        if group and not (
            isinstance(item, ir.Stage)
            and isinstance(group[0], ir.Stage)
            and item.statement is group[0].statement
        ):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def is_in_an_else(branch: ir.Branch) -> bool:
    """Return whether the user's file has an `else` there: what follows an early return stands behind the `if`."""
    first = branch.orelse.items[0].statement
    return first.col_offset > branch.statement.col_offset or is_made(first)


def all_there(item: ir.Statement) -> bool:
    """Return whether the circuit holds every statement of the sides of a branch as the file does."""
    if isinstance(item, ir.Branch):
        return bool(item.body.items) and bool(item.orelse.items) == bool(item.statement.orelse)
    return True


def is_elif(statement: ast.stmt, item: ir.Branch) -> bool:
    """Return whether a statement is all of the other side of a branch, and a test itself."""
    sides = getattr(item.statement, "orelse", [])
    return isinstance(statement, ast.If) and sides == [statement]


def header_line(item: ir.Loop | ir.Branch | ir.Within) -> int:
    """Return the line before the body of a compound statement."""
    body = item.statement.body  # empty where all that stood there changes nothing
    return body[0].lineno - 1 if body else item.statement.lineno


def indented(lines: list[str]) -> list[str]:
    shown = [f"{PAD}{line}" if line else "" for line in lines]
    return (
        shown
        if any(line and not line.lstrip().startswith("#") for line in lines)
        else [*shown, f"{PAD}pass"]
    )


def helper_line(stage: ir.Stage) -> str:
    assert isinstance(stage.wire, ir.Call)
    called = ir.named_text(stage.wire.node)
    assert isinstance(called, ast.Call)
    called.func = syntax.name(forward_name(stage.wire.function))
    return f"{syntax.show(stage.target)}, {stage.wire.cache} = {syntax.show(called)}"


def is_helper(stage: ir.Stage) -> bool:
    return isinstance(stage.wire, ir.Call)


# ---- the lines as a whole


def forward_lines(
    circuit: ir.Circuit,
    saved: Saved,
    output: str,
    numbers: Mapping[ir.Statement, int | str] | None = None,
    whole: Whole = STAGED,
) -> list[str]:
    hidden: frozenset[ir.Stage] = frozenset()
    waiting = [s for s in ir.stages_of(circuit.block) if is_function(s, circuit)]
    while True:
        lines = ForwardText(circuit, saved, numbers, hidden, whole).text()
        names = read_by("\n".join([*lines, output])) if waiting else set()
        dead = {s for s in waiting if s not in hidden and not names & set(s.binds)}
        if not dead:
            lines = without_guards_again(without_relays(lines, {*saved.cached, *read_by(output)}))
            first = next((k for k, line in enumerate(lines) if line), 0)
            return comments_above(without_gaps(lines) if hidden else lines[first:])
        hidden |= dead


def read_by(text: str) -> set[str]:
    return set(syntax.reads(ast.parse(text)))


def without_relays(lines: list[str], kept: set[str]) -> list[str]:
    """Return lines in which a value goes straight into the attribute that it is for, where its name is not read again;
    `kept` are the names that are read behind the lines.

    >>> without_relays(["self_x = x", "self.x = self_x", "out = x * W"], {"out"})
    ['self.x = x', 'out = x * W']
    """
    starts = [n for n, line in enumerate(lines) if RELAY.fullmatch(line)]
    if not starts:
        return lines
    tree = ast.parse("\n".join(lines))
    loads: dict[str, list[int]] = {}
    for node in syntax.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            loads.setdefault(node.id, []).append(node.lineno)
    rows = [1]
    for line in lines:
        rows.append(rows[-1] + line.count("\n") + 1)
    loops = [n for n in syntax.walk(tree) if isinstance(n, ast.For | ast.While)]
    branches = [(n.body, n.orelse) for n in syntax.every(ast.If, tree) if n.orelse]
    sides = [[syntax.rows(part[0], part[-1]) for part in branch] for branch in branches]
    found = list(lines)
    for n in reversed(starts):
        pad, target, name, comment = RELAY.fullmatch(lines[n]).groups()  # type: ignore[union-attr]  # matched above
        before = n and lines[n - 1].removeprefix(f"{pad}{name} = ")
        if not before or before == lines[n - 1] or name in kept:
            continue
        row, again = rows[n], [at for at in loads[name] if at != rows[n]]
        repeated = any(row in syntax.rows(loop) for loop in loops)
        others = {at for body, orelse in sides if row in body for at in orelse}
        if not (again if repeated else [at for at in again if at > row and at not in others]):
            told = "" if comment_of(before) else comment or ""
            found[n - 1 : n + 1] = [f"{pad}{target} = {before}{told}"]
    return found


def without_guards_again(lines: list[str]) -> list[str]:
    """Return lines without guards that stand above them already, of names and attributes that the lines never set.

    >>> guard = "if f is not g:\\n    raise NotImplementedError('f was g when this code was made')"
    >>> without_guards_again([guard, "y = f(x)", guard, "z = f(y)"])[2:]
    ['y = f(x)', 'z = f(y)']
    """
    if sum(as_made("") in line for line in lines) < 2:
        return lines
    text = "\n".join(lines)
    body = ast.parse(text).body
    nodes = [node for statement in body for node in syntax.walk(statement)]
    stores = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    stores |= {
        n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
    }
    gone: set[int] = set()

    def look(block: list[ast.stmt], above: set[str]) -> None:
        seen, left = set(above), len(block)
        for statement in block:
            test = identity_asked(statement)
            if test is not None and not stores & named_in(test):
                told = ast.unparse(statement)
                if told in seen and left > 1:  # a block needs a line
                    gone.update(syntax.rows(statement))
                    left -= 1
                seen.add(told)
            elif not isinstance(statement, ast.FunctionDef | ast.ClassDef):
                for part in syntax.blocks(statement):
                    look(part, seen)

    look(body, set())
    rows = text.split("\n")
    return [row for number, row in enumerate(rows, 1) if number not in gone] if gone else lines


def identity_asked(statement: ast.stmt) -> ast.expr | None:
    """Return the test of a guard of ours that raises where something is not what it was."""
    match statement:
        case ast.If(
            test=ast.Compare(ops=[ast.IsNot()]) as test, body=[ast.Raise() as raised], orelse=[]
        ) if as_made("") in ast.unparse(raised):
            return test
    return None


def named_in(test: ast.expr) -> set[str]:
    parts = list(syntax.walk(test))
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    return names | {part.attr for part in parts if isinstance(part, ast.Attribute)}


def without_gaps(lines: list[str]) -> list[str]:
    return [line for k, line in enumerate(lines) if line or (k and lines[k - 1])]


def comments_above(lines: list[str]) -> list[str]:
    """Return lines that fit the page: too long a comment stands above its line, and above those a backslash joins."""
    found: list[str] = []
    for line in lines:
        comment = comment_of(line) if len(line) + INDENT > WIDTH else ""
        code = line.removesuffix(comment).rstrip()
        if comment and code:
            found.append(code)
            first = len(found) - 1
            while first and found[first - 1].endswith("\\"):
                first -= 1
            pad = len(found[first]) - len(found[first].lstrip())
            found.insert(first, " " * pad + comment)
        else:
            found.append(line)
    return found


def is_function(stage: ir.Stage, circuit: ir.Circuit) -> bool:
    """Return whether a statement only gives a local function its name."""
    statement = stage.statement
    if stage.wire is not None or not stage.binds:
        return False
    if isinstance(statement, ast.FunctionDef):
        return not statement.decorator_list
    if not isinstance(statement, ast.Assign):
        return False
    value = statement.value
    return isinstance(value, ast.Lambda) or (
        isinstance(value, ast.Name)
        and isinstance(circuit.trace.run.fact(value).sample, FunctionType)
    )


def begun_as_numbers(target: ast.expr, value: ast.expr) -> Iterator[str]:
    """Yield what is bound to a number written out, or to a display of such: `s = 1.0`, `d = {"s": 1.0}`."""
    match value:
        case ast.Constant(int() | float()):
            yield syntax.show(target)
        case ast.Dict(keys=keys, values=values):
            for key, item in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant):
                    yield from begun_as_numbers(syntax.index(target, key), item)
        case ast.List(elts=items):
            for k, item in enumerate(items):
                yield from begun_as_numbers(syntax.index(target, syntax.constant(k)), item)


def holds_arrays(value: Any) -> bool:
    return isinstance(value, list | dict) and any(
        isinstance(one, np.ndarray) for one in held_in(value)
    )
