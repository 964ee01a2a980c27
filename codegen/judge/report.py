"""What the judge found. In: rows per argument, a place, a mistake. Out: a report for a terminal, or as plain data."""

from __future__ import annotations

import html
from dataclasses import asdict
from typing import Any

from codegen.errors import aligned, visible
from codegen.records import dataclass


@dataclass(frozen=True)
class Finding:
    name: str
    """Such as "dx"."""
    argument: str
    verdict: str
    """"right", "wrong" or "not judged"."""
    error: float | None = None
    """The largest relative error."""
    why: str = ""
    """For what is wrong, the first entry that differs; for what is not judged, the reason."""
    at: str = ""
    """The point at which it is wrong first."""
    kinks: int = 0
    """Entries that have no single slope."""


@dataclass(frozen=True)
class Place:
    """The first wrong line."""

    file: str
    """The name of the file, without its folder."""
    line: int
    column: int
    width: int
    """Line from 1, column from 0, and how many characters are meant."""
    text: str
    variable: str = ""
    """The variable whose value is wrong there."""
    expected: str = ""
    found: str = ""
    """The first entry that differs; empty where there is no number to compare with."""
    sure: bool = True
    """Whether the values of the line's own variable show it; otherwise it is the most likely one."""


@dataclass(frozen=True)
class Mistake:
    """A mistake in words: its kind, what is seen, what it should have been, and one hint."""

    kind: str
    seen: str
    hint: str = ""


@dataclass(frozen=True)
class Stage:
    """A variable of the backward pass, the line that sets it last, and whether it is right in the end."""

    variable: str
    line: int
    right: bool


@dataclass(frozen=True)
class Judgement:
    """What is known about a hand-written derivative."""

    function: str
    derivative: str
    """Their names."""
    form: str
    """How the derivative was read."""
    findings: tuple[Finding, ...] = ()
    """One for each argument."""
    points: tuple[str, ...] = ()
    """Where it was judged."""
    faults: tuple[str, ...] = ()
    """What is wrong beside the numbers: inputs changed, another result at the second call, an exception."""
    notes: tuple[str, ...] = ()
    """What is worth knowing and no fault."""
    place: Place | None = None
    """The first wrong line."""
    mistake: Mistake | None = None
    stages: tuple[Stage, ...] = ()
    """The variables of the backward pass that are named after one of the forward pass, if something is wrong."""
    explanation: tuple[str, ...] = ()
    """Our line and the rule behind it, if it was asked for."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong and something was judged."""
        verdicts = [finding.verdict for finding in self.findings]
        return not self.faults and "wrong" not in verdicts and "right" in verdicts

    @property
    def share(self) -> float:
        """The share of the judged arguments that are right, from 0 to 1; half of it if something else is wrong."""
        judged = [f.verdict == "right" for f in self.findings if f.verdict != "not judged"]
        return self.with_faults(sum(judged) / len(judged)) if judged else 0.0

    @property
    def stage_share(self) -> float:
        """The share of the variables of the backward pass that are right, from 0 to 1."""
        if self.ok or not self.stages:
            return self.share
        return self.with_faults(sum(stage.right for stage in self.stages) / len(self.stages))

    def with_faults(self, share: float) -> float:
        """Return a share of points: with every number right and a fault, such as a changed input, a half is left."""
        return 0.5 if share == 1.0 and not self.ok else share

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data for JSON."""
        return {"ok": self.ok, "share": self.share, **asdict(self)}

    def __str__(self) -> str:
        return visible("\n".join(self.lines()))

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"

    def lines(self) -> list[str]:
        verdict = "right" if self.ok else "WRONG" if self.is_wrong else "not judged"
        found = [f"{self.derivative} against {self.function}: {verdict}"]
        found += [f"  read as {self.form}"] if self.form else []
        verdicts = [(f.name, f.verdict.ljust(10), said(f)) for f in self.findings]
        found += [f"  {line}" for line in aligned(verdicts)]
        found += [f"  fault: {text}" for text in self.faults]
        found += self.place_lines()
        if self.mistake:
            found.append(f"  what is seen: {self.mistake.seen}")
            found += [f"  hint: {self.mistake.hint}"] if self.mistake.hint else []
        found += [f"  {text}" for text in self.explanation]
        found += [f"  note: {text}" for text in self.notes]
        return found

    @property
    def is_wrong(self) -> bool:
        return bool(self.faults) or any(f.verdict == "wrong" for f in self.findings)

    def place_lines(self) -> list[str]:
        place = self.place
        if place is None:
            return []
        kind = "first wrong line" if place.sure else "most likely line"
        found = [
            f"  {kind}: {place.file}:{place.line}",
            f"      {place.text.strip()}",
            f"      {' ' * (place.column - indent(place.text))}{'^' * max(1, place.width)}",
        ]
        if place.expected:
            found.append(f"    {place.variable} is {place.found}, it should be {place.expected}")
        return found


def indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def said(finding: Finding) -> str:
    error = "" if finding.error is None else f"relative error {shown_error(finding.error)}"
    kinks = f"{finding.kinks} entries at a kink left out" if finding.kinks else ""
    at = f"({finding.at})" if finding.at else ""
    parts = [error, " ".join(part for part in (finding.why, at) if part), kinks]
    return "; ".join(part for part in parts if part)


def shown_error(error: float) -> str:
    if error == float("inf"):
        return "infinite"
    return "0" if error == 0 else f"{error:.0e}" if error < 0.1 else f"{error:.2g}"
