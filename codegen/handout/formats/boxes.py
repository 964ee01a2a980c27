"""Boxes: an exercise whose values are numbers or small arrays goes in; what its page needs to judge what is written into it comes out.

The page holds the forward pass and no answers: what a line or a wire should be is found there, by moving numbers. A line
has a box if it sets or adds to the gradient of one wire, and is the only one of its stage that does.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from codegen.handout.formats.javascript import arrays_scripted, written
from codegen.handout.lesson import Lesson
from codegen.handout.lesson.exercise import BLANK
from codegen.handout.recording import Listed
from codegen.handout.wording import Wording
from codegen.judge.mistakes import SENTENCES

SAID = (
    "sign", "factor", "no_upstream", "overwritten", "term_missing", "local_gradient", "transposed", "sum_missing",
    "sum_extra", "shape", "unknown",
)  # fmt: skip
LINE = re.compile(rf"\s*(\w+)(?: (\+=|-=|=))? {BLANK}")


def boxed(lesson: Lesson, backward: Sequence[Listed], words: Wording) -> tuple[str, dict[str, Any]]:
    """Return the forward pass of a circuit as JavaScript, nothing if it cannot live in a page, and the boxes as data."""
    circuit, recording = lesson.circuit, lesson.recording
    script = arrays_scripted(circuit, recording)
    if not script:
        return "", {}
    wires = [g for g in circuit.gates if g.name]
    numbers = {g.name: g.number for g in wires} | {
        g.text: g.number for g in wires if not g.operands
    }
    (output,) = circuit.outputs
    gradients = {recording.gradient_names.get(n, f"d{n}"): k for n, k in numbers.items()}
    gradients["dout"] = output
    alone = not recording.headers and len({g.name for g in wires}) == len(wires)
    return script, {
        "output": output,
        "dout": json.loads(written(recording.dout)),
        "names": numbers,
        "grads": gradients,
        "lines": lines(lesson, backward, gradients) if alone else [],
        "said": {kind: [words.exact.get(s, s) for s in SENTENCES[kind]] for kind in SAID},
    }


def lines(
    lesson: Lesson, backward: Sequence[Listed], gradients: dict[str, int]
) -> list[dict[str, Any] | None]:
    """Return for each blank of the backward pass what is asked there, None where nothing is judged."""
    gates, targets = lesson.circuit.gates, targets_of(lesson.backward)
    found: list[dict[str, Any] | None] = []
    seen: set[str] = set()
    for line in backward:
        for text in re.findall(rf"[^{BLANK}]*{BLANK}+", line.text):
            match = LINE.match(text)
            target = match[1] if match else ""
            number, own = gradients.get(target), [g for g in gates if g.stage == line.stage]
            reads = number is not None and any(number in g.operands for g in own)
            if match and reads and targets[target, line.stage] == 1:
                one = {"target": target, "sign": match[2] or "", "stage": line.stage}
                up = max(g.number for g in own)
                found.append(one | {"gate": number, "up": up, "before": target in seen})
            else:
                found.append(None)
        seen |= {
            name for name in re.findall(r"^\s*(\w+) [-+]?= ", line.text) if BLANK not in line.text
        }
    return found


def targets_of(backward: Sequence[Listed]) -> Counter[tuple[str, int]]:
    """Return how many lines of each stage set or add to each gradient."""
    found = ((re.match(r"\s*(\w+) [-+]?= ", line.text), line.stage) for line in backward)
    return Counter((match[1], stage) for match, stage in found if match)
