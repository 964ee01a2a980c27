"""The judge on a corpus of wrong and right backward functions. `python -m tests.test_judge_cases` prints the figures."""

import importlib
import inspect
import pathlib
import re
import runpy
import sys
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest

import codegen
from codegen.inputs import example_inputs
from tests.cases.judged import (
    by_hand,
    forms,
    held_out,
    losses_and_layers,
    models,
    mutants,
    published,
    students,
    vectorised,
)
from tests.cases.judged.mutants import Case, lines_of

ROOT = pathlib.Path(__file__).parent.parent
EVERY = 32  # of the cases that a program makes, one in so many is judged in the short run


def written_by_hand() -> Iterator[Case]:
    """Yield the wrong functions written by hand, with what their marks say."""
    kinds = mutants.functions()
    for name, function in vars(by_hand).items():
        kind, _, what = name.partition("__")
        if kind not in kinds or not what:
            continue
        module, args = kinds[kind]
        lines, first = inspect.getsourcelines(function)
        marks = [
            (first + k, line.split("#! ")[1].split("|"))
            for k, line in enumerate(lines)
            if "#! " in line
        ]
        ((line, names),) = marks
        names = frozenset(n.strip() for n in names)
        forward = getattr(module, f"{kind}_forward")
        yield Case(name, forward, function, args, lines_of(function, line), names)


def judged(case: Case) -> tuple[bool, bool, bool]:
    """Return whether a wrong function was found, its first wrong line, and the kind of its mistake."""
    found = case.judged()
    line = found.place is not None and found.place.line in case.lines
    kind = found.mistake is not None and found.mistake.kind in case.kinds
    return not found.ok, line, kind


def figures(cases: list[Case]) -> tuple[int, int, int, int, list[str]]:
    """Return how many cases there are, how many are found, with the right line, with the right kind; and the others."""
    results = {case.name: judged(case) for case in cases}
    others = [name for name, result in results.items() if not all(result)]
    columns = list(zip(*results.values()))
    return len(results), *map(sum, columns), others


def assert_good(cases: list[Case], spare: int = 0) -> None:
    """Hold the figures; a sample is so small that a few more may be off than the share allows."""
    count, found, lines, kinds, others = figures(cases)
    assert found == count, others
    assert lines + spare >= 0.95 * count, others
    assert kinds + spare >= 0.8 * count, others


@pytest.mark.sample(of="test_all_mutants_are_found")
def test_a_sample_of_mutants_is_found() -> None:
    assert_good(list(mutants.mutants())[::EVERY], 1)


@pytest.mark.long
def test_all_mutants_are_found() -> None:
    cases = list(mutants.mutants())
    assert len(cases) >= 300
    assert len({case.name.split()[0] for case in cases}) >= 40
    assert_good(cases)


@pytest.mark.sample(of="test_all_written_by_hand_are_found")
def test_a_sample_written_by_hand_is_found() -> None:
    assert_good(list(written_by_hand())[::5], 1)


@pytest.mark.long
def test_all_written_by_hand_are_found() -> None:
    cases = list(written_by_hand())
    assert len(cases) >= 60
    assert_good(cases)


@pytest.mark.sample(of="test_what_was_held_out_is_found")
def test_a_sample_of_what_was_held_out_is_found() -> None:
    assert_good(list(held_out.wrong())[::8], 1)


@pytest.mark.long
def test_what_was_held_out_is_found() -> None:
    cases = list(held_out.wrong())
    assert len(cases) >= 60
    assert_good(cases)


@pytest.mark.sample(of="test_submissions_are_found")
def test_a_sample_of_submissions_is_found() -> None:
    assert_good(list(students.wrong())[::8], 1)


@pytest.mark.long
def test_submissions_are_found() -> None:
    cases = list(students.wrong())
    assert len(cases) >= 35
    assert_good(cases)


LATER = [vectorised, losses_and_layers, models]


@pytest.mark.sample(of="test_later_submissions_are_found")
@pytest.mark.parametrize("corpus", LATER, ids=lambda m: m.__name__)
def test_a_sample_of_later_submissions_is_found(corpus: ModuleType) -> None:
    assert_good(list(corpus.wrong())[::8], 1)


@pytest.mark.long
@pytest.mark.parametrize("corpus", LATER, ids=lambda m: m.__name__)
def test_later_submissions_are_found(corpus: ModuleType) -> None:
    cases = list(corpus.wrong())
    assert len(cases) >= 20
    assert_good(cases)


@pytest.mark.parametrize("corpus", LATER, ids=lambda m: m.__name__)
def test_later_submissions_are_right(corpus: ModuleType) -> None:
    cases = list(corpus.right())
    assert len(cases) >= 12
    assert rejected(cases) == []


def test_submissions_in_odd_dress_are_right() -> None:
    cases = list(students.right())
    assert len(cases) >= 25
    assert rejected(cases) == []


def rejected(cases: list[Case]) -> list[str]:
    return [f"{case.name}\n{found}" for case in cases if not (found := case.judged()).ok]


