"""An exercise, stage by stage. In: a backward function that may be unfinished. Out: what is right, and what is seen in
the first that is not.

Every stage is judged by its own line: once a variable was found wrong, or is still to be written, it is given its true
gradient, and what is made from it is judged as if it had been right. So one early mistake does not hide the others, and
the stages can be written in any order. The true gradients are numbers found by moving the variables of the forward
pass, at a random upstream gradient; no answer is stored anywhere.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from codegen.errors import aligned
from codegen.judge.code import Statement, code_of
from codegen.judge.forms import bare, bound, variables_of
from codegen.judge.judging import Judging, Local, Reference
from codegen.judge.lines import Search
from codegen.judge.mistakes import mistake, relation
from codegen.judge.numbers import Compared
from codegen.judge.numbers import against as compared_arrays
from codegen.judge.points import Point
from codegen.judge.probes import Truths, is_full
from codegen.judge.reading import Item
from codegen.judge.report import Judgement, Mistake
from codegen.judge.running import UNWRITTEN, Other, Ran, silence
from codegen.judge.suspects import Suspect
from codegen.judge.todo import TODO
from codegen.judge.truth import Estimate
from codegen.judge.watching import Watch, Wrong
from codegen.pytree import is_number
from codegen.records import dataclass

todo = TODO  # what stands for a line that is still to be written
ENTRIES = 400  # of a variable whose true gradient is needed whole
RIGHT, WRONG, OPEN, WAITS = "right", "wrong", "to do", "waits"


@dataclass(frozen=True)
class Step:
    """A variable of the backward pass in an exercise."""

    variable: str
    line: int
    """The line that is wrong, or the one that sets it first, from the `def` of the function."""
    text: str
    """That line."""
    verdict: str
    """"right", "wrong", "to do", or "waits": for one that comes before it."""
    mistake: Mistake | None = None


SOUND = Step("", 0, "", RIGHT)


@dataclass(frozen=True)
class Progress:
    """How far an exercise is done."""

    name: str
    """Of the backward function."""
    steps: tuple[Step, ...]
    whole: Judgement | None = None
    """Of the finished function, at other values and sizes too; None while something is wrong or to do."""
    fault: str = ""
    """What the function raises, if it does."""
    hints: int = 2
    """How much is said about what is wrong: 1 where it is, 2 what is seen, 3 what to think about."""

    @property
    def ok(self) -> bool:
        """Whether the exercise is done."""
        return self.whole is not None and self.whole.ok

    @property
    def share(self) -> float:
        """The share of the stages that are right, from 0 to 1."""
        if self.whole is not None:
            return self.whole.stage_share
        return sum(s.verdict == RIGHT for s in self.steps) / len(self.steps) if self.steps else 0.0

    def stage(self, variable: str) -> Step:
        return next(step for step in self.steps if step.variable == variable)

    def assert_stage(self, variable: str) -> None:
        """Raise an AssertionError that says what is wrong, unless a stage is right."""
        __tracebackhide__ = True
        found = [step for step in self.steps if step.variable == variable]
        if not found or found[0].verdict != RIGHT:
            text = "\n".join(self.said(found[0])) if found else f"{variable}: there is no such line"
            raise AssertionError(text if not self.fault else f"{text}\n{self.fault}")

    def __str__(self) -> str:
        right = sum(step.verdict == RIGHT for step in self.steps)
        lines = [f"{self.name}: {right} of {len(self.steps)} stages are right"]
        verdicts = [(step.variable, step.verdict) for step in self.steps]
        lines += [f"  {line}" for line in aligned(verdicts)]
        first = next((step for step in self.steps if step.verdict == WRONG), None)
        if first is not None:
            lines += [f"  {line}" for line in ("first wrong stage:", *self.said(first))]
        lines += [f"  {self.fault}"] if self.fault else []
        if self.whole is not None:
            lines += [str(self.whole)]
        return "\n".join(lines)

    def said(self, step: Step) -> list[str]:
        place = f", in line {step.line}: {step.text}" if step.line else ""
        where = f"{step.variable}: {step.verdict}{place}"
        found = [where]
        if step.mistake is not None and self.hints >= 2:
            found.append(f"what is seen: {step.mistake.seen}")
        if step.mistake is not None and self.hints >= 3 and step.mistake.hint:
            found.append(f"hint: {step.mistake.hint}")
        return found


def progress(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    *args: Any,
    hints: int = 2,
    **kwargs: Any,
) -> Progress:
    """Judge an exercise as far as it is done.

    Parameters
    ----------
    forward : callable
        `f_forward`, which returns the output and the cache.
    backward : callable
        `f_backward`, in which `todo` may stand for what is not written yet.
    *args, **kwargs
        The example.
    hints : {1, 2, 3}
        How much is said about what is wrong: where it is, what is seen, what to think about.

    Returns
    -------
    Progress
        Its text is the feedback.
    """
    reference = Reference(forward, args, kwargs)
    with silence():
        wrong = wrong_of(Judging(reference, backward, None, forward, Local))
        steps = tuple(steps_of(wrong))
        raised = wrong.ran.raised
        fault = f"{backward.__name__} raises {raised}" if raised is not None else ""
        done = not fault and not any(step.verdict in (WRONG, OPEN) for step in steps)
        whole = Judging(reference, backward, None, forward, Local).judgement() if done else None
    # of the trips of a long loop not all true gradients are known
    if whole is not None and whole.ok:
        steps = tuple(replace(step, verdict=RIGHT) for step in steps)
    return Progress(backward.__name__, steps, whole, fault, hints)


def numbers(
    forward: Callable[..., Any],
    given: Mapping[str, Any],
    dout: Any,
    *args: Any,
    hints: int = 2,
    **kwargs: Any,
) -> Progress:
    """Judge gradients that were worked out by hand, to two digits, or their shapes.

    Parameters
    ----------
    forward : callable
        `f_forward`, which returns the output and the cache.
    given : mapping
        A number, an array or, as a tuple, a shape for each gradient; None for what is still to do.
    dout : float or array
        The upstream gradient that was started with.
    *args, **kwargs
        The example.
    hints : {1, 2, 3}
    """
    with silence():
        truths = truths_of(forward, dout, *args, **kwargs)
        steps = tuple(step_of(name, value, truths) for name, value in given.items())
    return Progress("gradients by hand", steps, None, "", hints)


def truths_of(forward: Callable[..., Any], dout: Any, *args: Any, **kwargs: Any) -> Truths:
    """Return the true gradients of the variables of a forward function that returns a cache, too."""
    made = bound(forward, args, kwargs)
    weights = tuple(
        np.asarray(one, np.float64) for one in (dout if isinstance(dout, tuple) else (dout,))
    )
    return Truths(made.forward, True, made.values, weights, ENTRIES)


def gradient_by_name(truths: Truths, name: str) -> Estimate | None:
    """Return the gradient of a variable that has one value and one gradient; None if it has several."""
    versions = truths.definitions(name)
    whole = [one.estimate for one in versions if one.estimate.known.all()]
    if not whole or len(whole) < len(versions):
        return None
    return whole[0] if are_one(whole) else None


def are_one(estimates: Sequence[Estimate]) -> bool:
    """Return whether some gradients are the same array."""
    first = estimates[0].value
    return all(e.value.shape == first.shape and np.allclose(e.value, first) for e in estimates)


def step_of(name: str, value: Any, truths: Truths) -> Step:
    true = gradient_by_name(truths, name.removeprefix("d").removeprefix("_"))
    if value is None or true is None:
        return Step(name, 0, "", OPEN if value is None else WAITS)
    if isinstance(value, tuple):
        shape = true.value.shape
        found = mistake("shape", variable=name, found=value, expected="that of its variable")
        return Step(name, 0, f"{value}", *((RIGHT,) if value == shape else (WRONG, found)))
    mine = np.asarray(value, np.float64)
    close = mine.shape == true.value.shape and bool(
        np.all(np.abs(mine - true.value) <= 0.0051 + 0.005 * np.abs(true.value))
    )
    if close:
        return Step(name, 0, f"{value}", RIGHT)
    exact = mine
    if mine.shape == true.value.shape:  # two digits are as good as all
        for factor in (-1.0, 2.0, 0.5):
            if np.all(np.abs(mine - factor * true.value) <= 0.0051 + 0.005 * np.abs(true.value)):
                exact = factor * true.value
    kind, facts = relation(exact, true) or ("unknown", {})
    return Step(name, 0, f"{value}", WRONG, mistake(kind, variable=name, **facts))


def wrong_of(judging: Judging) -> Wrong:
    """Return a backward function at the example as what is to be searched for wrong lines."""
    point = Point("the example", "example", judging.example)
    outs = judging.outputs(point.values)
    return judging.wrong_at(point, outs, judging.weights(outs, 1))


def steps_of(wrong: Wrong) -> list[Step]:
    code = code_of(wrong.backward.function)
    if code is None:
        return result_steps(wrong, wrong.ran, ())
    watch = Watch(wrong, code, {}, ENTRIES)
    labels = [
        label
        for label in dict.fromkeys(label for s in code.statements for label in s.labels)
        if watch.named_after(label) and watch.truths.definitions(watch.named_after(label)[0])
    ]
    first = code.tree.lineno - 1
    found: dict[str, Step] = {}
    put: dict[int, ast.stmt] = {}
    sound = False  # whether nothing is wrong any more
    while True:
        search = Search(watch)
        suspect = next((s for s in search.suspects.of(watch.ran) if s.label not in found), None)
        left = [label for label in labels if label not in found]
        unwritten = next((one for one in left if is_only_to_do(watch, one)), None)
        setting = {one: [s for s in code.statements if one in s.labels] for one in left}
        if unwritten is not None and (
            suspect is None or setting[unwritten][0].index < suspect.statement
        ):
            label, statement, verdict, mistake = unwritten, setting[unwritten][0], OPEN, None
        elif suspect is not None and suspect.label in labels:
            place, mistake = search.about(suspect)
            label, verdict = suspect.label, WRONG
            statement = next(s for s in code.statements if s.line == place.line)
        else:
            sound = True
            break
        shown = Step(
            label, statement.node.lineno - first, code.written(statement), verdict, mistake
        )
        found[label] = shown
        true = true_statement(watch, label, suspect if verdict == WRONG else None)
        last_set = completing(setting[label], statement)
        repeated = sum(s.statement == last_set and s.label == label for s in watch.ran.seen) > 1
        if true is None or repeated:
            break
        put[last_set] = true
        watch = Watch(wrong, code, put, ENTRIES)
    records = watch.records(watch.ran)
    last = {seen.label: seen.value for seen in records}
    for label in labels:
        if label not in found:
            versions = watch.truths.definitions(watch.named_after(label)[0])
            right = label in last and is_full(last[label], versions)
            # in place it may be the gradient of what its variable was before, too
            right |= sound and any(is_full(s.value, versions) for s in records if s.label == label)
            statement = next(s for s in code.statements if label in s.labels)
            text, line = code.written(statement), statement.node.lineno - first
            found[label] = Step(label, line, text, RIGHT if right else WAITS)
    return [*(found[label] for label in labels), *result_steps(wrong, watch.ran, labels)]


def completing(setting: Sequence[Statement], statement: Statement) -> int:
    """Return the statement that completes a gradient, or the one before items are put: `dx[x <= 0] = 0`."""
    last = statement.index
    for other in setting:
        node = other.node
        if other.index > last and isinstance(node, ast.Assign):
            if isinstance(node.targets[0], ast.Subscript) and other.node is not statement.node:
                break
        last = max(last, other.index)
    return last


def result_steps(wrong: Wrong, ran: Ran, labels: Sequence[str]) -> list[Step]:
    """Return the arguments whose gradients are no stages, such as lists, as stages: what is returned for them."""
    if ran.raised is not None:
        return []
    known = {one for label in labels for one in variables_of(label)}
    found: dict[str, Step] = {}
    for item in wrong.reading_of(ran).items:
        name, true = f"d{item.leaf.argument}", wrong.bad[item.leaf.label]
        if bare(item.leaf.argument) in known or found.get(name, SOUND).verdict != RIGHT:
            continue
        if isinstance(item.value, Other):
            found[name] = Step(name, 0, "", OPEN)
        elif not isinstance(item.value, np.ndarray) or against(item, true).wrong:
            related = relation(np.asarray(item.value, np.float64), true)
            kind, facts = related or ("unknown", {})
            found[name] = Step(
                name, 0, "", WRONG, mistake(kind, variable=item.leaf.gradient, **facts)
            )
        else:
            found[name] = Step(name, 0, "", RIGHT)
    if holds_unwritten(ran.result):
        for argument in dict.fromkeys(leaf.argument for leaf in wrong.leaves):
            if bare(argument) not in known:
                found.setdefault(f"d{argument}", Step(f"d{argument}", 0, "", OPEN))
    return list(found.values())


def holds_unwritten(result: Any) -> bool:
    """Return whether something in a result is still to be written."""
    if isinstance(result, dict):
        return any(holds_unwritten(part) for part in result.values())
    if isinstance(result, (list, tuple)):
        return any(holds_unwritten(part) for part in result)
    return isinstance(result, Other) and result == UNWRITTEN


def against(item: Item, true: Estimate) -> Compared:
    """Return how a result compares with the true gradient, its shape included."""
    if not is_number(item.value) or item.value.shape != true.value.shape:
        return Compared(None, True)
    return compared_arrays(item.value, true, item.leaf.gradient)


def is_only_to_do(watch: Watch, label: str) -> bool:
    """Return whether what a label holds is still to be written, in a line of its own."""
    lines = [s for s in watch.code.statements if label in s.labels and s.index not in watch.put]
    return any("todo" in s.reads for s in lines)


def true_statement(watch: Watch, label: str, suspect: Suspect | None) -> ast.stmt | None:
    """Return the statement that gives a variable its true gradient; None if that is not one array at one time."""
    versions = watch.truths.definitions(watch.named_after(label)[0])
    values = [one.estimate for one in versions]
    true = suspect.true.estimate if suspect is not None else values[0]
    if suspect is None and not are_one(values) or not true.known.all():
        return None
    text = f"__import__('numpy').array({true.value.tolist()!r})"
    if not true.value.ndim:
        text = repr(float(true.value))
    return ast.parse(f"{label} = {text}").body[0]
