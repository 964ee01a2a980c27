"""Random straight-line array programs. In: choices. Out: a `Program` valid at several sizes.

Shapes are tuples of size names ("N", "M") and "1", so that one text fits every size. Values are kept
moderate by bounded gates and positive denominators.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.fuzz import Choices, Program

Shape = tuple[str, ...]
SIZES = [
    ({"N": 3, "M": 2}, {"N": 2, "M": 4}),
    ({"N": 3, "M": 3}, {"N": 2, "M": 4}),
    ({"N": 2, "M": 2}, {"N": 1, "M": 3}),
    ({"N": 2, "M": 4}, {"N": 4, "M": 1}),
]
NAMES = ["a", "b", "c", "h", "z", "s", "out", "dx", "cache", "dout", "mu", "q"]
BOUNDED = ["np.tanh({})", "np.sin({})", "np.cos({})", "1.0 / (1 + np.exp(-{}))"]
SMOOTH = ["{} * 0.5", "np.exp(-({})**2)", "np.sqrt(1 + ({})**2)", "-{}", "({})**2 * 0.1"]
KINKED = [
    "np.maximum(0, {})",
    "np.abs({})",
    "np.clip({}, -0.4, 0.6)",
    "np.where({0} > 0, {0}, 0.1)",
]
HELPERS = """
def sigmoid(x):
    return 1.0 / (1 + np.exp(-x))


def two_stages(x, y):
    h = np.tanh(x) * y
    x = h + y * 0.5
    return x * h


def both(x, y):
    h = np.sin(x) + y
    return h, h * 0.3


SCALE = 0.7


