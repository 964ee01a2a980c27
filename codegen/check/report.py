"""The report of a check. In: errors, notes, failures. Out: a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from codegen.check.tolerances import HAPPY, OKAY, UNCOMFORTABLE
from codegen.errors import aligned, listed, visible
from codegen.pytree import Call
from codegen.records import dataclass

MOST_TOLD = 8
"""Failures that a report lists; what is wrong in one place is wrong in every other call too."""
WORDS = (
    (HAPPY, "happy"),
    (OKAY, "okay"),
    (UNCOMFORTABLE, "uncomfortable"),
    (float("inf"), "wrong"),
)


def words(error: float | None, single: bool = False) -> str:
    """Return the course's verdict on a relative error, None if there was nothing to compare with: happy (up to
    1e-7), okay (up to 1e-4), uncomfortable (up to 1e-2) or wrong. In single precision, up to 1e-2 is no surprise.
    """
    if error is None:
        return "not judged"
    if single and HAPPY < error <= UNCOMFORTABLE:
        return "okay in single precision"
    return next((word for limit, word in WORDS if error <= limit), "wrong")


@dataclass(frozen=True)
class Row:
    """What was found about one argument.

    Attributes
    ----------
    name : str
        The argument.
    error : float or None
        The largest relative error at any set of values; None if none could be judged.
    verdict : str
        The course's words for it.
    kinks : int
        Entries left out because the function has no single slope there.
    empty : bool
        Whether there is no number in the argument to judge.
    errors : tuple of (float or None)
        The error at each set of values, the example first.
    """

    name: str
    error: float | None
    verdict: str
    kinks: int = 0
    empty: bool = False
    errors: tuple[float | None, ...] = ()

    @property
    def is_elsewhere(self) -> bool:
        """Whether it was judged at other values than the example's alone."""
        return self.error is not None and self.errors[:1] == (None,)


@dataclass(frozen=True)
class Unproven:
    """A side of a test on which a pair is not known to be right: the answers that lead there, a sentence, and what the
    module says in its place, if that side was recorded.
    """

    answers: Mapping[str, bool | int]
    text: str
    said: str = ""


@dataclass(frozen=True)
class Report:
    """What the numeric check found; a terminal and a notebook show it as a table.

    Attributes
    ----------
    function : str
        Name of the function.
    rows : tuple of Row
        One for each differentiable argument.
    sets : tuple of str
        The sets of values the pair was tried on; the first is "example".
    notes : tuple of str
        What is worth knowing and no failure.
    failures : tuple of str
        What is wrong, in sentences.
    frozen : mapping
        The values of passive arguments that the gradients are right for, and not for others.
    lines : tuple of (int, int)
        How many lines of the pair were judged, and how many it has.
    unproven : tuple of Unproven
        The sides of tests, taken by force, on which it is wrong.
    missed : tuple of Unproven
        The sides of tests that could not be judged.
    guards : mapping
        Conditions on the arguments under which the gradients are wrong, with what was so in the example.
    unrecorded : tuple of Call
        Calls on whose way lies a side of a test that no run has shown as they do: the pair has no lines for it, or is
        wrong there.
    widens : bool
        Whether some gradient of a float32 argument is float64, although what the function gives is float32.
    left_out : tuple of str
        Float arguments that have no gradient, for what they are in the example is a case of its own.
    """

    function: str
    rows: tuple[Row, ...] = ()
    sets: tuple[str, ...] = ("example",)
    notes: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    frozen: Mapping[str, int | str] = field(default_factory=dict)
    lines: tuple[int, int] = (0, 0)
    unproven: tuple[Unproven, ...] = ()
    missed: tuple[Unproven, ...] = ()
    guards: Mapping[str, str] = field(default_factory=dict)
    unrecorded: tuple[Call, ...] = ()
    widens: bool = False
    left_out: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.failures and not self.unproven

    @property
    def verdict(self) -> str:
        """The whole in a word or two; what was not judged is not called right."""
        if not self.ok:
            return "FAILED"
        if left := self.unjudged:
            judged = len(left) < len(self.rows)
            return f"right, but {listed(left)} not judged" if judged else "not judged"
        if elsewhere := [f"d{row.name}" for row in self.rows if row.is_elsewhere]:
            return f"right, but {listed(elsewhere)} not judged at the example"
        return f"right, but {listed(self.left_out)} left out" if self.left_out else "right"

    @property
    def unjudged(self) -> list[str]:
        """The gradients that were judged nowhere, or could not be told from wrong ones; empty ones if all are."""
        counted = [row for row in self.rows if not row.empty] or self.rows
        return [
            f"d{row.name}" for row in counted if row.error is None or row.verdict == WORDS[-1][1]
        ]

    @property
    def told(self) -> list[tuple[str, str]]:
        """The failures and notes, each with its kind; of many failures the first ones."""
        wrong = [*self.failures, *(side.text for side in self.unproven)]
        if len(wrong) > MOST_TOLD:
            wrong[MOST_TOLD:] = [f"and {len(wrong) - MOST_TOLD} more like these"]
        return [("failure", text) for text in wrong] + [("note", text) for text in self.notes]

    def __str__(self) -> str:
        lines = [f"gradient check of {self.function}: {self.verdict}"]
        lines += [f"  {line}" for line in aligned(self.cells())]
        if self.lines[1]:
            lines.append(f"  judged: {self.lines[0]} of {self.lines[1]} lines")
        lines += [f"  {kind}: {text}" for kind, text in self.told]
        return visible("\n".join(lines))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        """Return the report as a notebook shows it."""
        import html  # most reports are text

        verdict = html.escape(self.verdict) if self.ok else f"<b>{self.verdict}</b>"
        parts = [f"<p>gradient check of <code>{html.escape(self.function)}</code>: {verdict}</p>"]
        head, *rows = [[html.escape(text) for text in line] for line in self.cells()] or [[]]
        if rows:
            parts.append(
                f"<table><thead>{html_row(head, 'th')}</thead>"
                f"<tbody>{''.join(html_row(row, 'td') for row in rows)}</tbody></table>"
            )
        items = "".join(f"<li>{kind}: {html.escape(text)}</li>" for kind, text in self.told)
        return "\n".join([*parts, *([f"<ul>{items}</ul>"] if items else [])])

    def cells(self) -> list[list[str]]:
        """Return the texts of the table, the headings first; nothing if there are no rows."""
        if not self.rows:
            return []
        kinks = any(row.kinks for row in self.rows)
        cells = [["relative error", *self.sets, *(["kinks"] if kinks else []), ""]]
        for row in self.rows:
            errors = [shown(error) for error in row.errors]
            errors += ["-"] * (len(self.sets) - len(errors))
            count = [str(row.kinks or "-")] if kinks else []
            cells.append([f"d{row.name}", *errors, *count, row.verdict])
        return cells


def html_row(texts: Sequence[str], cell: str) -> str:
    return f"<tr>{''.join(f'<{cell}>{text}</{cell}>' for text in texts)}</tr>"


def shown(error: float | None) -> str:
    if error is None:
        return "-"
    return "0" if error == 0 else f"{error:.0e}"
