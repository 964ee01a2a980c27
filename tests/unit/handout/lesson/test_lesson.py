"""Every number, equation and word with a truth value on a page, recomputed from finite differences.

The pages are read as a student reads them; what they say of a wire is compared with what happens to the output when the
value on that wire moves a little, at that place and in that trip.
"""

from __future__ import annotations

import functools
import json
import math
import re
from typing import Any

import numpy as np
import pytest

import codegen
from codegen.handout import write_circuit
from codegen.handout.lesson import lesson
from examples.losses import svm_loss
from tests.drawn import Gate
from tests.made import handed_out, made
from tests.unit.handout.functions import (
    OWN,
    Pair,
    Settings,
    changed_unless_large,
    examples,
    halved_at_times,
    halved_until_small,
    moved_entries,
    numbered_beside_items,
    of_a_pair,
    of_items,
    of_settings,
    positive_ones,
    raised_in_a_dict,
    unlike_sides,
)
from tests.unit.handout.pages import (
    FACTOR,
    NUMBER,
    Page,
    equations,
    parsed,
    plain,
    unit,
    wrong_equation,
)
from tests.unit.handout.truth import Forward, Place, Slope, moved, slope, weighed

FUNCTIONS = examples()
NAMES = sorted(FUNCTIONS)
SOME = 5
KINKS = re.compile(r"are equal|exactly 0|at a kink|several|subgradient")


@functools.cache
def module(name: str) -> Any:
    function, args = FUNCTIONS[name]
    return codegen.generate(function, *args) if function in OWN else made(function)


class Told:
    """Everything a handout tells of a function, beside the function itself."""

    def __init__(self, name: str) -> None:
        self.function, self.args = FUNCTIONS[name]
        self.module = module(name)
        files = handed_out(self.module)
        self.page = Page(files[".html"])
        self.markdown = files[".md"]
        cells = json.loads(files[".ipynb"])["cells"]
        self.cells = ["".join(c["source"]) for c in cells]
        self.notebook_words = "\n".join(
            "".join(c["source"]) for c in cells if c["cell_type"] == "markdown"
        )
        found = next(c for c in self.cells if c.startswith("dout = "))
        scope: dict[str, Any] = {"np": np}
        exec(
            (
                found.splitlines()[0]
                if "\n" not in found.split("\nd")[0]
                else found[: found.rindex("\nd", 0, found.rindex("_backward("))]
            ),
            scope,
        )  # noqa: S102  # the notebook's own upstream gradient
        self.dout = scope["dout"]
        self.forward = Forward(
            self.page.lines("forward"), self.module.namespace, self.args, self.dout
        )
        self.single = any(getattr(a, "dtype", None) == np.float32 for a in self.args)
        self.wires = self.page.pictures[0].gates

    def output(self, *args: Any) -> float:
        return weighed(self.function(*args), self.dout)

    def leaf(self, path: str) -> tuple[Any, Any]:
        """Return the value of an argument or of a part of one, and a function that gives the output for another."""
        names = list(self.forward.tree.args.args)
        names = [a.arg for a in names]
        for k, name in enumerate(names):
            for text, value, write in leaves(name, self.args[k]):
                if path in (text, flat(text)):

                    def run(new: Any, k: int = k, write: Any = write) -> float:
                        args = list(self.args)
                        args[k] = write(new)
                        return self.output(*args)

                    return value, run
        raise KeyError(path)

    def entry(self, name: str) -> tuple[float, Any]:
        """Return the size of an argument, and the output as a function of a step of one entry of it."""
        path = re.fullmatch(r"(.*?)(\[\d+(?:, \d+)*\])?", name)
        try:
            value, run = self.leaf(name)
            index: tuple[int, ...] = ()
        except KeyError:
            value, run = self.leaf(path[1])
            index = tuple(int(n) for n in path[2].strip("[]").split(", "))
        size = max(1e-3, float(np.max(np.abs(value))))
        return size, lambda h: run(moved(value, index, h))

    def places(self, wire: Gate) -> list[Place]:
        """Return the places where a wire may begin."""
        text = wire.text.removeprefix(f"{wire.name} = ") if wire.name else wire.text
        if wire.label == "↻":
            return self.forward.starts(wire.name, wire.stage, len(trips_of(wire) or (0,)))
        return self.forward.places(wire.stage, wire.name, text)