def f({parameters}):
"""


@dataclass
class State:
    """The names a program has so far: their shapes, and which may be changed in place."""

    draw: Choices
    shapes: dict[str, Shape]
    owned: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)
    lists: dict[str, list[Shape]] = field(default_factory=dict)

    def maybe(self, share: float) -> bool:
        """True in that share of the cases."""
        return self.draw.random() < share

    def name(self, shape: Shape | None = None) -> str | None:
        """A name of that shape, late ones more often."""
        names = [n for n, s in self.shapes.items() if shape is None or s == shape]
        if not names:
            return None
        return self.draw.choice(names[-4:] if self.maybe(0.5) else names)


def joined(a: Shape, b: Shape) -> Shape | None:
    """The shape two shapes broadcast to."""
    length = max(len(a), len(b))
    a, b = ("1",) * (length - len(a)) + a, ("1",) * (length - len(b)) + b
    if any(p != q and "1" not in (p, q) for p, q in zip(a, b, strict=True)):
        return None
    return tuple(q if p == "1" else p for p, q in zip(a, b, strict=True))


def atom(state: State) -> tuple[str, Shape]:
    """A name, an element of a container, or a name seen through a view."""
    draw = state.draw
    if state.lists and state.maybe(0.15):
        name = draw.choice(sorted(state.lists))
        k = draw.randint(0, len(state.lists[name]) - 1)
        return f"{name}[{k}]", state.lists[name][k]
    name = state.name()
    assert name is not None
    shape = state.shapes[name]
    views = [(name, shape)] * 5
    if len(shape) == 1:
        views += [(f"{name}[:, None]", (*shape, "1")), (f"{name}[::-1]", shape)]
        views += [(f"{name}[None]", ("1", *shape)), (f"{name}[0]", ()), (f"{name}[-1]", ())]
        if shape == ("N",):
            views += [(f"{name}[idx]", ("K",)), (f"{name}[mask] * 0.5", ("P",))]
    if len(shape) == 2:
        views += [(f"{name}.T", shape[::-1]), (f"{name}[0]", shape[1:])]
        views += [(f"{name}[:, 0]", shape[:1]), (f"{name}[-1, 0]", ())]
        views += [(f"np.transpose({name})", shape[::-1])]
        if shape[0] == "N":
            views += [(f"{name}[idx]", ("K", shape[1])), (f"{name}[::-1]", shape)]
        if shape[1] == "M":
            views += [(f"{name}[:, jdx]", (shape[0], "K"))]
        if shape == ("N", "M"):
            views += [(f"{name}[idx, jdx]", ("K",)), (f"{name}.reshape(M, N)", ("M", "N"))]
    return draw.choice(views)


def wrapped(state: State, text: str) -> str:
    """The text inside a gate of one operand."""
    kinds = [BOUNDED, BOUNDED, SMOOTH, KINKED, ["two_stages({0}, {0})", "sigmoid({})"]]
    return state.draw.choice(state.draw.choice(kinds)).format(text)


def expression(state: State, depth: int) -> tuple[str, Shape]:
    """A random expression and its shape."""
    draw = state.draw
    if depth == 0:
        return atom(state)
    text, shape = expression(state, depth - 1)
    kind = draw.choice(["unary", "binary", "binary", "binary", "reduce", "matmul", "sizes"])
    if kind == "unary":
        return wrapped(state, text), shape
    if kind == "reduce" and shape:
        return reduced(state, text, shape)
    other, second = expression(state, draw.randint(0, depth - 1))
    if kind == "matmul" and shape and second and shape[-1] == second[-2:][0] != "1":
        spelling = draw.choice(["({}) @ ({})", "np.dot({}, {})", "({}).dot({})"])
        return spelling.format(text, other), shape[:-1] + second[:-2] + second[-1:] * (
            len(second) > 1
        )
    if kind == "sizes":
        factor = draw.choice(["SCALE", "N", "1.0 / M", "2", "scale", "np.pi", "(N + 1)"])
        return f"({text}) * {factor} * 0.3", shape
    target = joined(shape, second)
    if target is None:
        return wrapped(state, text), shape
    spelling = draw.choice(
        ["{} + {}", "({}) - ({})", "({}) * ({})", "({}) * ({})", "({}) / (1.5 + np.cos({}))"]
        + ["two_stages({}, {})", "np.maximum({}, {})", "(({}) + ({})) * 0.5"]
    )
    return f"({spelling.format(text, other)})", target


def reduced(state: State, text: str, shape: Shape) -> tuple[str, Shape]:
    """The text under a sum, mean or maximum."""
    draw = state.draw
    gate = draw.choice(["np.sum", "np.mean", "np.mean", "np.max", "np.std"] + ["np.sum"])
    if gate == "np.max" and not (text[:1] == "x" and text.isidentifier()):
        gate = "np.sum"  # what is made of one item twice ties with itself
    if gate == "np.std":
        return f"np.sqrt(np.var({text}) + 0.1)", ()
    axis = draw.choice([None, *range(len(shape)), -1])
    if axis is None:
        return draw.choice([f"{gate}({text})", f"({text}).{gate[3:]}()"]), ()
    axis_name = axis % len(shape)
    if state.maybe(0.4):
        kept = tuple("1" if k == axis_name else s for k, s in enumerate(shape))
        return f"{gate}({text}, axis={axis}, keepdims=True)", kept
    rest = tuple(s for k, s in enumerate(shape) if k != axis_name)
    return draw.choice([f"{gate}({text}, axis={axis})", f"({text}).{gate[3:]}({axis})"]), rest


def assignment(state: State) -> None:
    """One statement: a name bound or overwritten, changed in place, or put into a container."""
    draw = state.draw
    kinds = ["bind"] * 6 + ["augment", "augment", "store", "pair", "list", "alias"]
    kind = draw.choice(kinds + ["view", "view", "indexed", "shift", "swap", "call", "argument"])
    text, shape = expression(state, draw.randint(1, 3))
    inputs = [n for n in state.shapes if n.startswith("x")]
    target = draw.choice(NAMES + inputs[:1])
    if kind in ("augment", "store") and state.owned:
        changed_in_place(state, draw.choice(sorted(state.owned)), kind)
        return
    if kind == "view" and view(state, draw.choice([n for n in NAMES if n != "cache"])):
        return
    if kind in CHANGES and state.owned and CHANGES[kind](state, draw.choice(sorted(state.owned))):
        return
    if kind == "argument":
        state.owned |= {n for n in inputs if state.shapes[n]}
    if kind == "pair":
        second = draw.choice([n for n in NAMES if n != target])
        state.lines.append(f"{target}, {second} = both({text}, {text})")
        bound(state, target, shape, True)
        bound(state, second, shape, True)
        return
    if kind == "list":
        name = draw.choice(["parts", "items"])
        other, second_shape = expression(state, 1)
        state.lines.append(f"{name} = [{text}, {other}]")
        state.lists[name] = [shape, second_shape]
        return
    if kind == "alias":
        name = draw.choice(sorted(state.shapes))
        state.lines.append(f"{target} = {name}")
        state.owned.discard(name)
        bound(state, target, state.shapes[name], False)
        return
    safe = wrapped(state, text)
    state.lines.append(f"{target} = {safe}")
    bound(state, target, shape, bool(shape) and not safe.endswith("]"))


def bound(state: State, name: str, shape: Shape, owned: bool) -> None:
    """Note that the name now has this shape."""
    state.shapes.pop(name, None)
    state.shapes[name] = shape
    state.owned.discard(name)
    if owned:
        state.owned.add(name)


def changed_in_place(state: State, name: str, kind: str) -> None:
    """One statement that changes an array of the program's own."""
    draw, shape = state.draw, state.shapes[name]
    text, second = expression(state, draw.randint(0, 2))
    fits = len(second) <= len(shape) and joined(shape, second) == shape
    value = f"np.tanh({text})" if fits else "0.5"
    if kind == "store" and shape:
        place = draw.choice(["[0]", "[-1]", "[:1]", f"[{name} < 0]"])
        if place == f"[{name} < 0]" or not fits or second not in ((), shape[1:]):
            value = "0.25"
        state.lines.append(f"{name}{place} {draw.choice(['=', '*=', '+='])} {value}")
        return
    state.lines.append(f"{name} {draw.choice(['+=', '*=', '-='])} {value}")


