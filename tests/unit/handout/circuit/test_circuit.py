"""Circuits: the notes' numbers on the wires, gradients that are right, and a drawing without tangles."""

from __future__ import annotations

# ruff: noqa: RET504, N803, N806  # forward functions as the course writes them
import inspect
import linecache
import math
import re
import textwrap

import numpy as np
import pytest

import codegen
from codegen.handout import circuit_svg, write_circuit
from codegen.handout.circuit.labels import label_of_input
from codegen.handout.lesson import lesson
from tests.drawn import Box, Drawn, drawn, number
from tests.unit.handout.functions import chosen, fraction, neuron, running


def nested(x, w):
    total = 0.0
    for i in range(2):
        row = x[i] * w
        for j in range(3):
            if row[j] > 0:
                total += row[j]
    return total


def scaled(x, w):
    a = x.dot(w)
    b = np.maximum(0, a)
    return b


def twice(x, w):
    y = scaled(x, w)
    return np.sum(y * y)


def horner(c, x, k):
    if k == len(c) - 1:
        return c[k]
    return c[k] + x * horner(c, x, k + 1)


@pytest.fixture(scope="module")
def modules():
    draw = np.random.default_rng(6).standard_normal
    return {
        "neuron": codegen.generate(neuron, [2.0, -3.0, -3.0], [-1.0, -2.0]),
        "fraction": codegen.generate(fraction, 3.0, -4.0),
        "running": codegen.generate(running, draw((4, 3)), draw(3)),
        "nested": codegen.generate(nested, draw((2, 3)), draw(3)),
        "twice": codegen.generate(twice, draw((4, 3)), draw((3, 2))),
    }


def test_the_neuron_shows_the_numbers_of_the_notes(modules):
    picture = drawn(circuit_svg(modules["neuron"]))
    shown = {g.name: (g.value, g.gradient) for g in picture.gates if g.name}
    assert shown["w0"] == ("2.00", "−0.20")
    assert shown["x0"] == ("−1.00", "0.39")
    assert shown["w1"] == ("−3.00", "−0.39")
    assert shown["x1"] == ("−2.00", "−0.59")
    assert shown["w2"] == ("−3.00", "0.20")
    assert shown["f"] == ("0.73", "1.00")
    assert picture.labels() == ["*", "*", "+", "+", "*-1", "exp", "+1", "1/x"]
    gradients = [g.gradient for g in picture.gates if g.kind == "gate"]
    assert gradients[-4:] == ["−0.20", "−0.53", "−0.53", "1.00"]


def nudged(function, name: str, h: float):
    """Return a function whose variable is a little larger from where it is bound on."""
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    at = next(i for i, line in enumerate(lines) if re.match(rf"\s+{name} = ", line))
    lines.insert(at + 1, f"    {name} = {name} + {h!r}")
    names = dict(vars(inspect.getmodule(function)))
    exec("\n".join(lines), names)  # noqa: S102  # the test's own function
    return names[function.__name__]


@pytest.mark.parametrize("name", ["sigy", "num", "sigx", "xpy", "xpysqr", "den", "invden"])
def test_the_gradient_on_a_wire_is_the_slope_of_the_output(modules, name):
    h = 1e-5
    up, down = (nudged(fraction, name, s * h)(3.0, -4.0) for s in (1, -1))
    shown = drawn(circuit_svg(modules["fraction"])).named(name)
    assert number(shown.exact_gradient) == pytest.approx((up - down) / (2 * h), rel=1e-7)


def test_values_and_gradients_of_the_inputs_are_those_of_the_module(modules):
    for name, args in (("fraction", ("x", "y")), ("neuron", ("w", "x"))):
        module = modules[name]
        out, cache = module.forward(*module.args)
        grads = module.backward(1.0, cache)
        picture = drawn(circuit_svg(module))
        assert number(picture.named("f").exact_value) == pytest.approx(out, rel=1e-9)
        for arg, grad in zip(args, grads, strict=True):
            parts = enumerate(grad) if isinstance(grad, list) else [("", grad)]
            for i, one in parts:
                shown = picture.named(f"{arg}{i}")
                assert number(shown.exact_gradient) == pytest.approx(one, rel=1e-9)