def flat(text: str) -> str:
    """Return how a part of an argument may be called in a picture."""
    return re.sub(r"\['?([^\]']*)'?\]", r"\1" if re.search(r"\[\d+\]", text) else r"_\1", text)


def leaves(name: str, value: Any):
    """Yield each part of an argument with a function that writes another in its place."""
    yield name, value, lambda new: new
    keys = (
        value
        if isinstance(value, dict)
        else range(len(value)) if isinstance(value, list | tuple) else ()
    )
    for key in keys:
        for text, part, write in leaves(f"{name}[{key!r}]", value[key]):

            def inner(new: Any, key: Any = key, write: Any = write) -> Any:
                fresh = dict(value) if isinstance(value, dict) else list(value)
                fresh[key] = write(new)
                return tuple(fresh) if isinstance(value, tuple) else fresh

            yield text, part, inner


def trips_of(wire: Gate) -> tuple[int, ...]:
    """Return the trips of the loops around a gate."""
    return tuple(int(a) for a, _ in re.findall(r"(\d+) of (\d+)", wire.trip))


def numbers(text: str) -> list[float]:
    """Return the numbers of a tooltip."""
    return [
        parsed(n)
        for n in re.findall(NUMBER, re.sub(r"^\[[\dx]+\]: ", "", text).partition(", …")[0])
    ]


def some(count: int) -> list[int]:
    """Return a few places among so many."""
    return sorted(set(np.linspace(0, count - 1, SOME).astype(int))) if count else []


def is_leaf(value: Any) -> bool:
    """Return whether a value is a float, or an array of floats."""
    return isinstance(value, float | np.floating) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f"
    )


@pytest.fixture(scope="module", params=NAMES)
def told(request):
    return Told(request.param)


def judged(told: Told, at: Any, value: Any, shown: str, wire: str) -> list[Slope]:
    """Compare the gradient that a wire shows with the slopes of the output by its entries; return these."""
    given = numbers(shown)
    size = max(1e-3, float(np.max(np.abs(np.asarray(value)), initial=0.0)))
    found = []
    for k in some(min(len(given), np.size(value))):
        index = tuple(int(i) for i in np.unravel_index(k, np.shape(value)))
        truth = slope(lambda h, index=index: at(moved(value, index, h)), size, told.single)
        slack = (1e-5 if np.ndim(value) == 0 else 6e-4) * (50 if told.single else 1)
        assert truth.allows(given[k], slack + 1e-4 * abs(given[k]) * told.single), (
            wire,
            index,
            given[k],
            truth,
        )
        found.append(truth)
    return found


def test_every_wire_has_the_gradient_of_its_place_and_trip(told):
    kinks = False
    for picture in told.page.pictures:
        for wire in picture.gates:
            if wire.kind == "input":
                value, run = told.leaf(wire.name)
                if isinstance(value, list | tuple | dict):
                    continue
                assert numbers(wire.exact_value) == pytest.approx(
                    np.ravel(value)[: 24 if np.ndim(value) else 1], rel=1e-6, abs=6e-4
                )
                assert wire.exact_gradient, wire
                kinks |= any(
                    s.is_kink() for s in judged(told, run, value, wire.exact_gradient, wire.name)
                )
                continue
            places = told.places(wire)
            assert places, (wire.text, wire.stage)
            trips = trips_of(wire) or None
            complaints = []
            for place in places:
                value, where = place.value(trips)
                if not is_leaf(value):
                    break
                try:
                    assert len(trips_of(wire)) == len(where), "the trip is not said"
                    shown = numbers(wire.exact_value)
                    assert shown == pytest.approx(
                        np.ravel(value)[: len(shown)], rel=1e-6, abs=6e-4
                    ), (wire.text, "value")
                    assert wire.exact_gradient, (wire.text, "no gradient")
                    run = functools.partial(
                        lambda new, place, where: place.output(where, lambda _: new),
                        place=place,
                        where=where,
                    )
                    kinks |= any(
                        s.is_kink()
                        for s in judged(told, run, value, wire.exact_gradient, wire.text)
                    )
                    break
                except AssertionError as error:
                    complaints.append(error)
            else:
                raise complaints[0]
            rounded(wire)
    assert not kinks or KINKS.search(told.page.said)


