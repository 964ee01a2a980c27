"""What is known about a gradient. In: entries of it beside numeric slopes. Out: the largest error, failures, notes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from codegen.check.numeric import Slope, error


@dataclass(frozen=True)
class Entry:
    """One number of the gradient beside its numeric slope.

    Attributes
    ----------
    where : str
    expected : float
        What the backward pass gives.
    slope : Slope
    error : float
        The relative error.
    wobble : float
        How much `expected` changes when all inputs change by a few units in the last place.
    """

    where: str
    expected: float
    slope: Slope
    error: float
    wobble: float = 0.0

    @property
    def sure(self) -> bool:
        """Whether the difference is larger than what the numeric slope leaves open."""
        return abs(self.expected - self.slope.value) > 10 * self.slope.uncertainty

    @property
    def shaky(self) -> bool:
        """Whether rounding explains the difference."""
        return abs(self.expected - self.slope.value) <= 10 * self.wobble


@dataclass
class Judged:
    """What was found about the gradient on one argument.

    Attributes
    ----------
    entries : list of Entry
        What could be compared.
    kinks : int
        Entries at a kink of the function.
    unknown : int
        Entries where no step gave a numeric slope, with the `reason` if the function raised an exception.
    single : bool
        Whether the function could be sampled in single precision only.
    infinite : bool
        Whether some output is not finite; then a gradient that is not either says nothing.
    """

    entries: list[Entry] = field(default_factory=list)
    kinks: int = 0
    unknown: int = 0
    reason: str = ""
    single: bool = False
    infinite: bool = False

    @property
    def error(self) -> float | None:
        """The largest relative error."""
        return max((entry.error for entry in self.entries), default=None)

    def add(
        self, where: str, expected: float, found: Slope, size: float, wobble: float = 0.0
    ) -> None:
        """Sort one more entry in."""
        if found.kink:
            self.kinks += 1
        elif not found.known or (self.infinite and not np.isfinite(expected)):
            self.unknown += 1
        else:
            off = error(expected, found, size)
            self.entries.append(Entry(where, expected, found, off, wobble))

    def wrong(self) -> Entry | None:
        """Return the entry that shows the gradient to be wrong."""
        firm = [entry for entry in self.entries if not entry.shaky or entry.error < 1e-6]
        worst = max(firm, key=lambda entry: entry.error, default=None)
        if worst is None or worst.error > (1e-2 if self.single else 1e-4):
            return worst
        if self.single or self.kinks:
            return None
        sure = [entry for entry in firm if entry.error > 1e-6 and entry.sure]
        return max(sure, key=lambda entry: entry.error, default=None)

    def failures(self, name: str) -> list[str]:
        """Return the sentence on a wrong gradient."""
        worst = self.wrong()
        if worst is None:
            return []
        numbers = (
            f"the backward pass gives {worst.expected:.6g}, numeric is {worst.slope.value:.6g}"
        )
        return [f"d{name} is wrong: {worst.where}, {numbers}, relative error {worst.error:.0e}"]

    def notes(self, name: str) -> list[str]:
        """Return the sentences on what could not be judged."""
        found = []
        shaky = sum(entry.shaky and entry.error > 1e-6 for entry in self.entries)
        if shaky:
            found.append(
                f"{entries(shaky)} of d{name} off by rounding: the function is ill-conditioned"
            )
        if self.kinks:
            found.append(f"{entries(self.kinks)} of d{name} at a kink of the function, not judged")
        if self.unknown:
            why = (
                f": the function raises {self.reason}"
                if self.reason
                else ", too steep or on the edge"
            )
            found.append(
                f"{entries(self.unknown)} of d{name} without a numeric slope, not judged{why}"
            )
        return found


def entries(count: int) -> str:
    """Return a number of entries in words."""
    return f"{count} {'entry' if count == 1 else 'entries'}"
