"""Exercises: lines and a level go in, lines with blanks come out.

`easy` asks for the gradients in numbers; `medium` for the right-hand sides of the backward pass as well; `hard` for
`=` or `+=`, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codegen.errors import UsageError
from codegen.handout.recording import Listed

LEVELS = ("easy", "medium", "hard")
BLANK = "_" * 16
SIGN = re.compile(r"\s(\+=|-=|\*=|/=|=)\s")
TASKS = {
    "easy": "Fill in the gradients: below every wire of the circuit, and in the table of values and gradients.",
    "medium": "Fill in the right-hand sides of the backward pass, then the gradients in the circuit and in the table.",
    "hard": "Fill in the backward pass, = or += included, the local gradients, "
    "and the gradients in the circuit and in the table.",
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
    for group in logical(lines):
        first, text = group[0], joined([line.text for line in group])
        sign = sign_of(text) if first.stage and not first.remark else None
        if sign is None:
            found += group
        else:
            operator = f" {sign[1]}" if level == "medium" else ""
            found.append(Listed(f"{text[: sign.start()]}{operator} {BLANK}", first.stage))
    return found


def logical(lines: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Yield the lines of each statement: a bracket that is open goes on with the next line."""
    group: list[Listed] = []
    for line in lines:
        group.append(line)
        if line.remark or balanced("".join(part.text for part in group)):
            yield group
            group = []
    if group:
        yield group


def balanced(text: str) -> bool:
    """Return whether every bracket of a text is closed, comments apart."""
    code = re.sub(r"#.*", "", text)
    return all(code.count(a) == code.count(b) for a, b in ("()", "[]", "{}"))


def joined(texts: Sequence[str]) -> str:
    """Return the lines of a statement as one."""
    whole = " ".join([texts[0], *(t.strip() for t in texts[1:])])
    return re.sub(r",? (?=[)\]}])", "", re.sub(r"(?<=[(\[{]) ", "", whole))


def sign_of(text: str) -> re.Match[str] | None:
    """Return the sign of an assignment, or None if a line is none."""
    for sign in SIGN.finditer(text):
        left = text[: sign.start()]
        if balanced(left):
            return sign if left.strip() else None
    return None