def rounded(wire: Gate) -> None:
    """Check that a wire shows its exact numbers rounded."""
    for short, exact in ((wire.value, wire.exact_value), (wire.gradient, wire.exact_gradient)):
        if re.fullmatch(NUMBER, short) and re.fullmatch(NUMBER, exact):
            assert abs(parsed(short) - parsed(exact)) <= unit(short) * 1.001 + 1e-9, wire


def test_equations_hold_as_they_are_printed(told):
    for text in (told.page.said, told.markdown, told.notebook_words):
        found = equations(text)
        assert [e for e in found if wrong_equation(e)] == []
        assert not re.search(r"−0(\.0+)?(?![\d.])", text), re.search(
            r".{30}−0(\.0+)?(?![\d.]).{9}", text
        )
        assert not re.search(r"[·+×] −", text), "a negative factor without brackets"
        assert not re.search(r"(?<![\w\-\]])−−", text)


def test_forks_add_up_to_the_gradient_of_their_wire(told):
    picture = told.page.pictures[0]
    named = {}
    for wire in picture.gates:
        named.setdefault(called(wire), []).append(wire)
    sources = [source for source, target, _ in picture.arrows if source < target]
    forked = {called(g) for g in picture.gates if sources.count(g.number) > 1}
    lines = [re.match(r"(.*?)(?: \((trip [^)]*)\))? forks into", s) for s in told.page.forks]
    assert forked <= {m[1] for m in lines}
    for found in lines:
        (name, trip), line = found.groups(), found.string
        of_trip = tuple(int(a) for a in re.findall(r"(\d+) of", trip or ""))
        count = int(re.search(r"forks into (\d+)", line)[1])
        equation = next(iter(equations(line)), None)
        if equation is None:
            continue
        assert (
            len(re.findall(FACTOR, equation.partition(" = ")[0].partition(" ≈ ")[0])) == count
        ), line
        total = re.split(" [=≈] ", equation)[1]
        shown = [
            parsed(w.exact_gradient)
            for w in named[name]
            if re.fullmatch(NUMBER, w.exact_gradient) and (not trip or trips_of(w) == of_trip)
        ]
        assert any(abs(parsed(total) - s) <= unit(total) * 1.001 for s in shown), line


def called(wire: Gate) -> str:
    """Return what a wire is called in words."""
    return wire.text if wire.kind == "input" else wire.name or wire.text


def test_each_gate_hands_on_what_it_says(told):
    for row in told.page.table("gates"):
        wire = next(w for w in told.wires if w.number == row.gate)
        words = row.cells[-1]
        for name, equation in re.findall(
            rf"<code>([^<]*)</code>(?: gets|:) ({FACTOR}(?: · {FACTOR})+ [=≈] {FACTOR})", words
        ):
            _, part = re.split(" [=≈] ", equation)
            truths = []
            for place in told.places(wire):
                _, where = place.value(trips_of(wire) or None)
                inner = [p for p in place.operand(plain(name))]
                size = 1.0
                for p in inner:
                    value, at = p.value(where if where else None)
                    size = max(1e-3, float(np.max(np.abs(value))))
                    truths.append(p.slope(at, (), size, told.single))
            assert truths, (wire.text, name)
            ok = [t for t in truths if t.allows(parsed(part), unit(part) * 1.01)]
            both = slope_sum(truths)
            assert ok or abs(both - parsed(part)) <= unit(part) * 1.01 + 1e-6, (
                wire.text,
                name,
                equation,
                truths,
            )


def slope_sum(truths: list[Slope]) -> float:
    """Return the sum of slopes, as for an operand that enters twice."""
    return sum(t.both for t in truths)


def test_what_a_gate_wants_is_the_sign_and_size_of_its_slope(told):
    for row in told.page.table("gates"):
        wire = next(w for w in told.wires if w.number == row.gate)
        for way, force in re.findall(
            rf"wants [^.]*?(higher|lower), with a force of ({NUMBER})", plain(row.cells[-1])
        ):
            gradient = parsed(wire.exact_gradient)
            assert (gradient > 0) == (way == "higher"), (wire.text, gradient, way)
            assert abs(abs(gradient) - parsed(force)) <= unit(force) * 1.001, (
                wire.text,
                gradient,
                force,
            )