def view(state: State, target: str) -> bool:
    """A name for memory that another name has as well; both may be changed afterwards."""
    draw = state.draw
    name = draw.choice(sorted(state.owned)) if state.owned else ""
    if not name or name == target:
        return False
    shape = state.shapes[name]
    options = [(f"{name}[::-1]", shape), (f"{name}[:]", shape)]
    if len(shape) == 1:
        options += [(f"{name}[:, None]", (*shape, "1"))]
    if len(shape) == 2:
        options += [(f"{name}[0]", shape[1:]), (f"{name}[-1]", shape[1:])]
        options += [(f"{name}[:, 0]", shape[:1]), (f"{name}.T", shape[::-1])]
        options += [
            (f"{name}.reshape(-1)", ("".join(shape),)),
            (f"{name}[None, 0]", ("1", shape[1])),
        ]
    text, seen = draw.choice(options)
    state.lines.append(f"{target} = {text}")
    bound(state, target, seen, True)
    return True


def indexed(state: State, name: str) -> bool:
    """Items named by an array of indices, which may name one twice."""
    draw, shape = state.draw, state.shapes[name]
    if not shape or shape[0] not in ("N", "M"):
        return False
    index = "idx" if shape[0] == "N" else "jdx"
    text, second = expression(state, 1)
    wanted = ("K", *shape[1:])
    value = f"np.tanh({text})" if joined(second, wanted) == wanted else "0.3"
    state.lines.append(
        draw.choice(
            [f"{name}[{index}] = {value}", f"{name}[{index}] += {value}"]
            + [f"{name}[{index}] *= {value}", f"np.add.at({name}, {index}, {value})"]
            + [f"{name}[[0, 1]] = {name}[[1, 0]]"] * (shape[0] != "1")
        )
    )
    return True


def shift(state: State, name: str) -> bool:
    """Items that are made of their neighbours."""
    draw, shape = state.draw, state.shapes[name]
    if not shape or shape[0] == "1":
        return False
    sign = draw.choice(["=", "+=", "-=", "*="])
    state.lines.append(
        draw.choice(
            [f"{name}[1:] {sign} np.sin({name}[:-1])", f"{name}[:-1] {sign} {name}[1:] * 0.5"]
            + [f"{name}[:] = {name}[::-1] * 0.7", f"{name}[...] = np.cos({name})"]
        )
    )
    return True


