"""Sheets of paper: what a page holds goes in, how it is laid out on two of them comes out.

A browser tells nobody where its pages end, so heights are estimated here, in millimetres: the circuit takes what the
code leaves of the first sheet, and the tables are set a little larger or smaller, so that the last sheet is well filled.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from codegen.errors import UsageError
from codegen.handout.lesson import GateNote, Lesson
from codegen.handout.recording import Listed
from codegen.records import dataclass

PAPERS = {"a4": ("A4", 210.0, 297.0), "letter": ("letter", 215.9, 279.4)}
MARGINS, GAP = (12.0, 8.0), 6.0  # the narrow one where the wide one would take a third sheet
POINT = 25.4 / 72
CODE_LINE, CODE_LETTER, CODE_SIDE = 10.0 * POINT, 4.58 * POINT, 6.2
TEXT_LINE, TEXT_LETTER, HEADING, SUBHEADING = 12.6 * POINT, 4.55 * POINT, 9.4, 6.0
MATH_LINE, MATH_LETTER, HEAD_ROW = 5.6, 4.6 * POINT, 6.2
SMALLEST = 0.145  # millimetres that a unit of a picture takes at least: letters of six points
FULL, HALF, SPARE = 0.95, 0.58, 0.2
TASK = 11.5
EMPTY = 0.66  # a first sheet that holds less takes some of the tables as well
WIDER = 1.12
BESIDE = 0.6  # of the width for a circuit with the formula beside it
LOST = 0.08  # lost at the foot of a sheet, where what is next does not fit
SHEETS = 2
EXTRAS = (
    "explicit",
    "kept",
    "other",
)  # if they take no further sheet, the first if it is the second
TINY, SMALL, LARGE = 0.74, 0.78, 1.3  # small letters have seven points
SAFE = 1.07
STRETCH, PLAIN = 1.4, 1.05  # larger letters are also broken into more lines, blanks are not


@dataclass(frozen=True)
class Sheet:
    size: str
    """As CSS names it."""
    margin: float
    height: float
    """Of the paper, and of what can be printed on, in millimetres."""
    layout: str
    """`"wide"` (circuit above the code on a first sheet), `"tall"` (beside it) or `"flow"` (as much on each sheet
    as it holds)."""
    scale: float
    """Of all that stands behind the first sheet; of everything if the page flows."""
    extras: tuple[str, ...] = ()
    """What is printed because there is room for it, of `EXTRAS`."""
    stages: bool = True
    """Whether the local gradients are printed stage by stage; the gates have them, too."""


@dataclass(frozen=True)
class Shape:
    """The circuit that is printed: whether it runs down, its size, and whether the formula has room beside it."""

    down: bool
    width: float
    height: float
    beside: bool = False


@dataclass(frozen=True)
class Content:
    """What a page holds; `blank` and `hidden` leave words and formulas out, `other` is the second circuit."""

    lesson: Lesson
    shape: Shape
    codes: Sequence[Sequence[Listed]]
    blank: bool
    hidden: bool
    other: Shape | None = None

    def sheet(self, paper: str = "a4") -> Sheet:
        if paper not in PAPERS:
            raise UsageError(
                f"there is no paper {paper!r}", advice=f"Choose from {', '.join(PAPERS)}."
            )
        size, wide, high = PAPERS[paper]
        rooms = [Room(self, size, m, wide - 2 * m, high - 2 * m - 1) for m in MARGINS]
        found, sheets = rooms[0].laid_out()
        if sheets > SHEETS:
            narrow, fewer = rooms[1].laid_out()
            found = narrow if fewer < sheets else found
        return found


@dataclass(frozen=True)
class Room:
    """What a page holds, and what can be printed on."""

    content: Content
    size: str
    margin: float
    width: float
    height: float

    def laid_out(self) -> tuple[Sheet, int]:
        lesson, blank, hidden = self.content.lesson, self.content.blank, self.content.hidden
        width, other = self.width, self.content.other
        room = {
            "kept": 0.0 if blank else kept_height(lesson, width),
            "explicit": 0.0 if hidden else explicit_height(lesson, width, blank),
            "other": 0.0 if other is None else HEADING + min(other.height * 0.3, self.height / 3),
        }
        tables, stages = rest_height(lesson, width, blank, hidden), True
        chosen, fewest = self.with_tables(tables)
        if fewest > SHEETS and lesson.gates and not hidden:
            less = tables - stages_height(lesson, width, hidden)
            found, sheets = self.with_tables(less)
            if sheets < fewest:
                tables, stages, chosen, fewest = less, False, found, sheets
        flows = chosen[0] == "flow"
        extras: list[str] = []
        for name in EXTRAS:
            more = tables + math.fsum(room[one] for one in (*extras, name))
            found, sheets = self.with_tables(more, flows)
            most = max(fewest, SHEETS) if name == "explicit" else fewest
            if room[name] and sheets <= most and found[1] >= SMALL:
                extras, chosen, fewest = [*extras, name], found, max(fewest, sheets)
        layout, scale = chosen
        sheet = Sheet(self.size, self.margin, self.height, layout, scale, tuple(extras), stages)
        return sheet, fewest

    def with_tables(self, rest: float, flows: bool = False) -> tuple[tuple[str, float], int]:
        """Return the layout and scale of the page, and about how many sheets it takes, for tables of some height.

        What flows without its extras flows with them, in letters that are hardly larger than usual.
        """
        blank, height = self.content.blank, self.height
        task = TASK if blank else 0.0
        total = self.flow_height() + rest + task
        power = PLAIN if blank else STRETCH
        scale = filled(rest, height, TINY, power)
        layout = "tall" if self.content.shape.down else "wide"
        one = total * SMALL**power <= FULL * height
        bare = layout == "wide" and total - rest < EMPTY * height
        if not (one or bare or flows) and scale and self.fits(layout, height - task):
            return (layout, scale), 1 + sheets_of(rest, height, scale, power)
        total *= SAFE if one else 1.0  # what does not go on one sheet leaves a second one empty
        flowing = filled(total, height, SMALL, power) or LARGE
        flowing = min(flowing, WIDER) if flows else flowing
        return ("flow", flowing), sheets_of(total, height, flowing, power)

    def fits(self, layout: str, height: float) -> bool:
        """Return whether formula, circuit and code go on the first sheet."""
        lesson, shape, codes = self.content.lesson, self.content.shape, self.content.codes
        title, width = 9.0, self.width
        if layout == "wide":
            room = height - title - formula_height(lesson) - self.code_height() - HEADING
            room -= legend_height(lesson, width)
            return room >= SMALLEST * shape.height and width >= SMALLEST * shape.width
        column, side = ((width - GAP) * part / 11 for part in (6, 5))
        code = HEADING + 2 * SUBHEADING + math.fsum(code_height(c, column) for c in codes) + 3
        room = height - title - HEADING - legend_height(lesson, side)
        circuit = room >= SMALLEST * shape.height and side >= SMALLEST * shape.width
        return circuit and title + formula_height(lesson) + code <= height

    def flow_height(self) -> float:
        lesson, shape = self.content.lesson, self.content.shape
        side = (self.width - GAP) * BESIDE if shape.beside else self.width
        unit = min(0.317, side / shape.width, 0.5 * self.height / shape.height)
        circuit = HEADING + unit * shape.height + legend_height(lesson, side)
        formula = formula_height(lesson)
        both = max(formula, circuit) if shape.beside else formula + circuit
        return 9.0 + both + self.code_height()

    def code_height(self) -> float:
        column = (self.width - GAP) / 2
        return HEADING + SUBHEADING + max(code_height(c, column) for c in self.content.codes)


def sheets_of(content: float, height: float, scale: float, power: float) -> int:
    used = (content * scale**power / height - LOST) / (FULL - LOST)
    return max(1, int(math.ceil(used - 0.02)))  # scales are rounded


def kept_height(lesson: Lesson, width: float) -> float:
    return HEADING + 8 + text_height(lesson.kept, width - 6) if lesson.kept else 0.0


def explicit_height(lesson: Lesson, width: float, blank: bool) -> float:
    if lesson.explicit is None:
        return 0.0
    words = 0 if blank else text_height([lesson.explicit.words], width)
    return HEADING + 43 + words + (0 if blank else 38)


def filled(content: float, height: float, smallest: float, power: float) -> float | None:
    """Return by how much to scale what fills whole sheets, the last one more than half; None if that cannot be.

    Heights grow with a power of the scale.
    """
    used = FULL - LOST
    sheets = max(1, math.ceil((content * smallest**power / height - LOST) / used))
    most, least = (sheets * used + LOST) * height, ((sheets - 1) * (1 - LOST) + HALF) * height
    easy = least if sheets == 1 else least + SPARE * height
    aim = min(max(content, easy), most)
    scale = min(LARGE, (aim / content) ** (1 / power))
    return round(scale, 3) if content * scale**power >= least - 1e-9 * height else None


def formula_height(lesson: Lesson) -> float:
    return HEADING + math.fsum(9.5 if r"\frac" in line else 5.6 for line in lesson.formula) + 1.5


def legend_height(lesson: Lesson, width: float) -> float:
    words = f"{lesson.legend[0]} {lesson.legend[1]} {lesson.upstream}"
    return 3 + rows(len(words) * 4.1 * POINT, width) * 11.2 * POINT


def code_height(lines: Iterable[Listed], column: float) -> float:
    letters = (column - CODE_SIDE) / CODE_LETTER
    return math.fsum(rows(len(line.text), letters) for line in lines) * CODE_LINE


def rest_height(lesson: Lesson, width: float, blank: bool, hidden: bool) -> float:
    found = stages_height(lesson, width, hidden)
    if lesson.gates and not hidden:
        found += HEADING + HEAD_ROW
        for gate in printed_gates(lesson):
            words = text_height([gate.words], 0.45 * width)
            words += (
                math.fsum(rows(len(s) * 4.2 * POINT, 0.45 * width) for s in gate.shapes) * TEXT_LINE
            )
            text = f"{gate.name} = {gate.text}" if gate.name else gate.text
            code = rows(len(text) * CODE_LETTER, 0.18 * width) * CODE_LINE * 1.25
            formulas = math_height(gate.formulas, 0.25 * width)
            found += max(0.0 if blank else words, code, formulas, TEXT_LINE) + 1.6
    if lesson.forks and not blank:
        found += HEADING + text_height(lesson.forks, width - 6)
    if lesson.sensitivity and not blank:
        found += HEADING + 7 + text_height(lesson.sensitivity, width - 6)
    values = len(lesson.values) * (TEXT_LINE + 1.3)
    checks = math.fsum(
        rows(len(c.name) * CODE_LETTER, 18.0) * TEXT_LINE + 1.3 for c in lesson.check
    )
    checks = 0.0 if blank else checks + 14
    return found + HEADING + HEAD_ROW + max(values, checks) + 2


def text_height(lines: Iterable[str], width: float) -> float:
    return math.fsum(rows(len(line) * TEXT_LETTER, width) * TEXT_LINE for line in lines)


def stages_height(lesson: Lesson, width: float, hidden: bool) -> float:
    told = hidden or any(stage.formulas for stage in lesson.stages)
    found = HEADING + HEAD_ROW if told else 0.0
    for stage in [s for s in lesson.stages if hidden or s.formulas]:
        code = (
            math.fsum(rows(len(text) * CODE_LETTER, 0.45 * width) for text in stage.texts)
            * CODE_LINE
        )
        formulas = 0.0 if hidden else math_height(stage.formulas, 0.46 * width)
        found += max(code, formulas, TEXT_LINE) + 1.6
    return found


def printed_gates(lesson: Lesson) -> list[GateNote]:
    """Return the rows of the table of gates that are printed: of gates that differ in their trip alone the last one."""
    last = {(gate.stage, gate.label, gate.text): gate.number for gate in lesson.gates}
    return [g for g in lesson.gates if not g.trip or g.number in last.values()]


def math_height(formulas: Sequence[str], width: float) -> float:
    """Return how high formulas are that stand beside each other as far as there is room."""
    count, used = 1 if formulas else 0, 0.0
    for text in formulas:
        own = seen(text) * MATH_LETTER + 4
        if used and used + own > width:
            count, used = count + 1, 0.0
        used += own
    high = any(r"\frac" in text for text in formulas)
    return count * (MATH_LINE if high else 5.0)


def seen(latex: str) -> int:
    """Return about how wide a formula is, in letters: of a fraction its longer half counts."""
    text = latex
    while (at := text.find(r"\frac{")) >= 0:
        top, middle = braced(text, at + 5)
        bottom, end = braced(text, middle)
        longer = top if plain(top) >= plain(bottom) else bottom
        text = text[:at] + longer + text[end:]
    return plain(text)


def braced(text: str, start: int) -> tuple[str, int]:
    """Return what stands between the braces that open at a place, and the place behind them."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start + 1 : at], at + 1
    return text[start:], len(text)


def plain(latex: str) -> int:
    """Return about how many letters are seen."""
    from codegen.handout.lesson.formula import visible

    return visible(latex)


def rows(length: float, width: float) -> int:
    """Return in how many rows something is broken."""
    return max(1, math.ceil(length / width))