def test_a_fused_gate_is_one_gate_and_every_gate_can_be_asked_for(modules):
    fused = drawn(circuit_svg(modules["fraction"]))
    fine = drawn(circuit_svg(modules["fraction"], "gates"))
    lines = drawn(circuit_svg(modules["fraction"], "lines"))
    assert fused.labels().count("σ") == 2
    assert len(fine.gates) == len(fused.gates) + 6
    assert len(lines.labels()) == 8


def test_a_loop_is_a_frame_with_its_body_once(modules):
    picture = drawn(circuit_svg(modules["running"]))
    (frame,) = picture.frames
    assert picture.headers == ["for t in range(4)"]
    inside = [g.label for g in picture.gates if g.box and frame.holds(g.box)]
    assert sorted(inside) == ["*", "+", "[t]", "tanh", "↻"]


def test_values_in_a_loop_are_those_of_its_last_trip(modules):
    x, w = modules["running"].args
    h = np.zeros(3)
    for t in range(4):
        h = np.tanh(x[t] * w + h)
    shown = next(g for g in drawn(circuit_svg(modules["running"])).gates if g.label == "tanh")
    parts = [number(p) for p in shown.exact_value.split(": ")[1].split(", ")]
    assert parts == pytest.approx(h, abs=5.1e-4)


def test_frames_stand_in_one_another_and_keep_other_gates_out(modules):
    for flow in ("across", "down"):
        picture = drawn(circuit_svg(modules["nested"], "gates", flow))
        headers = [h.partition(" · ")[0] for h in picture.headers]
        assert headers == ["for i in range(2)", "for j in range(3)", "if row[j] > 0"]
        outer, middle, inner = picture.frames
        assert outer.holds(middle)
        assert middle.holds(inner)
        counts = [sum(f.holds(g.box) for g in picture.gates if g.box) for f in picture.frames]
        assert counts == sorted(counts, reverse=True)
        for gate in picture.gates:
            for frame in picture.frames:
                assert gate.box is None or frame.holds(gate.box) or frame.misses(gate.box)


def test_a_branch_is_a_frame_with_the_side_that_ran():
    for y, label, header in ((2.0, "*", "if x > y"), (5.0, "+", "if not x > y")):
        picture = drawn(circuit_svg(codegen.generate(chosen, 3.0, y)))
        assert picture.headers == [header]
        inside = [g for g in picture.gates if g.box and picture.frames[0].holds(g.box)]
        assert [g.label for g in inside] == [label]


def test_parts_of_arguments_keep_what_their_keys_say():
    labels = {
        "p['w']": "p_w",
        "p[0]": "p0",
        "p['a[0]']": "p_a[0]",
        "p['W'][1]": "p_W1",
        "p.a": "p.a",
    }
    assert {text: label_of_input(text) for text in labels} == labels


def test_a_helper_is_one_gate(modules):
    picture = drawn(circuit_svg(modules["twice"]))
    assert [g.label for g in picture.gates if g.kind == "helper"] == ["scaled"]
    x, w = modules["twice"].args
    _, cache = modules["twice"].forward(x, w)
    dx, _ = modules["twice"].backward(1.0, cache)
    shown = picture.named("x").exact_gradient.split(": ")[1].split(", ")
    assert [number(p) for p in shown] == pytest.approx(dx.ravel(), abs=5.1e-4)


def test_a_function_that_calls_itself_is_drawn_once():
    picture = drawn(circuit_svg(codegen.generate(horner, [1.0, -2.0, 0.5], 1.5, 0)))
    assert picture.labels().count("horner") == 1
    assert picture.headers[0].startswith("if not k == len(c) - 1")


@pytest.mark.parametrize("name", ["fraction", "running", "nested", "twice"])
@pytest.mark.parametrize("flow", ["across", "down"])
def test_gates_do_not_overlap_and_wires_run_straight(modules, name, flow):
    picture = drawn(circuit_svg(modules[name], "gates", flow))
    shapes = [g.box for g in picture.gates if g.box]
    for i, one in enumerate(shapes):
        assert all(one.misses(other) for other in shapes[i + 1 :])
    for _, corners in picture.wires:
        assert all(x == u or y == v for (x, y), (u, v) in zip(corners, corners[1:], strict=False))