def test_winners_and_ties_are_told_truly(told):
    for row in told.page.table("gates"):
        words = plain(row.cells[-1])
        wire = next(w for w in told.wires if w.number == row.gate)
        for name, size, number in re.findall(
            rf"goes to (\S.*?), the (higher|lower) input \(({NUMBER})\)", words
        ):
            operands = {}
            for place in told.places(wire):
                _, where = place.value(trips_of(wire) or None)
                for other in plain(row.cells[1]).partition("(")[2].rstrip(")").split(", "):
                    for p in place.operand(other):
                        operands[other] = p.value(where if where else None)[0]
            if len(operands) == 2:
                best = (max if size == "higher" else min)(operands.values())
                assert operands[name] == best, words
                assert len(set(operands.values())) == 2, (words, "a tie is not said")
            assert abs(parsed(number) - operands.get(name, parsed(number))) <= unit(number) * 1.001


SHAPE = r"(?:\[([\dx]*)\]|number)"


def test_dimension_analysis_has_real_shapes_and_gradients(told):
    matrix = False
    for row in told.page.table("gates"):
        wire = next(w for w in told.wires if w.number == row.gate)
        if wire.label in ("@", "dot"):
            place = told.places(wire)[0]
            matrix |= np.ndim(place.value(trips_of(wire) or None)[0]) > 0
    lines = re.findall(r'<code class="shape">(.*?)</code>', told.page.source)
    assert not matrix or lines
    known: dict[str, tuple[int, ...]] = {}
    for wire in told.wires:
        shape = re.match(rf"{SHAPE}: ", wire.exact_value)
        again = [w for w in told.wires if w.name and w.name == wire.name]
        if shape and wire.exact_gradient and len(again) <= 1:
            back = re.match(rf"{SHAPE}: ", wire.exact_gradient)
            assert back and back[1] == shape[1], wire
            known[wire.name or wire.text] = tuple(int(n) for n in shape[1].split("x"))
    for line in lines:
        text = plain(line)
        if re.search(rf": {SHAPE} \. {SHAPE} \. {SHAPE} -> ", text):
            continue  # np.einsum of three
        found = re.match(rf"(.*): {SHAPE} ([.*]) {SHAPE} -> {SHAPE}(?: summed to {SHAPE})?$", text)
        assert found, text
        a, b, c = (tuple(int(n) for n in (found[k] or "").split("x") if n) for k in (2, 4, 5))
        assert product_shape(a, b, found[3]) == c, text
        end = c if "summed" not in text else tuple(int(n) for n in (found[6] or "").split("x") if n)
        target, _, right = found[1].partition(" = ")
        assert (
            "out" in known or "dout" not in right or any(w.name == "out" for w in told.wires)
        ), text
        own = re.fullmatch(r"d(?:\((.*)\)|(.*))", target) if right else None
        name = (own[1] or own[2]) if own else target
        if name in known:
            assert known[name] == end, text
        for inner in re.findall(r"\bd(\w+)\b", right):
            if inner in known:
                shape = known[inner]
                assert {shape, shape[::-1], (*shape, 1), (1, *shape)} & {a, b} or len(
                    shape
                ) > 2, text


def product_shape(a: tuple[int, ...], b: tuple[int, ...], sign: str) -> tuple[int, ...] | None:
    """Return the shape of a product of arrays, of matrices (.) or entry by entry (*)."""
    try:
        left, right = np.zeros(a), np.zeros(b)
        return np.shape(left @ right if sign == "." else left * right)
    except ValueError:
        return None


def test_the_numeric_check_says_what_the_slopes_say(told):
    rows = told.page.table("check")
    assert rows
    for row in rows:
        name, backprop, numeric, said = (plain(c) for c in row.cells)
        size, output = told.entry(name)
        truth = slope(output, size, told.single)
        assert truth.allows(parsed(backprop), unit(backprop) + 1e-4 * told.single), (name, truth)
        if truth.is_kink():
            sides = re.search(rf"at a kink: slopes ({NUMBER}) and ({NUMBER})", said)
            assert sides, said
            assert [parsed(s) for s in sides.groups()] == pytest.approx(
                [truth.left, truth.right], rel=1e-2, abs=1e-2
            )
        else:
            assert "kink" not in said
            assert truth.allows(parsed(numeric), 2 * unit(numeric) + 1e-6 + 1e-3 * told.single), (
                name,
                numeric,
                truth,
            )


