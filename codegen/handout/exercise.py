"""Exercises: lines and a level go in, lines with blanks come out.

`easy` asks for the gradients in numbers; `medium` for the right-hand sides of the backward pass as well; `hard` for `=` or `+=`, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegen.errors import UsageError
from codegen.handout.recording import Listed

LEVELS = ("easy", "medium", "hard")
BLANK = "_" * 16
SIGN = re.compile(r"\s(\+=|-=|\*=|/=|=)\s")
TASKS = {
    "easy": "Fill in the gradients: below every wire of the circuit, and in the table of values and gradients.",
    "medium": "Fill in the right-hand sides of the backward pass, then the gradients in the circuit and in the table.",
    "hard": "Fill in the backward pass, = or += included, the local gradients, and the gradients in the circuit and in the table.",
}


def level_of(exercise: str) -> str:
    """Return a level, or say which there are."""
    if exercise not in LEVELS:
        raise UsageError(
            f"there is no exercise level {exercise!r}", advice=f"Choose one of {', '.join(LEVELS)}."
        )
    return exercise


def blanked(lines: Sequence[Listed], level: str) -> list[Listed]:
    """Return the lines of the backward pass with blanks."""
    if level == "easy":
        return list(lines)
    found: list[Listed] = []
    inside = -1
    for line in lines:
        depth = len(line.text) - len(line.text.lstrip())
        if (
            inside >= 0
            and line.text.strip()
            and (depth > inside or line.text.strip() in (")", "]", "}"))
        ):
            continue
        inside = -1
        sign = sign_of(line.text) if line.stage and not line.remark else None
        if sign is None:
            found.append(line)
            continue
        inside = depth
        operator = f" {sign[1]}" if level == "medium" else ""
        found.append(Listed(f"{line.text[:sign.start()]}{operator} {BLANK}", line.stage))
    return found


def sign_of(text: str) -> re.Match[str] | None:
    """Return the sign of an assignment, or None if a line is none."""
    for sign in SIGN.finditer(text):
        left = text[: sign.start()]
        if all(left.count(a) == left.count(b) for a, b in ("()", "[]", "{}")):
            return sign if left.strip() else None
    return None
