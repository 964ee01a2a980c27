"""Sensitivity: a recording goes in; what the gradients say of its inputs comes out, in sentences that were tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from codegen.handout.lesson.words import as_code
from codegen.handout.recording import Recording
from codegen.handout.recording.slopes import along, largest, leaves, runner
from codegen.handout.recording.values import MINUS, fixed
from codegen.pytree import Path, is_one_number

STEPS = (0.01, 0.001, 1e-4, 1e-5)
OFF, MOST = 0.05, 6


def sensitivity_words(recording: Recording) -> tuple[str, ...]:
    """Return what happens to an output that is a number when each input grows a little; only what came true is said."""
    if not isinstance(recording.dout, float):
        return ()
    found = []
    for name in recording.wrt:
        value, gradient = recording.value_of(name), recording.gradients[name]
        for text, path, leaf, slope in leaves(name, value, gradient):
            found += list(sentence(recording, name, text, leaf, slope, path))
    return tuple(found[:MOST])


def sentence(
    recording: Recording, name: str, text: str, value: Any, gradient: Any, path: Path
) -> Iterator[str]:
    """Yield the sentence on one number, or on the entry of an array that matters most."""
    run = runner(recording, name, path)
    if is_one_number(value):
        output, slope = along(run, value), float(gradient)
    else:
        at = largest(np.asarray(gradient))[0]
        output, slope = along(run, np.asarray(value, float), at), float(gradient[at])
        text = f"{text}[{', '.join(str(i) for i in at)}]"
    with np.errstate(all="ignore"):
        for step in STEPS:
            up, down = output(step) - output(0.0), output(0.0) - output(-step)
            told = slope * step
            if not told:
                if abs(up) < 1e-12 and abs(down) < 1e-12:
                    yield f"If {as_code(text)} grew by {shown(step)}, the output would not change."
                return
            if all(abs(change - told) <= OFF * abs(told) for change in (up, down)):
                way = "rise" if told > 0 else "fall"
                yield f"If {as_code(text)} grew by {shown(step)}, the output would {way} by about {shown(abs(told))}."
                return


def shown(number: float) -> str:
    if number and (number < 1e-4 or number >= 1e6):
        return f"{number:.1e}".replace("e-0", "e-").replace("e+0", "e").replace("-", MINUS)
    text = f"{number:.2g}"
    return fixed(float(text), 0) if "e" in text else text
