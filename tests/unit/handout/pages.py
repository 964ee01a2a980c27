"""Handouts read back: a page goes in; its pictures, tables, lines of code and words come out as plain data."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cached_property

from tests.drawn import Drawn, drawn

MINUS = "\N{MINUS SIGN}"
NUMBER = rf"{MINUS}?\d+(?:\.\d+)?(?:e{MINUS}?\d+)?"
FACTOR = rf"(?:{NUMBER}|\({NUMBER}\))"
EQUATION = re.compile(rf"(?<![\w.]){FACTOR}(?: [·+/{MINUS}] {FACTOR})+ [=≈] {FACTOR}(?![\w.]*\d)")


def plain(text: str) -> str:
    """Return the text of a piece of a page without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def parsed(number: str) -> float:
    """Return the value of a number as it is printed."""
    return float(number.strip("()").replace(MINUS, "-"))


def unit(number: str) -> float:
    """Return half a unit in the last printed place of a number."""
    mantissa, _, power = number.strip("()").partition("e")
    digits = len(mantissa.partition(".")[2])
    return 0.5 * 10.0 ** (-digits + (int(power.replace(MINUS, "-")) if power else 0))


@dataclass(frozen=True)
class Row:
    """A row of a table: the gate it belongs to (-1 for none), and its cells."""

    gate: int
    cells: tuple[str, ...]


class Page:
    """A handout as HTML."""

    def __init__(self, text: str) -> None:
        self.source = text

    @cached_property
    def pictures(self) -> list[Drawn]:
        """The circuits, one for each width of the page, and the one with its groups of gates taken apart."""
        source = self.source.replace(" data-other-", " data-")
        return [
            drawn(svg) for svg in re.findall(r"<svg class=\"circuit.*?</svg>", source, re.DOTALL)
        ]

    @cached_property
    def said(self) -> str:
        """The text of the page, pictures and scripts apart."""
        text = re.sub(r"<(svg|script|style|math)\b.*?</\1>", " ", self.source, flags=re.DOTALL)
        return plain(text)

    def table(self, kind: str) -> list[Row]:
        """Return the rows of a table."""
        found = re.search(rf"<table class=\"{kind}[^>]*>.*?</table>", self.source, re.DOTALL)
        body = found[0].partition("<tbody>")[2] if found else ""
        rows = []
        for attributes, row in re.findall(r"<tr([^>]*)>(.*?)</tr>", body, re.DOTALL):
            gate = re.search(r"data-gate=\"(\d+)\"", attributes)
            cells = re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row, re.DOTALL)
            rows.append(Row(int(gate[1]) if gate else -1, tuple(cells)))
        return rows

    def lines(self, ident: str) -> list[tuple[int, str]]:
        """Return the lines of code of one pass, with their stages."""
        part = self.source[self.source.index(f'id="{ident}"') :]
        part = part[: part.index("</ol>")]
        items = re.findall(r"<li([^>]*)>.*?<code[^>]*>(.*?)</code>", part, re.DOTALL)
        found = []
        for attributes, text in items:
            stage = re.search(r"data-s=\"(\d+)\"", attributes)
            shown = plain(text).replace("\xa0", " ")
            found.append((int(stage[1]) if stage else 0, shown.rstrip()))
        return found

    @property
    def forks(self) -> list[str]:
        """The words on forks."""
        found = re.search(r"<ul class=\"forks\".*?</ul>", self.source, re.DOTALL)
        return (
            [plain(item) for item in re.findall(r"<li[^>]*>(.*?)</li>", found[0])] if found else []
        )


def equations(text: str) -> list[str]:
    """Return the equations of numbers in a text."""
    return [found[0] for found in EQUATION.finditer(text)]


def wrong_equation(equation: str) -> bool:
    """Return whether an equation does not hold as it is printed; what is only about equal may be off by rounding."""
    left, sign, right = re.split(r" ([=≈]) ", equation)
    numbers = re.findall(NUMBER, left)
    shape = re.sub(NUMBER, "{}", left.replace("·", "*").replace(f" {MINUS} ", " - "))

    def value(terms: list[float]) -> float:
        return float(eval(shape.format(*(f"({t!r})" for t in terms))))  # noqa: S307  # numbers only

    terms = [parsed(n) for n in numbers]
    result, slack = value(terms), unit(right) * 1.0001
    if sign == "≈":
        for i, number in enumerate(numbers):
            moved = [t + (unit(number) if k == i else 0.0) for k, t in enumerate(terms)]
            slack += abs(value(moved) - result)
    return abs(result - parsed(right)) > slack