def test_the_sensitivity_comes_true_when_it_is_tried(told):
    found = re.findall(
        rf"If `?([^`]+?)`? grew by ({NUMBER}), the output would (rise|fall) by about ({NUMBER})",
        told.page.said,
    )
    scalars = all(isinstance(a, float) for a in told.args) and isinstance(told.dout, float)
    assert found or not scalars or KINKS.search(told.page.said)
    for name, step, way, amount in found:
        _, output = told.entry(name)
        change = output(parsed(step)) - output(0.0)
        assert (change > 0) == (way == "rise"), (name, change)
        assert abs(abs(change) - parsed(amount)) <= 0.1 * abs(change) + unit(amount), (name, change)


def test_the_notebook_finds_the_tools_own_gradients_right(told, capsys):
    scope: dict[str, Any] = {}
    for cell in told.cells:
        if (
            cell.startswith("from IPython")
            or cell.startswith(("#", "**"))
            or told.notebook_words.find(cell) >= 0
        ):
            continue
        exec(cell, scope)  # noqa: S102  # the notebook is what is tested
    lines = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines
    assert all("right" in line or "at a kink: slopes" in line for line in lines), lines


def test_circuits_are_complete(told, tmp_path):
    out = told.function(*told.args)
    text = write_circuit(told.module, tmp_path / "c.dot").read_text()
    leave = len(re.findall(r"-> out\d+", text))
    wanted = len(out) if isinstance(out, tuple | dict) else 1
    assert leave == wanted, text
    drawn = {g.name for g in told.wires if g.kind == "input"}
    for name in told.module.wrt:
        value, _ = told.leaf(name)
        parts = (
            value
            if isinstance(value, dict)
            else range(len(value)) if isinstance(value, list | tuple) else None
        )
        own = {name} if parts is None else {name, *(flat(f"{name}[{k!r}]") for k in parts)}
        assert own & drawn, (name, drawn)


def sides(lines: list[tuple[int, str]]) -> dict[int, set[tuple[str, ...]]]:
    """Return for each stage in which sides of branches its lines stand."""
    found: dict[int, set[tuple[str, ...]]] = {}
    headers: list[tuple[int, str]] = []
    for stage, text in lines:
        if not text.strip():
            continue
        depth = len(text) - len(text.lstrip())
        headers = [h for h in headers if h[0] < depth]
        word = text.split()[0].rstrip(":")
        if text.rstrip().endswith(":") and word in ("if", "elif", "else"):
            headers.append((depth, "else" if word != "if" else "if"))
        elif stage:
            found.setdefault(stage, set()).add(tuple(h[1] for h in headers))
    return found


def test_stage_numbers_stand_on_their_own_side_of_a_branch(told):
    """Or further inside, where one side alone reads what the stage made."""
    there, back = sides(told.page.lines("forward")), sides(told.page.lines("backward"))
    for stage, where in there.items():
        assert stage in back, stage
        for side in back[stage]:
            is_own = any(side[: len(one)] == one for one in where)
            assert is_own or not any("if" in s or "else" in s for s in where | back[stage]), (
                stage,
                where,
                back,
            )


FORMULA = re.compile(r"^\$\$\n(.+)\n\$\$$|(?<![$\w])\$([^$\n]+)\$", re.MULTILINE)