def test_operands_enter_in_the_order_of_the_text(modules):
    picture = drawn(circuit_svg(modules["neuron"]))
    entries: dict[int, list[tuple[int, float]]] = {}
    for source, target, (_, y) in picture.arrows:
        entries.setdefault(target, []).append((source, y))
    for gate in picture.gates:
        if len(entries.get(gate.number, [])) == 2:
            left, right = sorted(entries[gate.number], key=lambda pair: pair[1])
            operands = gate.text.removeprefix(f"{gate.name} = ").rsplit(f" {gate.label} ", 1)
            assert text_of(picture, left[0]) == operands[0]
            assert text_of(picture, right[0]) == operands[1]


def text_of(picture: Drawn, number: int) -> str:
    """Return how a wire is written in the text of the gates it enters."""
    gate = picture.gates[number]
    return gate.text if gate.kind == "input" else gate.name or gate.text


def test_a_fork_has_one_trunk(modules):
    picture = drawn(circuit_svg(modules["fraction"]))
    sources = [source for source, _, _ in picture.arrows]
    forks = {s for s in sources if sources.count(s) > 1}
    assert picture.dots == forks == {g.number for g in picture.gates if g.name in ("x", "y")}
    for fork in forks:
        bends: dict[float, set[float]] = {}
        for source, corners in picture.wires:
            if source == fork and len(corners) == 4:
                bends.setdefault(corners[0][0], set()).add(corners[1][0])
        assert all(len(at) == 1 for at in bends.values())


def chain(count: int):
    """Return a function of that many gates, each of which takes wires from a little before it."""
    kinds = ("a{0} + a{1}", "math.sin(a{0})", "a{0} * a{1}", "math.cos(a{0})")
    lines = ["def long(x, y):", "    a0 = x * y"]
    for i in range(1, count):
        text = kinds[i % 4].format(i - 1, max(0, i - 1 - i % 7))
        lines.append(f"    a{i} = {text}")
    source = "\n".join([*lines, f"    return a{count - 1}"]) + "\n"
    linecache.cache[f"<chain {count}>"] = (len(source), None, source.splitlines(True), "")
    names = {"math": math}
    exec(compile(source, f"<chain {count}>", "exec"), names)  # noqa: S102  # written here
    return names["long"]


def test_a_long_function_is_drawn_whole():
    picture = drawn(circuit_svg(codegen.generate(chain(200), 0.3, 0.7)))
    assert len(picture.labels()) == 200
    assert {g.name for g in picture.gates if g.kind != "input"} == {f"a{i}" for i in range(200)}
    assert all(source < target for source, target, _ in picture.arrows)


def test_circuits_as_text(tmp_path, modules):
    module = modules["neuron"]
    picture = write_circuit(module, tmp_path / "deep" / "neuron.svg").read_text()
    assert picture == circuit_svg(module)
    text = write_circuit(module, tmp_path / "neuron.dot").read_text()
    assert text.startswith("digraph circuit {")
    assert text.count("->") == len(drawn(picture).arrows) + 1
    assert "−0.59" in text
    mermaid = write_circuit(module, tmp_path / "neuron.mmd").read_text()
    assert mermaid.startswith("flowchart LR")
    assert '"2.00 | −0.20"' in mermaid
    framed = write_circuit(modules["nested"], tmp_path / "nested.dot").read_text()
    assert framed.count("subgraph") == 3
    with pytest.raises(codegen.CodegenError, match="\\.svg, \\.dot, \\.mmd"):
        write_circuit(module, tmp_path / "neuron.png")


