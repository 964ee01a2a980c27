"""Exercises: lines and a level go in, lines with blanks come out.

`easy` asks for the gradients in numbers; `medium` for the right-hand sides of the backward pass as well; `hard` for
`=` or `+=`, too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from codegen.handout.lesson import Lesson
from codegen.handout.recording import Listed

BLANK = "\ufdd0"  # one letter of what is left out; Unicode keeps it for such use, so that no text holds it
LEAST = 6  # letters of a blank, however little it hides
SIGN = re.compile(r"\s(\+=|-=|\*=|/=|=)\s")
QUIET = re.compile(  # a comment, or a string
    r"""#[^\n]*|(\"{3}|'{3}|"|')(?:\\.|(?!\1).)*\1""", re.DOTALL
)


def blanked(
    lines: Sequence[Listed], level: str | None, known: Collection[str] = ()
) -> list[Listed]:
    """Return backward lines with blanks as long as what they hide; the hardest level spares helpers' lines."""
    if level in (None, "easy"):
        return list(lines)
    found: list[Listed] = []
    for group in logical(lines):
        first, (text, comment) = group[0], uncommented([line.text for line in group])
        sign = sign_of(text) if first.stage and not first.remark else None
        if sign is None or (
            level == "hard" and known and not is_gradient(text[: sign.start()], known)
        ):
            found += group
        else:
            if level == "hard" and re.search(r"[-+]=", comment):
                comment = ""  # what our own comment says is asked for here
            operator = f" {sign[1]} " if level == "medium" else " "
            hidden = text[sign.end() if level == "medium" else sign.start() + 1 :]
            blank = BLANK * max(LEAST, len(hidden))
            found.append(Listed(f"{text[: sign.start()]}{operator}{blank}{comment}", first.stage))
    return found


def blanks(lesson: Lesson, level: str | None) -> list[Listed]:
    """Return the lines of the backward pass of a lesson, in an exercise of some level with blanks."""
    return blanked(lesson.backward, level, gradients(lesson))


def gradients(lesson: Lesson) -> frozenset[str]:
    """Return what the gradients of the variables of the forward pass of a lesson are called."""
    return frozenset(lesson.recording.gradient_names.values())


def is_gradient(target: str, known: Collection[str]) -> bool:
    return re.split(r"[\[.,(]", target.strip())[0].strip() in known


def asked(lesson: Lesson, level: str) -> list[str]:
    found = [line.text for line in blanks(lesson, level) if BLANK in line.text]
    return list(dict.fromkeys(re.split(r"[\[.,( ]", text.strip())[0] for text in found))


def uncommented(texts: Sequence[str]) -> tuple[str, str]:
    """Return a statement as one line, and the comments behind its lines."""
    code, comments = [], []
    for text in texts:
        at = comment_at(text)
        code.append(text[:at].rstrip())
        comments += [text[at:]] if at < len(text) else []
    return joined(code), "".join(f"  {comment}" for comment in comments)


def comment_at(text: str) -> int:
    """Return where the comment of a line begins: its end if there is none."""
    starts = (m.start() for m in QUIET.finditer(text) if m[0].startswith("#"))
    return next(starts, len(text))


def bare(text: str) -> str:
    """Return code of the same length in which strings and comments hold no sign and no bracket."""
    return QUIET.sub(lambda m: "s" * len(m[0]), text)


def logical(lines: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Yield the lines of each statement: a bracket that is open goes on with the next line."""
    group: list[Listed] = []
    for line in lines:
        group.append(line)
        if line.remark or balanced("\n".join(part.text for part in group)):
            yield group
            group = []
    if group:
        yield group


def balanced(text: str) -> bool:
    code = bare(text)
    return all(code.count(a) == code.count(b) for a, b in ("()", "[]", "{}"))


def joined(texts: Sequence[str]) -> str:
    whole = " ".join([texts[0], *(t.strip() for t in texts[1:])])
    return re.sub(r",? (?=[)\]}])", "", re.sub(r"(?<=[(\[{]) ", "", whole))


def sign_of(text: str) -> re.Match[str] | None:
    for sign in SIGN.finditer(bare(text)):
        left = text[: sign.start()]
        if balanced(left):
            return sign if left.strip() else None
    return None
