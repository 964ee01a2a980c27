"""Words: a gate with its numbers goes in, what it does to the gradient comes out, in the notes' way of speaking.

Code inside the words stands between backquotes, as in Markdown.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from codegen import syntax
from codegen.errors import listed
from codegen.handout.circuit.diagram import Diagram, Gate
from codegen.handout.circuit.kinks import Kink, several
from codegen.handout.recording.values import equation, exactly, fixed, on_wire
from codegen.pytree import is_one_number

PICKING = ("np.maximum", "np.minimum")
HUGE = 100.0
AMONG = "one subgradient among many"
WHOLE = "this code hands the whole gradient to each of them, as if it were the only one; a subgradient would share it out"
MATRIX = ("@", "np.dot", "np.matmul", "np.tensordot", "np.einsum", "np.outer")
QUIET = {
    "np.reshape": "in another shape",
    "np.ravel": "in another shape",
    "np.squeeze": "in another shape",
    "np.expand_dims": "in another shape",
    "np.transpose": "with their axes in another order",
    "np.swapaxes": "with their axes in another order",
}
BY = {
    "np.exp": "by its own output",
    "np.tanh": "by 1 minus the square of its output",
    "np.log": "by one over its input",
    "np.sqrt": "by one over twice its output",
    "np.sin": "by the cosine of its input",
    "np.cos": "by minus the sine of its input",
    "neg": "by −1",
    "*": "by the same constant",
    "np.linalg.norm": "by its input over its output",
}


LABELLED = {
    "^2": "by twice its input",
    "square": "by twice its input",
    "1/x": "by minus the square of its output",
    "abs": "by the sign of its input",
}


def called(gate: Gate) -> str:
    return as_code(gate.text if gate.kind == "input" else gate.name or gate.text)


def as_code(text: str) -> str:
    """Return a name or a text between backquotes, which the pages take for code: it has none of its own."""
    return f"`{text.replace('`', chr(39))}`"


def read_as(gate: Gate, port: int, operand: Gate) -> str:
    """Return what an operand is called in the text of a gate."""
    return as_code(gate.reads[port]) if gate.reads else called(operand)


def gate_words(gate: Gate, circuit: Diagram) -> str:
    """Return what a gate does to the gradient, with the numbers at hand, and what the circuit wants of it."""
    if gate.gradient is None and gate.kind != "carried":
        return ""
    operands = [circuit.gates[o] for o in gate.operands]
    found = [way_words(gate, circuit), *kink_words(gate, operands), *scale_words(gate, operands)]
    return " ".join([*(words for words in found if words), *wish(gate)])


def wish(gate: Gate) -> list[str]:
    """Return whether the circuit wants a higher or lower output of a gate, and with which force."""
    if not is_one_number(gate.gradient) or not np.isfinite(gate.gradient):
        return []
    if not gate.gradient:
        return ["The circuit does not care about its output."]
    way = "higher" if gate.gradient > 0 else "lower"
    force = exactly(abs(float(gate.gradient)), 2)
    return [f"The circuit wants its output {way}, with a force of {force}."]


def kink_words(gate: Gate, operands: Sequence[Gate]) -> list[str]:
    """Return what is said of a tie or another kink: which of the slopes the code takes."""
    found: list[str] = []
    count, whole = several(gate, operands[0].value) if len(operands) == 1 else (0, False)
    if count:
        which = "largest" if gate.rule is not None and "max" in gate.rule.head else "smallest"
        share = f"one of them gets all of it, {AMONG}"
        share = WHOLE if whole else share
        found.append(f"Here several entries ({count}) are the {which}: {share}.")
    names = [read_as(gate, i, o) for i, o in enumerate(operands)]
    ports = [
        (n, o, k) for n, o, k in zip(names, operands, gate.kinks, strict=False) if k is not None
    ]
    if not ports:
        return found
    if len(ports) == 2 and gate.rule is not None and gate.rule.head in PICKING:
        (a, one, first), (b, _, second) = ports
        return [*found, tie_words(a, b, one, first, second)]
    for name, operand, kink in ports:
        sides = f"slopes {trimmed(kink.left)} and {trimmed(kink.right)}"
        at = f"{name} = {on_wire(operand.value)}"
        if kink.size > 1:
            at = f"{kink.count} of {kink.size} entries of {name}"
        verb = "are" if kink.size > 1 and kink.count > 1 else "is"
        found.append(
            f"{at} {verb} at a kink: {sides}; this code takes {trimmed(kink.taken)}, {AMONG}."
        )
    return found


def tie_words(a: str, b: str, one: Gate, first: Kink, second: Kink) -> str:
    """Return what is said where both inputs of a max or min gate are equal."""
    taken = (first.taken, second.taken)
    way = f"sends all of it to {a if taken[0] else b}" if 0 in taken else "shares it out"
    way = "sends all of it to both" if taken == (1.0, 1.0) else way
    if first.size == 1:
        return f"{a} and {b} are equal ({on_wire(one.value)}); this code {way}, {AMONG}."
    where = f"In {first.count} of {first.size} entries {a} and {b} are equal"
    return f"{where}; there this code {way}, {AMONG}."


def trimmed(number: float) -> str:
    """Return a slope in few digits."""
    return fixed(number, 0) if float(number).is_integer() else fixed(number, 2)


def scale_words(gate: Gate, operands: Sequence[Gate]) -> list[str]:
    """Return what is said of a multiply gate with a tiny and a huge factor."""
    if gate.rule is None or gate.rule.head != "*" or len(operands) != 2:
        return []
    a, b = sorted(operands, key=lambda o: abs(float(o.value)) if is_one_number(o.value) else 0.0)
    if not (is_one_number(a.value) and is_one_number(b.value)) or not a.value:
        return []
    if abs(float(b.value)) < HUGE * abs(float(a.value)):
        return []
    words = f"The tiny factor {called(a)} gets the huge gradient, the huge factor {called(b)} the tiny one"
    return [
        f"{words}: the scale of the data is the scale of the gradient on what it is multiplied with."
    ]


def way_words(gate: Gate, circuit: Diagram) -> str:
    operands = [circuit.gates[o] for o in gate.operands]
    head = gate.rule.head if gate.rule else ""
    gradient = upstream(gate)
    names = [read_as(gate, i, o) for i, o in enumerate(operands)]
    if gate.kind == "helper":
        plural = "s" * (len(set(names)) > 1)
        turned = f"turns {gradient} into the gradient{plural} on {joined(names)}"
        return f"The gates of {as_code(gate.label)} are drawn as one; its own backward function {turned}."
    if gate.kind == "carried":
        back = "on the way back its gradient goes to the trip before"
        return f"One trip of the loop hands {as_code(gate.name)} to the next; {back}."
    if gate.kind == "line" or "_changes" in gate.locals:
        return f"Backprop through the whole line hands {gradient} on to {joined(names)}."
    if "_append" in gate.locals:
        return "Appending is routing: the item gets the gradient of its place in the list."
    if "_store" in gate.locals:
        return "Writing into items is routing: what was written gets the gradient of those items."
    if head == "+" and len(operands) == 2:
        return f"The add gate distributes: {gradient} goes to {joined(names)} unchanged{widened(gate, operands, names)}."
    if head in ("+", "-") and len(operands) == 1 and not takes_away(gate):
        return (
            f"Adding a constant changes nothing on the way back: {gradient} goes on to {names[0]}."
        )
    if head == "-" and len(operands) == 2:
        ways = f"{gradient} goes to {names[0]}, its negative to {names[1]}{widened(gate, operands, names)}"
        return f"The subtract gate distributes, with a minus for what is taken away: {ways}."
    if head == "*" and len(operands) == 2:
        return swapped(gate, operands, names)
    if head == "/" and len(operands) == 2:
        ways = f"{names[0]} gets the gradient over {names[1]}, {names[1]} gets minus the output times that"
        return f"The divide gate: {ways}{products(gate, names)}."
    if head in ("np.maximum", "np.minimum"):
        return routed(gate, operands, names, head)
    return other(gate, names, head, gradient)


def takes_away(gate: Gate) -> bool:
    """Return whether the operand of a gate is subtracted from a constant."""
    skeleton = gate.rule.skeleton if gate.rule else None
    return (
        isinstance(skeleton, ast.BinOp)
        and isinstance(skeleton.op, ast.Sub)
        and "_0" in syntax.names(skeleton.right)
    )


def scales(gate: Gate) -> bool:
    """Return whether the operand of a gate is multiplied by a constant, and nothing else is done to it."""
    skeleton = gate.rule.skeleton if gate.rule else None
    sides = (skeleton.left, skeleton.right) if isinstance(skeleton, ast.BinOp) else ()
    return "_0" in map(syntax.identifier, sides)


def divides(gate: Gate) -> bool:
    skeleton = gate.rule.skeleton if gate.rule else None
    return isinstance(skeleton, ast.BinOp) and ast.unparse(skeleton.left) == "_0"


def upstream(gate: Gate) -> str:
    """Return what is said of the gradient that comes to a gate: the number, or that it is an array of some shape."""
    shown = on_wire(gate.gradient)
    if is_one_number(gate.gradient):
        return shown
    return f"the gradient ({shown})" if shown.startswith("[") else "the gradient"


def other(gate: Gate, names: list[str], head: str, gradient: str) -> str:
    """Return the words for a gate with one operand, or of a rarer kind."""
    scalar = is_one_number(gate.gradient)
    if head == "np.where" and (ways := chosen(gate, names)):
        return f"The where gate routes: {ways}."
    if head == "np.clip":
        return f"The clip gate routes: the gradient passes where {names[0]} lies between the bounds, and stops elsewhere."
    if head in MATRIX and len(names) == 2:
        return "The matrix product swaps its factors, turned so that the shapes fit."
    if head in MATRIX and len(names) == 1:
        return "The gradient is multiplied by the other factor, turned so that the shapes fit."
    if head in ("np.sum", "sum"):
        share = gradient if scalar else "the gradient of its sum"
        return f"The sum gate distributes: every entry that was summed gets {share} unchanged."
    if head == "np.mean":
        share = gradient if scalar else "the gradient of its mean"
        how = f"every entry gets {share} divided by how many there are"
        return f"The mean gate distributes in equal shares: {how}."
    if head in ("np.max", "np.min", "np.amax", "np.amin"):
        which = "largest" if head.endswith("max") else "smallest"
        return f"The gate routes: the gradient goes to the {which} entry, all others get none from here."
    if head in ("[]", "np.take") or not head and picks(gate):
        picked = f"the entries of {names[0]} that were picked get the gradient"
        return f"Picking is routing: {picked}, the others get none from here."
    if packs(gate):
        each = "each of " * (len(set(names)) > 1)
        return f"Packing is routing: {each}{joined(names)} gets the gradient of its own place."
    if head == "np.copy" or copies(gate):
        return "Nothing is computed here: the gradient goes on unchanged."
    if head == "np.pad":
        inside = "the gradient inside it goes on, the gradient on the border is dropped"
        return f"A border was put around {names[0]}: {inside}."
    if head in QUIET:
        return f"Nothing is computed here but the same numbers {QUIET[head]}: the gradient is turned back the same way."
    if head in ("np.concatenate", "np.stack", "np.hstack", "np.vstack"):
        return f"Joining is routing: each of {joined(names)} gets its own piece of the gradient."
    if gate.rule is None:
        return ""
    if len(names) == 1:
        entry = "" if scalar or not same_shape(gate) else ENTRYWISE if entrywise(gate) else MIXED
        by = "by (1 − output) · output" if gate.label == "σ" else BY.get(head)
        by = "by −1" if head == "-" else LABELLED.get(gate.label, by)
        by = "by one over the same constant" if head == "/" and divides(gate) else by
        by = None if head == "*" and not scales(gate) else by
        words = f"The gate multiplies the gradient {by}" if by else MULTIPLIED
        return f"{words}{entry}{product(gate, 0)}."
    return f"Each of {joined(names)} gets the gradient times its local gradient{products(gate, names)}."


def picks(gate: Gate) -> bool:
    node = gate.skeleton
    return isinstance(node, ast.Subscript) and syntax.identifier(syntax.holder(node)) == "_0"


def packs(gate: Gate) -> bool:
    """Return whether a gate puts its operands, as they are, into a list, a tuple or an array that is written out."""
    node = gate.skeleton
    if isinstance(node, ast.Call) and len(node.args) == 1:
        node = node.args[0] if syntax.called_last(node) in ("array", "asarray") else None
    if not isinstance(node, ast.List | ast.Tuple):
        return False
    items: list[ast.expr] = [node]
    for item in items:
        items += item.elts if isinstance(item, ast.List | ast.Tuple) else []
    bare = {syntax.identifier(item) for item in items}
    return all(f"_{i}" in bare for i in range(len(gate.operands)))


def copies(gate: Gate) -> bool:
    node = gate.skeleton
    if not isinstance(node, ast.Call) or syntax.called_last(node) not in COPYING:
        return False
    return [syntax.identifier(argument) for argument in node.args] == ["_0"]


def chosen(gate: Gate, names: list[str]) -> str:
    """Return where the gradient of `np.where` goes, nothing if its values are more than operands or numbers."""
    skeleton = gate.skeleton
    if not isinstance(skeleton, ast.Call) or len(skeleton.args) != 3:
        return ""
    test, *values = skeleton.args
    where = as_code(syntax.show(gate.filled(test)))
    sides = [syntax.identifier(v) for v in values]
    if sides == ["_0", "_1"]:
        return f"where {where} the gradient goes to {names[0]}, elsewhere to {names[1]}"
    if len(names) == 1 and "_0" in sides and reads_nothing(values[1 - sides.index("_0")]):
        passes = ("passes", "stops") if sides[0] else ("stops", "passes")
        return f"where {where} the gradient {passes[0]}, elsewhere it {passes[1]}"
    return ""


def reads_nothing(node: ast.expr) -> bool:
    """Return whether a part has no operands."""
    return not any(n.id.startswith("_") for n in syntax.every(ast.Name, node))


COPYING = ("list", "tuple", "array", "asarray", "float64")
MULTIPLIED = "The gradient is multiplied by the local gradient"
KEEPING = ("where", "astype", "copy")
ENTRYWISE, MIXED = ", entry by entry", ", a matrix with one row for each entry of the input"


def same_shape(gate: Gate) -> bool:
    both = (*gate.handed[:1], gate.gradient)
    shapes = [np.shape(one) for one in both if isinstance(one, np.ndarray | np.generic | float)]
    return len(shapes) == 2 and shapes[0] == shapes[1]


def entrywise(gate: Gate) -> bool:
    """Return whether an entry needs no other entry of the gradient that came, as behind a running sum."""
    line = gate.rule.gradients[0] if gate.rule else None
    return isinstance(line, ast.Expr) and not any(
        mixes(part) for part in syntax.walk(line.value) if "dout" in syntax.names(part)
    )


def mixes(node: ast.AST) -> bool:
    """Return whether a part of a formula may take an entry to another place, or several together."""
    if isinstance(node, ast.Call):
        name = syntax.called_last(node)
        return name not in KEEPING and not isinstance(getattr(np, name, None), np.ufunc)
    return isinstance(node, ast.Subscript) or isinstance(getattr(node, "op", None), ast.MatMult)


def widened(gate: Gate, operands: list[Gate], names: list[str]) -> str:
    """Return a remark on operands that were broadcast."""
    both = zip(names, operands, strict=True)
    wide = [name for name, o in both if np.shape(o.value) != np.shape(gate.value)]
    if not wide or gate.value is None:
        return ""
    return f" (for {joined(wide)} summed over broadcast axes)"


def swapped(gate: Gate, operands: list[Gate], names: list[str]) -> str:
    """Return the words for a multiply gate."""
    a, b = operands
    if a is b:
        return f"{names[0]} enters twice, so it gets the gradient times {names[0]} twice."
    if is_one_number(gate.gradient) and all(
        is_one_number(v) for v in (a.value, b.value, *gate.handed)
    ):
        first = f"{names[0]} gets {equation([b.value, gate.gradient], gate.handed[0])}"
        second = f"{names[1]} gets {equation([a.value, gate.gradient], gate.handed[1])}"
        return f"The multiply gate swaps its inputs: {first}, {second}."
    first = f"{names[0]} gets the gradient times {names[1]}"
    second = f"{names[1]} gets the gradient times {names[0]}{widened(gate, operands, names)}"
    return f"The multiply gate swaps its inputs: {first}, {second}."


def routed(gate: Gate, operands: list[Gate], names: list[str], head: str) -> str:
    """Return the words for a max or min gate."""
    which = "max" if head == "np.maximum" else "min"
    if len(operands) == 1 and () != np.shape(gate.value) == np.shape(operands[0].value):
        share = int(np.count_nonzero(np.asarray(gate.value) == np.asarray(operands[0].value)))
        share -= sum(k.count for k in gate.kinks if k is not None and not k.taken)
        where = f"where {names[0]} won ({share} of {np.size(gate.value)} entries)"
        return f"The {which} gate routes: the gradient passes {where} and stops elsewhere."
    if len(operands) == 2 and all(is_one_number(v) for v in (*gate.handed, gate.gradient)):
        if any(k is not None for k in gate.kinks):
            return f"The {which} gate routes: {fixed(gate.gradient, 2)} goes to one of its inputs."
        larger = operands[1].value > operands[0].value
        winner = int(larger if which == "max" else not larger)
        size = "higher" if which == "max" else "lower"
        won = f"{names[winner]}, the {size} input ({fixed(operands[winner].value, 2)})"
        way = f"{fixed(gate.gradient, 2)} goes to {won}"
        return f"The {which} gate routes: {way}, and 0 to {names[1 - winner]}."
    return f"The {which} gate routes: the gradient goes to whichever input won."


def local(gate: Gate, port: int) -> float | None:
    """Return the local gradient of a gate of numbers, if it can be told."""
    part = gate.handed[port] if gate.handed else None
    if (
        part is None
        or not is_one_number(gate.gradient)
        or not is_one_number(part)
        or not gate.gradient
    ):
        return None
    return float(part) / float(gate.gradient)


def product(gate: Gate, port: int) -> str:
    slope = local(gate, port)
    if slope is None:
        return ""
    return f": {equation([slope, float(gate.gradient)], float(gate.handed[port]))}"


def products(gate: Gate, names: list[str]) -> str:
    found = [product(gate, port) for port in range(len(names))]
    if not all(found):
        return ""
    return "; " + ", ".join(f"{n}{part}" for n, part in zip(names, found, strict=True))


def joined(names: list[str]) -> str:
    return listed(list(dict.fromkeys(names)))


def fork_words(circuit: Diagram) -> tuple[str, ...]:
    """Return for each wire that enters several gates how its gradient adds up."""
    found = []
    for gate in [*forked(circuit), *circuit.beyond_forked]:
        ways = gate.ways
        trip = f" (trip {gate.trip})" if told_by_trip(gate, circuit) else ""
        text = f"{called(gate)}{trip} forks into {len(ways)} wires"
        if len({way.trip for way in ways}) > 1:
            text += ", in several trips of the loop"
        parts = [way.part for way in reversed(ways)]
        if all(is_one_number(p) for p in parts) and is_one_number(gate.gradient):
            text += f": {equation([float(p) for p in parts], float(gate.gradient), '+')}"
        else:
            text += (
                f" (to {joined([as_code(w.target) if w.target else 'the output' for w in ways])})"
            )
        found.append(text + "; the gradients that flow back along them add up.")
    for gate in forked_to_next(circuit):
        ends = in_the_same_trip(gate, circuit)
        names = [as_code(one.name or one.text) for one in ends]
        text = f"{called(gate)} forks into {len(ends) + 1} wires in every trip but the last"
        where = joined([*names, "the next trip"])
        found.append(f"{text} (to {where}); the gradients that flow back along them add up.")
    return tuple(found)


def told_by_trip(gate: Gate, circuit: Diagram) -> bool:
    """Return whether several wires of a name fork, in several trips of a loop."""
    return bool(gate.trip) and sum(called(g) == called(gate) for g in forked(circuit)) > 1


def forked(circuit: Diagram) -> list[Gate]:
    """Return the gates whose wires go several ways."""
    return [g for g in circuit.gates if len(g.ways) > 1]


def forked_to_next(circuit: Diagram) -> list[Gate]:
    """Return the gates whose wires go one way in the last trip of a loop, and to the next trip as well in the others."""
    numbers = dict.fromkeys(source for source, _ in circuit.backs)
    found = [circuit.gates[n] for n in numbers]
    return [g for g in found if len(g.ways) <= 1 and in_the_same_trip(g, circuit)]


def in_the_same_trip(gate: Gate, circuit: Diagram) -> list[Gate]:
    """Return the gates of the same trip of the loop that the wire of a gate enters."""
    targets = (circuit.gates[w.target] for w in circuit.wires if w.source == gate.number)
    return [one for one in targets if one.trips[: len(gate.trips)] == gate.trips]