def formulas(text: str) -> list[str]:
    """Return the formulas of a page in Markdown."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    return [a or b for a, b in FORMULA.findall(prose)]


def test_formulas_are_mathematics(told):
    found = formulas(told.markdown)
    assert found or re.search(r"^    ?`", told.markdown, re.M) or "`" in told.markdown
    for text in found:
        for top, bottom in re.findall(r"\\frac\{\\partial (\S+?)\}\{\\partial (\S+?)\} = ", text):
            assert top != bottom, text
        assert not re.search(r"float|np\.|\\operatorname|asarray|\bself\b", text), text
    for line in formulas(told.markdown[: told.markdown.index("## The circuit")]):
        if r"\texttt{" in line or r"\text{" in line:
            continue
        left, _, right = line.replace(" _ ", "_").partition(" = ")
        assert r"\leftarrow" not in line, line
        name = left.replace(r"\quad", "").strip()
        assert name not in re.split(r"(?<![\w}'])|(?![\w{_'])", right), line


def test_local_gradients_are_the_slopes_of_the_gates_own_formula(told):
    rng = np.random.default_rng(7)
    for note in lesson(told.module).gates:
        whole = next((f for f in note.formulas if re.match(r"f\(([a-z](, [a-z])*)\) = ", f)), None)
        if whole is None or any("_" in f or "matrix" in f for f in note.formulas):
            continue
        letters = re.match(r"f\((.*?)\)", whole)[1].split(", ")
        right = in_python(whole.partition(" = ")[2])
        for line in note.formulas:
            told_by = re.fullmatch(
                r"\\frac\{(?:\\partial|\\mathrm\{d\}) f\}\{(?:\\partial|\\mathrm\{d\}) ([a-z])\} = (.*)",
                line,
            )
            assert told_by or line == whole, line
            if not told_by or right is None or (mine := in_python(told_by[2])) is None:
                continue
            for _ in range(5):
                point = {
                    n: float(v) for n, v in zip("xyzuvw", rng.uniform(0.3, 2.0, 6), strict=True)
                }
                value = eval(right, MATHEMATICS | point)  # noqa: S307  # a formula of the page
                truth = slope(
                    lambda h, n=told_by[1], p=point, right=right: eval(
                        right, MATHEMATICS | p | {n: p[n] + h}
                    )
                )  # noqa: S307  # as above
                shown = eval(mine, MATHEMATICS | point | {"f": value})  # noqa: S307  # as above
                assert truth.allows(shown, 1e-5), (whole, line, point, truth)


MATHEMATICS: dict[str, Any] = {
    "sigma": lambda x: 1 / (1 + np.exp(-x)),
    "log": np.log,
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "sqrt": np.sqrt,
    "max": max,
    "min": min,
    "e": np.e,
    "one": float,
    "abs": abs,
}


def in_python(latex: str) -> str | None:
    """Return a formula of numbers as Python, or None where it is about something else."""
    text = (
        latex.replace(r"\left", "")
        .replace(r"\right", "")
        .replace(r"\odot", "*")
        .replace(r"\cdot", "*")
    )
    text = text.replace(r"\mathbb{1}", r"\one").replace(r"\ge", ">=").replace(r"\le", "<=")
    text = text.replace(r"\,", "*").replace(r"\lvert", "abs(").replace(r"\rvert", ")")
    while r"\frac{" in text:
        at = text.index(r"\frac{")
        top, middle = braced(text, at + 5)
        bottom, end = braced(text, middle)
        text = f"{text[:at]}(({top})/({bottom})){text[end:]}"
    while (found := re.search(r"\^\{|\\sqrt\{", text)) is not None:
        inner, end = braced(text, found.end() - 1)
        sign = "**" if found[0][0] == "^" else "sqrt"
        text = f"{text[: found.start()]}{sign}({inner}){text[end:]}"
    text = re.sub(r"\\(sigma|log|tanh|sin|cos|max|min|one)", r" \1", text)
    try:
        compile(text, "<formula>", "eval")
    except SyntaxError:
        return None
    names = set(re.findall(r"[A-Za-z_]\w*", text))
    return text.strip() if names <= {*MATHEMATICS, *"xyzuvwf"} else None


def braced(text: str, start: int) -> tuple[str, int]:
    """Return what stands between the braces that open at a place, and the place behind them."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start + 1 : at], at + 1
    raise ValueError(text)


def test_what_is_kept_is_read_where_the_page_says(told):
    backward = told.page.lines("backward")
    for line in re.findall(r"<ul class=\"kept\">(.*?)</ul>", told.page.source, re.DOTALL):
        for name, stages, quoted in re.findall(
            r"<code>([^<]*)</code> is kept for the way back through stages? ([^:]*): <code>(.*?)</code>",
            line,
        ):
            numbers_of = [int(n) for n in re.findall(r"\d+", stages)]
            for stage in numbers_of:
                text = "".join(t for s, t in backward if s == stage)
                assert re.search(rf"\b{re.escape(name)}\b", text), (name, stage)
            first = "".join("".join(t.split()) for s, t in backward if s == max(numbers_of))
            squeezed = "".join(plain(quoted).split())
            assert squeezed.partition("=")[0] in first, quoted


