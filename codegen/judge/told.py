"""What numbers tell by themselves: a wrong gradient and the true one go in, the kind of mistake comes out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from codegen.judge.forms import Leaf, bare, leaves_of
from codegen.judge.mistakes import mistake, near, nothing, relation
from codegen.judge.probes import Known, Truths
from codegen.judge.report import Mistake
from codegen.judge.truth import Estimate
from codegen.judge.watching import Wrong, last_part
from codegen.pytree import is_number

REGULAR = re.compile(r"(?<![a-z])(reg|l2|lam|lambda|decay|penalty|ridge|weight_decay)(?![a-z])")


class Told:
    """Tells mistakes of one derivative by their numbers."""

    def __init__(self, wrong: Wrong, truths: Truths) -> None:
        self.wrong, self.truths = wrong, truths

    def by_results(self) -> Mistake | None:
        """Return the mistake as far as the results tell."""
        for item in self.wrong.reading.items:
            true = self.wrong.bad.get(item.leaf.label)
            if true is None or not is_number(item.value):
                continue
            found = self.by_numbers(item.value.astype(np.float64), true, item.leaf.label)
            return mistake(found[0], variable=item.leaf.gradient, **found[1]) if found else None
        return None

    def by_numbers(
        self, value: Any, true: Estimate, name: str
    ) -> tuple[str, dict[str, Any]] | None:
        """Return the kind of a mistake that a wrong array shows by itself."""
        related = relation(value, true)
        if related is not None and related[0] in ("sign", "transposed", "sum_missing"):
            return related
        if value.shape == true.value.shape and not nothing(true):
            arguments = {bare(leaf.label) for leaf in self.wrong.leaves}
            for leaf in leaves_of(self.wrong.point.values) if bare(name) in arguments else ():
                if leaf.label != name and self.is_derivative_by(leaf, value):
                    return "other_argument", {"other": leaf.label}
            terms = self.terms(value, true, name)
            if terms is not None:
                return terms
        return related

    def is_derivative_by(self, leaf: Leaf, value: Any) -> bool:
        """Return whether a value is the derivative by some leaf: its gradient, or all slopes by a single number."""
        slopes, shape = self.wrong.slopes(), np.shape(leaf.of(self.wrong.point.values))
        if shape == value.shape:
            other = slopes.gradient(leaf)
        elif not shape and [np.shape(w) for w in self.wrong.weights] == [value.shape]:
            other = slopes.jacobian(leaf).reshaped(value.shape)
        else:
            return False
        return not nothing(other) and near(value, other.value, other.known)

    def is_regular(self, text: str) -> bool:
        """Return whether a line of the forward pass is the regularisation of a loss."""
        return is_regular(text) and all(np.ndim(w) == 0 for w in self.wrong.weights)

    def terms(self, value: Any, true: Estimate, name: str) -> tuple[str, dict[str, Any]] | None:
        same = [n for n in self.truths.names if bare(last_part(n)) == bare(last_part(name))]
        uses = [
            use
            for n in same
            for use in self.truths.grouped(n)
            if use.estimate.value.shape == value.shape
        ]
        if not 1 <= len(uses) <= 8:
            return None
        alike = Counter(use.text for use in uses)
        alone = [use for use in uses if alike[use.text] == 1]
        found = self.term(value, true, alone, len(uses) > 1, lambda use: f"`{use.text}`")
        if found is not None:
            return found
        for text in alike:
            total = sum(use.estimate.value for use in uses if use.text == text)
            known = true.known & np.isfinite(total)
            if len(alike) == 1 or not known.any():
                continue
            factors = (1.0, 0.5, -1.0, -0.5) if self.is_regular(text) else (1.0,)
            for factor in factors:
                if near(value + factor * total, true.value, known, true.size):
                    kind = "term_missing"
                    if self.is_regular(text):
                        forgotten = factor == 1.0
                        kind = f"regularisation_{'forgotten' if forgotten else 'doubled'}"
                    return kind, {"term": f"`{text}`", "times": f"{1 - factor:g}"}
        several = [use for use in uses if alike[use.text] > 1]
        return self.term(
            value,
            true,
            several,
            True,
            lambda use: f"one of the {alike[use.text]} uses in `{use.text}`",
        )

    def term(
        self,
        value: Any,
        true: Estimate,
        uses: Sequence[Known],
        sums: bool,
        words: Callable[[Known], str],
    ) -> tuple[str, dict[str, Any]] | None:
        for use in uses:
            known = true.known & use.estimate.known
            if not sums or not known.any():
                continue
            regular = self.is_regular(use.text)
            if near(value + use.estimate.value, true.value, known, true.size):
                kind = "regularisation_forgotten" if regular else "term_missing"
                return kind, {"term": words(use)}
            if near(value - use.estimate.value, true.value, known, true.size):
                kind = "regularisation_doubled" if regular else "term_twice"
                return kind, {"term": words(use), "times": "2"}
        return None


def is_regular(text: str) -> bool:
    """Return whether a line of the forward pass is a regularisation."""
    return bool(REGULAR.search(text.lower()))