def test_drawing_leaves_the_example_alone(modules):
    before = [a.copy() for a in modules["running"].args]
    circuit_svg(modules["running"])
    for mine, theirs in zip(before, modules["running"].args, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def both_read_and_returned(x, w):
    c = x * w
    h = np.tanh(c)
    return h, c


@pytest.mark.parametrize("flow", ["across", "down", "narrow"])
def test_an_output_that_is_read_inside_leaves_as_well(flow):
    module = codegen.generate(both_read_and_returned, x=np.ones(3), w=0.5)
    picture = drawn(circuit_svg(module, flow=flow))
    c, h = picture.named("c"), picture.named("h")
    assert picture.ends == ["c"]
    assert c.number in picture.dots
    along = 0 if flow == "across" else 1
    end = max(p[along] for source, way in picture.wires if source == c.number for p in way)
    assert h.box is not None
    assert end > (h.box.x + h.box.w, h.box.y + h.box.h)[along]


@pytest.mark.parametrize("flow", ["across", "down", "narrow"])
def test_a_wire_goes_to_the_next_trip(flow):
    module = codegen.generate(running, x=np.arange(12.0).reshape(4, 3) / 9, w=np.ones(3))
    picture = drawn(circuit_svg(module, flow=flow))
    (begun,) = [g for g in picture.gates if g.kind == "carried"]
    maker = [g for g in picture.gates if g.name == "h" and g.kind == "gate"][-1]
    assert picture.dashed == [maker.number]
    assert [(s, t) for s, t, _ in picture.arrows if s > t] == [(maker.number, begun.number)]
    (frame,) = picture.frames
    way = next(way for s, way in picture.wires if s == maker.number and len(way) == 5)
    for x, y in way:
        assert frame.x < x < frame.x + frame.w
        assert frame.y < y < frame.y + frame.h
    for gate in picture.gates:
        if gate.box is not None and gate.number not in (maker.number, begun.number):
            for (x1, y1), (x2, y2) in zip(way, way[1:], strict=False):
                piece = Box(min(x1, x2), min(y1, y2), abs(x1 - x2), abs(y1 - y2))
                assert gate.box.misses(piece), gate.label


def last_is_read(x, w):
    h = np.zeros(3)
    for t in range(4):
        h = np.tanh(x[t] * w + h)
    s = 2 * h
    return s


def test_a_fork_to_the_next_trip_is_told_only_where_there_is_one():
    x, w = np.arange(12.0).reshape(4, 3) / 9, np.ones(3)
    told = lesson(codegen.generate(kept_and_handed_on, x=x, w=w))
    assert (
        "`h` forks into 2 wires in every trip but the last (to `out` and the next trip)"
        in " ".join(told.forks)
    )
    told = lesson(codegen.generate(last_is_read, x=x, w=w))
    assert "next trip" not in " ".join(told.forks)


def kept_and_handed_on(x, w):
    h = np.zeros(3)
    out = np.zeros_like(x)
    for t in range(4):
        h = np.tanh(x[t] * w + h)
        out[t] = h
    return out


def test_the_header_of_a_frame_stands_where_no_wire_runs_through_it():
    """Doctests of the function say the same in numbers; here it is drawn."""

    def sums(x, k):
        out = np.zeros(3)
        for i in range(len(out)):
            out[i] = np.sum(x[i : i + 2] * k)
        return out

    text = circuit_svg(codegen.generate(sums, np.ones(4), np.ones(2)), flow="down")
    headers = [
        (float(x), float(y), len(label) * 8.5)
        for x, y, label in re.findall(r'<text class="bl" x="([\d.-]+)" y="([\d.-]+)">(.*?)<', text)
    ]
    uprights = [
        (float(x), float(y), float(end))
        for x, y, other, end in re.findall(
            r"[ML]([\d.-]+),([\d.-]+)(?= L([\d.-]+),([\d.-]+))", text
        )
        if x == other
    ]
    assert len(headers) == 3
    for left, base, wide in headers:
        crossing = [
            x
            for x, y, end in uprights
            if left < x < left + wide and min(y, end) < base < max(y, end)
        ]
        assert not crossing


def test_a_fused_gate_has_all_wires_that_come_in():
    """A row for a constant to some power fits `T ** (1 / 2)`, but hands nothing to T."""

    def price(S, T, sig):
        d1 = (S + sig * T) / (sig * T ** (1 / 2))
        return S * d1 + np.clip(sig, -T, T)

    module = codegen.generate(price, 1.0, 0.5, 0.3)
    for detail in ("fused", "gates"):
        gates = {gate.text: gate for gate in lesson(module, detail).circuit.gates}
        assert gates["T ** (1 / 2)"].gradient is not None
        assert "np.clip(sig, -T, T)" in " ".join(gates)


def test_a_list_of_unlike_items_hands_on_what_it_can():
    """Of a dict beside a number, a list has no gradient that numbers add up to."""

    def mixed(x, p):
        return x * p["a"][0]["k"]["w"] + p["a"][1]

    module = codegen.generate(mixed, np.ones(3), {"a": [{"k": {"w": 2.0}}, 1.0]})
    assert lesson(module).circuit.gates
