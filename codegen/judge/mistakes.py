"""Mistakes in words. In: numbers that are wrong and what they should be. Out: a `Mistake`: what is seen, and one hint.

The words are a tutor's: they say what is seen and where to look, and not what the line should be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from codegen.judge.report import Mistake
from codegen.judge.truth import Estimate

NEAR = 1e-5
SENTENCES: Mapping[str, tuple[str, str]] = {
    "overwritten": (
        "{variable} holds only one of its terms: the last `=` threw the others away",
        "a variable that is used in several places of the forward pass gets a term from each of them; terms add up "
        "with +=",
    ),
    "term_missing": (
        "{variable} lacks the term that comes from {term}",
        "follow every place where the variable is used in the forward pass; each of them adds a term",
    ),
    "term_twice": (
        "{variable} has the term that comes from {term} twice",
        "each use of the variable in the forward pass adds its term once",
    ),
    "regularisation_forgotten": (
        "{variable} lacks the term of the regularisation ({term})",
        "the loss is a sum of the data term and the regularisation; both depend on this variable",
    ),
    "regularisation_doubled": (
        "{variable} has the term of the regularisation ({term}) {times} times",
        "what is the derivative of the regularisation by one weight?",
    ),
    "no_upstream": (
        "{variable} does not change when the upstream gradient does: the upstream gradient is left out",
        "local gradient times upstream gradient: which gradient comes from above into this gate?",
    ),
    "sum_missing": (
        "{variable} has shape {found}, it should have {expected}: a sum over a broadcast axis is missing",
        "what was copied along an axis in the forward pass is summed along that axis in the backward pass",
    ),
    "sum_extra": (
        "{variable} is summed over an axis along which nothing was broadcast",
        "compare the shapes: the gradient has the shape of the variable, entry by entry",
    ),
    "sum_axis": (
        "{variable} is summed over the wrong axis",
        "along which axis was the variable copied in the forward pass?",
    ),
    "transposed": (
        "{variable} is transposed, or a factor of its product is",
        "let the shapes guide you: the gradient has the shape of the variable itself",
    ),
    "axes": (
        "the axes of {variable} are in another order than in the forward pass",
        "a reshape or transpose is undone by the opposite steps in the opposite order: what does each axis count, "
        "before and after?",
    ),
    "backwards": (
        "this loop runs forwards, as that of the forward pass does",
        "the gradient of the last trip is known first: which trip does the backward pass begin with?",
    ),
    "wraps_around": (
        "in the first trip the index is -1, which is the last entry",
        "what stands before the first entry in the forward pass?",
    ),
    "sign": (
        "{variable} has the wrong sign{where}",
        "does the output grow or fall when this variable grows?",
    ),
    "factor": (
        "{variable} is {ratio} times what it should be",
        "look for a factor that was forgotten, or that stands there twice: a mean divides by the count, a square "
        "brings a 2",
    ),
    "constant": (
        "{variable} is off by the same amount, {ratio}, in every entry",
        "a constant does not depend on the variable: its derivative is 0",
    ),
    "term_factors": (
        "{variable} is a sum of the right terms with wrong factors: {terms}",
        "derive each of these terms by itself: which sign, and which factor, does it have?",
    ),
    "other_argument": (
        "{variable} is the derivative by {other}",
        "check by which argument each line differentiates, and in which order the results are returned",
    ),
    "mask": (
        "the mask of {variable} lets the wrong entries through",
        "the gradient flows where the forward pass let the value through: which variable was compared there, and how?",
    ),
    "forward_overwritten": (
        "the forward value {variable} is overwritten here, before a later line reads it",
        "the local gradients need the values of the forward pass; keep them and use another name",
    ),
    "changed_in_place": (
        "{variable} is changed in place: it belongs to the caller, or is needed again",
        "make a copy first, or write the result under a name of its own",
    ),
    "pad_zero": (
        "at a padding of 0 the slice `pad:-pad` is empty",
        "write the end of the slice so that it is right for a padding of 0 as well",
    ),
    "overlapping": (
        "windows overlap, but each of them overwrites what others have written to {variable}",
        "an entry that lies in several windows gets a term from each of them; terms add up with +=",
    ),
    "only_this_size": (
        "right for the sizes of the example, wrong for others: a size is written as a number, or two sizes are mixed "
        "up",
        "read sizes from shapes, and ask of each N, D whether it is the one that is meant",
    ),
    "only_positive": (
        "right for positive data, wrong for negative data",
        "which step is only true for numbers that are positive?",
    ),
    "wrong_variable": (
        "{variable} is made from the wrong variable",
        "compare the names in this line with those in the line of the forward pass",
    ),
    "local_gradient": (
        "the local gradient in this line is wrong",
        "derive the local gradient of this one gate again, with its own input and output only",
    ),
    "second": (
        "{variable} is the second derivative, not the first",
        "the gradient is the first derivative",
    ),
    "shape": (
        "{variable} has shape {found}, it should have {expected}",
        "a gradient has the shape of its variable",
    ),
    "no_cache": (
        "there is no cache: the forward function returns its output alone",
        "a forward function ends in `return out, cache`; what the backward pass reads is put into the cache there",
    ),
    "return_in_loop": (
        "the function returns in the first trip of this loop: the other trips are never run",
        "what is indented belongs to the loop",
    ),
    "no_return": (
        "nothing is returned",
        "a backward function ends in a return with its gradients, in the order of the arguments",
    ),
    "unpacked": (
        "{variable} holds another value of the forward pass, {other}: the cache is unpacked in another order than "
        "it was packed",
        "compare the line that makes the cache with the one that takes it apart",
    ),
    "wrong_entries": (
        "the wrong entries are taken or changed in this line",
        "which entries did the forward pass read, and where do their gradients belong?",
    ),
    "repeated": (
        "an index that occurs several times counts only once in {variable}",
        "an entry that is read several times gets a term from each time; `+=` with an array of indices adds only the "
        "last of them",
    ),
    "raises": (
        "this line raises {error}",
        "the message says what the line cannot do; look at the shapes and types of what it combines",
    ),
    "unknown": (
        "{variable} is not what it should be",
        "derive this line again from the line of the forward pass it belongs to",
    ),
}


WITHIN: Mapping[str, tuple[str, str]] = {  # what is said without a fact: its name, and the words
    "factor": ("ratio", "a factor in one part of this line is wrong"),
    "sign": ("where", "a sign in one part of this line is wrong"),
    "term_missing": ("term", "{variable} lacks one of its terms"),
    "term_twice": ("term", "{variable} has a term too many, or one of them twice"),
}
UNKNOWN: Mapping[str, str] = {  # what stands for a fact that is not known
    "found": "another shape",
    "expected": "that of its variable",
    "terms": "its terms",
    "other": "another variable",
    "times": "some other number of",
    "error": "",
}


def mistake(kind: str, **facts: Any) -> Mistake:
    seen, hint = SENTENCES[kind]
    fact, text = WITHIN.get(kind, ("", ""))
    seen = text if fact and fact not in facts else seen
    return Mistake(kind, seen.format(**{**UNKNOWN, **facts}), hint)


def near(found: Any, true: Any, known: Any, least: float = 0.0) -> bool:
    """Return whether two arrays agree where something is known."""
    size = float(np.max(np.abs(true), initial=0.0, where=known))
    gap = np.abs(found - true)
    return bool(np.all(~known | (gap <= NEAR * max(size, least) + 1e-12)))


def nothing(true: Estimate) -> bool:
    return not true.known.any() or true.size < 1e-13


def ratio_of(found: Any, true: Estimate) -> float | None:
    if found.shape != true.value.shape or nothing(true):
        return None
    known = true.known
    value = np.where(known, true.value, 0.0)
    factor = float(np.sum(np.where(known, found, 0.0) * value) / np.sum(value**2))
    if not np.isfinite(factor) or abs(factor) < 1e-9:
        return None
    if np.isfinite(found).all() and near(found / factor, true.value, known):
        return factor
    return None


def relation(found: Any, true: Estimate) -> tuple[str, dict[str, Any]] | None:
    """Return how a wrong array relates to the true one, told from the two alone: a kind and facts, or None."""
    shape = true.value.shape
    if found.shape != shape:
        return shape_relation(found, true)
    ratio = ratio_of(found, true)
    # a single number is always a multiple of another: only a factor that people forget says something
    if ratio is not None:
        if abs(ratio + 1) < NEAR:
            return "sign", {"where": ""}
        if true.known.sum() > 1 or is_simple(ratio):
            return "factor", {"ratio": f"{ratio:.4g}"}
    if (
        len(shape) == 2
        and shape[0] == shape[1]
        and shape[0] > 1
        and near(found.T, true.value, true.known)
    ):
        return "transposed", {}
    if true.known.sum() > 1 and near(np.abs(found), np.abs(true.value), true.known):
        return "sign", {"where": " in some entries"}
    gap = (found - true.value)[true.known]
    if gap.size > 2 and np.isfinite(gap).all() and np.ptp(gap) <= NEAR * abs(gap.mean()):
        return "constant", {"ratio": f"{gap.mean():.6g}"}
    return None


def is_simple(ratio: float) -> bool:
    """Return whether a factor is a small whole number or one over it."""
    return any(
        abs(value - round(value)) < 1e-4 * abs(value) and 1 < abs(round(value)) <= 12
        for value in (ratio, 1 / ratio)
    )


def shape_relation(found: Any, true: Estimate) -> tuple[str, dict[str, Any]]:
    """Return what is to be said about an array of the wrong shape."""
    shape = true.value.shape
    facts = {"found": found.shape, "expected": shape}
    if found.ndim == 2 and found.T.shape == shape and near(found.T, true.value, true.known):
        return "transposed", facts
    if found.size > np.prod(shape):
        for axes in subsets(range(found.ndim)):
            summed = found.sum(axis=axes, keepdims=True)
            if summed.size == np.prod(shape) and near(
                summed.reshape(shape), true.value, true.known
            ):
                return "sum_missing", facts
    return ("sum_extra", facts) if found.size < np.prod(shape) else ("shape", facts)


def subsets(items: Sequence[int] | range) -> list[tuple[int, ...]]:
    """Return all tuples of some of a few numbers, none of them first."""
    found: list[tuple[int, ...]] = [()]
    for item in items:
        found += [(*one, item) for one in found]
    return found