@pytest.mark.sample(of="test_no_other_form_is_rejected")
def test_a_sample_of_other_forms_is_right() -> None:
    assert rejected(list(forms.cases())[::EVERY]) == []


@pytest.mark.long
def test_no_other_form_is_rejected() -> None:
    cases = list(forms.cases())
    assert len(cases) >= 300
    assert rejected(cases) == []


@pytest.mark.sample(of="test_what_was_held_out_is_right")
def test_a_sample_of_what_was_held_out_is_right() -> None:
    assert rejected(list(held_out.right())[::8]) == []


@pytest.mark.long
def test_what_was_held_out_is_right() -> None:
    cases = list(held_out.right())
    assert len(cases) >= 40
    assert rejected(cases) == []


def test_closed_forms_are_right() -> None:
    from tests.cases.judged import closed

    cases = list(closed.cases())
    assert len(cases) >= 10
    assert rejected(cases) == []


@pytest.mark.parametrize(
    ("name", "derivative", "wrt", "kind", "words"),
    [
        ("bessel_like", "bessel_like_gradient", "x", "other_argument", "derivative by order"),
        ("portfolio", "portfolio_gradient", "w", "term_missing", "cost = 0.1 * np.sum(w**4)"),
        (
            "beale",
            "beale_gradient",
            "x",
            "term_factors",
            "that of `one = 1.5 - a + a * b` has the wrong sign; "
            "that of `two = 2.25 - a + a * b**2` is 2 times what it should be",
        ),
        ("smooth_abs", "smooth_abs_gradient", "x", "only_positive", "negative data"),
        ("call_price", "call_price_gamma", "s", "factor", "7 times"),
    ],
)
def test_published_mistakes(name: str, derivative: str, wrt: str, kind: str, words: str) -> None:
    args = published.EXAMPLES[name]
    found = codegen.check(getattr(published, name), getattr(published, derivative), *args, wrt=wrt)
    assert not found.ok
    assert found.mistake is not None
    assert found.mistake.kind == kind, str(found)
    assert words in str(found)


def test_a_changed_input_is_a_fault() -> None:
    args = published.EXAMPLES["bessel_like"]
    found = codegen.check(published.bessel_like, published.bessel_like_gradient, *args, wrt="x")
    assert any(re.match("x is changed in place", fault) for fault in found.faults)


def generated() -> list[pathlib.Path]:
    """The checked-in modules in the style of a pair."""
    return sorted(
        p for p in (ROOT / "generated").glob("*/*.py") if "one_function" not in p.parent.name
    )


def own_is_right(path: pathlib.Path) -> None:
    """Judge a generated pair against the example that it was written from."""
    target = path.read_text().split(" from ")[1].split(" ")[0]
    module, _, name = target.rpartition(".")
    function = getattr(importlib.import_module(module), name)
    space = runpy.run_path(str(path))
    base = name.removesuffix("_forward")
    inputs = example_inputs(function)
    half, backward = space[f"{base}_forward"], space[f"{base}_backward"]
    found = codegen.check(function, backward, *inputs.args, forward=half, **inputs.kwargs)
    assert found.ok, str(found)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=[pytest.mark.long] if number % 7 else [])
        for number, path in enumerate(generated())
    ],
)
def test_our_own_is_never_rejected(path: pathlib.Path) -> None:
    own_is_right(path)


def test_a_loop_that_does_not_end_elsewhere_is_left_alone() -> None:
    def root(a):
        x = a
        while abs(x * x - a) > 1e-9:
            x = 0.5 * (x + a / x)
        return x

    def root_grad(a):
        return 0.5 / np.sqrt(a)

    found = codegen.check(root, root_grad, 2.0)
    assert found.ok, str(found)


def test_a_kink_is_not_judged() -> None:
    def relu(x):
        return np.maximum(0, x)

    def relu_backward(dout, x):
        return dout * (x > 0)

    found = codegen.check(relu, relu_backward, np.array([0.0, 1.0, -1.0]))
    assert found.ok
    assert found.findings[0].kinks == 1
    only = codegen.check(relu, lambda dout, x: dout * (x > 0), 0.0)
    assert only.findings[0].verdict in ("right", "not judged")


if __name__ == "__main__":
    corpora = {
        "mutants": mutants.mutants(),
        "by hand": written_by_hand(),
        "held out": held_out.wrong(),
        "submissions": students.wrong(),
        "vectorised": vectorised.wrong(),
        "losses and layers": losses_and_layers.wrong(),
        "models": models.wrong(),
    }
    for title, cases in corpora.items():
        count, found, lines, kinds, others = figures(list(cases))
        print(f"{title}: {count}, found {found}, first wrong line {lines}, kind {kinds}")
        print("  not whole:", ", ".join(others) or "none", file=sys.stdout)
    for title, cases in (
        ("other forms", forms.cases()),
        ("held out", held_out.right()),
        ("submissions", students.right()),
        ("vectorised", vectorised.right()),
        ("losses and layers", losses_and_layers.right()),
        ("models", models.right()),
    ):
        right = list(cases)
        print(f"{title}: {len(right)}, rejected {len(rejected(right))}")