def test_every_name_of_the_cache_is_told(told):
    (cached,) = re.findall(
        rf"^def {told.module.name}_backward\(.*?\):\n(?:    \"\"\".*?\"\"\"\n)?    (.*?) = cache$",
        told.module.source,
        re.MULTILINE | re.DOTALL,
    ) or [""]
    names = set(re.findall(r"\w+", cached))
    found = re.search(r"<ul class=\"kept\">(.*?)</ul>", told.page.source, re.DOTALL)
    said = [plain(line) for line in re.findall(r"<li>(.*?)</li>", found[1])] if found else []
    firsts = {re.match(r"(?:The size of )?(\w+) (?:is kept|keeps)", line)[1] for line in said}
    assert firsts == names


def test_the_small_explicit_example_is_right(told):
    for part in re.findall(r"In numbers:\n(.*?)\n\*\*", told.markdown, re.DOTALL):
        (product, left, right), (up, *_), (again, turned, back) = (
            [matrix(m) for m in re.findall(r"begin\{matrix\} (.*?) \\end", f)]
            for f in formulas(part)
        )
        assert (left @ right == product).all()
        assert (up == again).all()
        assert (turned == right.T).all()
        assert (up @ right.T == back).all()
        entry = re.search(
            r"_ \{12\} = (-?\d+) \\cdot (\d+) \+ \((-?\d+)\) \\cdot (\d+) = (-?\d+)", part
        )
        a, b, c, d, e = map(int, entry.groups())
        assert a * b + c * d == e == back[0, 1]


def matrix(text: str) -> Any:
    """Return the numbers of a matrix."""
    return np.array([[int(n) for n in row.split(" & ")] for row in text.split(r" \cr ")])


def by_mode(x, mode):
    if mode == "a":
        y = np.sin(x)
    elif mode == "b":
        y = np.cos(x) * x
    else:
        y = np.exp(x)
    return y * x


def test_a_formula_has_one_header_for_each_side_of_a_chain_of_tests():
    said = lesson(codegen.generate(by_mode, 0.5, "b")).formula
    headers = [line for line in said if "texttt" in line]
    assert headers == [
        r'\texttt{if mode == "a":}',
        r'\texttt{elif mode == "b":}',
        r"\texttt{else:}",
    ]
    assert not any(line.startswith(r"\quad \quad") for line in said)


@pytest.mark.parametrize(
    ("function", "args", "lines"),
    [
        (halved_at_times, (2.5,), [r"\quad \texttt{else:}", r"\quad \quad y_{t+1} = y_{t}'"]),
        (
            changed_unless_large,
            (2.5,),
            [
                r"\texttt{if not x > 5:}",
                r"\quad y' = y \cdot 2",
                r"\quad y'' = y'\, x",
                r"\texttt{else:}",
                r"\quad y'' = y",
            ],
        ),
        (
            unlike_sides,
            (2.5, 1.5),
            [
                r"\quad y' = 3\, y",
                r"\quad y'' = y'",
                r"\texttt{if a > 2:}",
                r"\quad z' = z",
                r"\mathrm{out} = y''\, z'",
            ],
        ),
    ],
)
def test_a_name_is_the_same_behind_both_sides_of_a_branch(function, args, lines):
    said = lesson(codegen.generate(function, *args)).formula
    assert [line for line in said if line in lines][-len(lines) :] == lines
    assert "else of" not in " ".join(said)


def test_local_gradients_name_items_as_the_function_does():
    module = codegen.generate(of_items, {"w": 1.5, "b 2": 0.5, "c": 2.5})
    (note,) = lesson(module).stages
    assert [line.partition(" = ")[2] for line in note.formulas] == [
        r"p_{\texttt{b 2}}",
        "p_{w}",
        "1",
    ]


def test_digits_of_a_name_do_not_read_as_the_index_of_an_item():
    said = lesson(codegen.generate(numbered_beside_items, np.array([1.5, 2.0]), 0.5)).formula
    assert list(said) == [
        r"\mathrm{out2} = x_{0}\, \mathrm{x2}",
        r"\mathrm{out} = x\, \mathrm{out2}",
        r"\mathrm{out}_{1} = \mathrm{out}_{0}\, \mathrm{out2}",
    ]