def swap(state: State, name: str) -> bool:
    """Two names, or two numbers of an array, in each other's place."""
    draw, shape = state.draw, state.shapes[name]
    others = [n for n in sorted(state.owned) if n != name]
    if others and state.maybe(0.5):
        other = draw.choice(others)
        state.lines.append(f"{name}, {other} = {other}, {name}")
        state.shapes[name], state.shapes[other] = state.shapes[other], shape
        return True
    if len(shape) != 1 or shape[0] == "1":
        return False
    state.lines.append(f"{name}[0], {name}[-1] = {name}[-1], {name}[0]")
    return True


def written(state: State, name: str) -> bool:
    """A call that writes into an array."""
    draw, shape = state.draw, state.shapes[name]
    text, second = expression(state, 1)
    if joined(second, shape) != shape or not shape:
        state.lines.append(f"{name}.fill(0.4)")
        return True
    state.lines.append(
        draw.choice(
            [
                f"np.copyto({name}, np.tanh({text}))",
                f"np.multiply(np.tanh({text}), 0.5, out={name})",
            ]
            + [f"np.add({name}, np.sin({text}), out={name})", f"{name}.sort()"]
        )
    )
    return True


CHANGES = {"indexed": indexed, "shift": shift, "swap": swap, "call": written}


def arrays(
    draw: np.random.Generator, shapes: dict[str, Shape], sizes: dict[str, int], kind: str
) -> Any:
    """Arguments of a kind for the shapes at the sizes: numbers for (), index arrays behind them."""
    values: list[Any] = []
    for shape in shapes.values():
        dims = tuple(1 if s == "1" else sizes[s] for s in shape)
        value = draw.standard_normal(dims)
        if kind == "float32":
            values.append(np.asarray(value, dtype=np.float32) if shape else float(value))
        elif kind == "0-d":
            values.append(np.asarray(value))
        else:
            values.append(value if shape else float(value))
    N, M = sizes["N"], sizes["M"]
    mask = np.arange(N) < max(2, N - 1)  # never one row where the trace has more
    return (*values, draw.integers(0, N, 3), draw.integers(0, M, 3), mask)


def program(draw: Choices) -> Program:
    """A random straight-line program."""
    options: list[Shape] = [(), ("N",), ("M",), ("N", "M"), ("M", "N"), ("N", "1"), ("1", "M")]
    shapes = {f"x{k}": draw.choice(options) for k in range(draw.randint(1, 4))}
    shapes["x0"] = draw.choice([("N", "M"), ("N",), ("N", "M")])
    state = State(draw, dict(shapes))
    head = ["N = x0.shape[0]"]
    head.append("M = x0.shape[1]" if len(shapes["x0"]) == 2 else "M = jmax")
    head.append("scale = 1.0 / (1 + N)")
    for _ in range(draw.randint(1, 6)):
        assignment(state)
    last = list(state.shapes)[-3:]
    result = draw.choice(
        [last[-1], f"np.sum({last[-1]})", ", ".join(last[-2:]), f"np.mean({last[-1]}) * {last[0]}"]
    )
    parameters = ", ".join([*shapes, "idx", "jdx", "mask", "jmax"])
    body = [*head, *state.lines, f"return {result}"]
    text = "import numpy as np\n\n" + HELPERS.format(parameters=parameters)
    text += "".join(f"    {line}\n" for line in body)
    seed = draw.randint(0, 10**6)
    values = np.random.default_rng(seed)
    traced, elsewhere = draw.choice(SIZES)
    kind = draw.choice(["float"] * 6 + ["float32", "0-d"])
    sizes = (traced, elsewhere, {"N": 4, "M": 3})
    calls = [(*arrays(values, shapes, s, kind), s["M"]) for s in sizes]
    return Program(text, calls[0], tuple(calls[1:]))