def test_fields_of_namedtuples_are_told_by_their_names():
    told = lesson(codegen.generate(of_a_pair, Pair(1.5, 0.5)))
    assert {row.name for row in told.check} == {f"p.{name}" for name in Pair._fields}
    assert "[0]" not in " ".join(told.sensitivity)


def test_what_a_loop_leaves_has_an_index_of_its_own():
    said = lesson(codegen.generate(halved_until_small, 100.0)).formula
    assert said[0] == "x_{0} = x"
    assert said[-1] == r"\mathrm{out} = x_{\text{last}}\, n"


def doubled_until_large(x):
    h = x
    for _ in range(10):
        if h > 3:
            break
        h = h * 2
    return h**2


def test_a_loop_that_is_left_early_says_when():
    said = lesson(codegen.generate(doubled_until_large, 0.5)).formula
    assert r"\texttt{for \_ in range(10), until h > 3:}" in said
    assert said[-1] == r"\mathrm{out} = h_{\text{last}}^{2}"


def test_entry_by_entry_is_said_of_what_mixes_no_entries():
    page = handed_out(codegen.generate(moved_entries, np.array([1.0, -2.0, 0.5, 3.0])))[".md"]
    words = {line.split("**")[1].strip("`"): line for line in page.splitlines() if "**`" in line}
    assert all("a matrix" in words[head] for head in ("sort", "cumsum", "roll"))
    assert "entry by entry" in words["tanh"] and "entry by entry" in words["^2"]
    assert page.count("entry by entry") == 2


def test_whole_numbers_in_a_dict_have_no_wire():
    page = handed_out(codegen.generate(raised_in_a_dict, {"a": 2.0, "b": -1.5, "n": 3}))[".md"]
    assert "| `p['b']` | −1.5000 | 8.2231 |" in page and "| `power` | 8.0000 | −1.5000 |" in page
    assert "`p['n']`" not in page


def test_fields_have_wires_of_their_own_and_whole_numbers_none(tmp_path):
    codegen.generate(of_settings, Settings(2.0, 3), 1.5).handout("md", tmp_path)
    page = (tmp_path / "of_settings.md").read_text(encoding="utf-8")
    assert "| `d.w` | 2.0000 | 3.3750 |" in page and "`d.n` |" not in page
    codegen.generate(of_a_pair, Pair(2.0, -3.0)).handout("md", tmp_path)
    page = (tmp_path / "of_a_pair.md").read_text(encoding="utf-8")
    assert "| `p.a` | 2.0000 | 1.0000 |" in page and "| `p.b` | −3.0000 | 2.0000 |" in page


def test_no_gate_is_called_by_what_stands_for_its_operands():
    page = handed_out(codegen.generate(positive_ones, np.array([1.0, -2.0, 3.0])))[".md"]
    assert "**`[x > 0]`**" in page and "_0" not in page.replace(" _ ", "")


def test_packing_picking_and_constant_factors_are_told_as_what_they_are():
    def rows(q):
        table = np.array([[q[0], 1.0], [0.0, q[1] * 2]])
        first = table[0][0]
        more = list(q)
        return first * table[1][1] + 0.5 * (1.0 + math.erf(more[0]))

    said = handed_out(codegen.generate(rows, np.array([0.5, -1.5])))[".md"]
    words = dict(re.findall(r"- \*\*`(.*?)`\*\*.*?: (.*)", said))
    assert "Packing is routing: each of `q[0]` and `q[1] * 2` gets" in words["array"]
    assert words["list"].startswith("Nothing is computed here")
    assert re.search(r"`first = table\[0\]\[0\]`: Picking is routing", said)


def test_a_normal_distribution_is_no_constant_factor():
    def priced(x, y):
        return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0))) * (3.0 * y)

    told = lesson(codegen.generate(priced, 0.3, 0.5), "fused")
    constant = {note.text for note in told.gates if "by the same constant" in note.words}
    assert constant == {"3.0 * y"}


def test_a_line_that_goes_through_two_lines_at_once_shows_no_local_gradient_of_one_of_them():
    rows = lesson(made(svm_loss)).stages
    assert not any("margins" in one for row in rows for one in row.formulas)
