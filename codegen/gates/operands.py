"""How an operand is written: its form goes in; what that alone says of its values comes out.

Rows ask for it where values cannot tell: `np.sqrt(x)` has another gradient at 0 where `x` is a sum of squares, and the
maximum of `x[i]`, where one number may stand several times, another one than that of numbers of their own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from codegen.gates.forms import MISSING, Form, Resolver, same

ANYTHING = "*"
"""The name of what an expression is made of, where that is not known."""
DEEPEST = 40
"""How many parts of an expression are looked at."""

SUMS = frozenset({"np.sum", "np.mean", "np.nansum", "np.nanmean"})
PRODUCTS = frozenset({"@", "np.dot", "np.inner", "np.vdot", "np.vecdot"})
MULTIPLYING = PRODUCTS | {"*", "np.einsum", "np.multiply", "np.outer", "np.tensordot", "np.kron"}
MATRIX = frozenset({"@", "np.dot", "np.inner"})
SAME_NUMBERS = frozenset({
    "np.reshape", "np.ravel", "np.transpose", "np.matrix_transpose", "np.swapaxes", "np.moveaxis", "np.expand_dims",
    "np.squeeze", "np.flip", "np.fliplr", "np.flipud", "np.roll", "np.rot90", "np.copy", "np.ascontiguousarray",
    "np.array", "np.asarray", "np.tril", "np.triu", "np.atleast_1d", "np.atleast_2d", "astype", "list", "tuple",
})  # fmt: skip
"""Functions that arrange the numbers of their first operand, each of them once."""
EXTREMES = frozenset({"max", "min", "amax", "amin", "ptp"})
"""How functions and methods end that give the largest or the smallest of some numbers."""
SEARCHES = frozenset({"argmax", "argmin"})
"""Those that give the place of it: the first one."""
ORDERS = SEARCHES | {
    "accumulate", "argpartition", "argsort", "median", "partition", "percentile", "quantile", "sort", "sorted",
}  # fmt: skip
"""Those, too, that put numbers in an order, or pick one by its place in it."""
TRUTHS = frozenset(
    {
        *("const", "<", "<=", ">", ">=", "==", "!="),
        *("np.less", "np.less_equal", "np.greater", "np.greater_equal", "np.equal", "np.not_equal"),
        *("np.isnan", "np.isfinite", "np.isinf", "np.isclose", "np.isin", "np.signbit"),
        *("np.logical_and", "np.logical_or", "np.logical_not", "np.logical_xor"),
    }
)
"""What is a boolean, whatever it is made of."""
OPERATORS = frozenset({"+", "-", "*", "/", "**", "neg", "pos"})
CHOICES = frozenset({"np.where", "np.clip"})
OVER_AXES = frozenset({"logsumexp", "softmax", "log_softmax"})
"""Functions of `scipy.special` that do not work element by element."""


def is_sum_of_squares(form: Form, facts: Resolver) -> bool:
    """Return whether a value is a sum of squares: where it is zero, each of them and its own gradient is zero too."""
    return Reader(facts).squares(form)


def is_sum_of_weighted_squares(form: Form, facts: Resolver) -> bool:
    """Return whether a value is a sum of weighted powers: where all bases are zero, so is each gradient."""
    reader = Reader(facts)
    reader.weighted = True
    return reader.squares(form)


def are_distinct(form: Form, facts: Resolver) -> bool:
    """Return whether the entries of a value are numbers of their own: two that are equal are equal by chance."""
    return Reader(facts).distinct(form)


def is_searched(form: Form, facts: Resolver) -> bool:
    """Return whether the function also asks for the place of an extreme: of equal ones it is the first."""
    searched = facts.searched()
    names = {*Reader(facts).names(form), ANYTHING} if searched else set[str]()
    return any(names & set(Reader(facts).names(one)) for one in searched)


def are_truths(form: Form, facts: Resolver) -> bool:
    """Return whether a mask is made of booleans by the function itself: a caller's may be of any numbers."""
    return Reader(facts).truths(form)


def is_shifted(form: Form, facts: Resolver) -> bool:
    """Return whether a value has its own maximum taken off: none is above zero."""
    form = Reader(facts).seen(form)
    if form.head != "-":
        return False
    largest = Reader(facts).seen(form.args[1])
    while largest.head in SAME_NUMBERS | {"[]"}:
        largest = Reader(facts).seen(largest.args[0])
    return largest.head == "np.max" and same(largest.args[0], form.args[0])


def is_square(form: Form, facts: Resolver) -> bool:
    """Return whether a matrix has as many rows as columns, whatever it is made of."""
    return Reader(facts).seen(form).head in ("np.linalg.cholesky", "np.linalg.inv")


def is_literal(form: Form, facts: Resolver) -> bool:
    return form.head == "const" and isinstance(form.value, int | float) and form.value != 0


def has_name(form: Form, facts: Resolver) -> bool:
    return form.head == "name"


def is_name_or_number(form: Form, facts: Resolver) -> bool:
    """Return whether a value is that of a variable, or made of numbers that are written out."""
    return has_name(form, facts) or is_number(form)


def is_number(form: Form) -> bool:
    return form.head == "const" or bool(form.args) and all(map(is_number, form.args))


def is_given(form: Form, facts: Resolver) -> bool:
    """Return whether a value is an argument, or made of none that is differentiated."""
    is_argument = has_name(form, facts) and facts.is_input(form)
    return is_argument or is_number(form) or facts.is_fixed(form)


def is_nameless(form: Form, facts: Resolver) -> bool:
    """Return whether a value is written where it is read, and is no variable."""
    return not has_name(form, facts)


class Reader:
    """Reads one expression, through the names of the user."""

    def __init__(self, facts: Resolver) -> None:
        self.facts, self.left = facts, DEEPEST
        self.assumed: set[Any] = set()
        self.weighted = False

    def seen(self, form: Form) -> Form:
        """Return the expression that a variable stands for, or the form as it is."""
        while form.head == "name" and self.left > 0:
            self.left -= 1
            inner = self.facts.definition(form)
            if inner is None:
                break
            form = inner
        self.left -= 1
        return form

    def squares(self, form: Form) -> bool:
        form = self.seen(form)
        if form.head == "name":
            return self.is_summed_up(form)
        if self.left < 0 or not form.args:
            return False
        first, *rest = form.args
        if self.weighted and form.head in MULTIPLYING:
            factors = list(self.factors(form))
            twice = any(same(a, b) for k, a in enumerate(factors) for b in factors[:k])
            return twice or any(map(self.squares, factors))
        if form.head == "np.average" and (self.weighted or "weights" not in form.keys):
            return self.squares(first)
        if self.weighted and form.head in ("**", "np.prod"):
            return form.head == "np.prod" or bool(np.all(np.greater(self.value(rest[0]), 1)))
        if form.head == "**":
            return rest[0].head == "const" and rest[0].value in (2, 4, 6)
        if form.head == "np.square" or form.head in ("np.var", "np.nanvar"):
            return True
        if form.head in PRODUCTS:
            if len(rest) != 1 or form.head in MATRIX and np.ndim(self.value(rest[0])) != 1:
                return False  # of matrices these are sums of other products
            return same(turned(first), rest[0]) or self.is_quadratic(first, rest[0])
        if form.head == "np.einsum" and len(rest) == 2 and first.head == "const":
            one, comma, other = str(first.value).partition("->")[0].replace(" ", "").partition(",")
            return one == other and same(*rest)
        if form.head == "*":
            return same(first, rest[0]) or any(
                self.is_weight(a) and self.squares(b)
                for a, b in ((first, rest[0]), (rest[0], first))
            )
        if form.head == "+":
            return self.squares(first) and self.squares(rest[0])
        if form.head == "/":
            return self.squares(first)
        return form.head in SUMS | SAME_NUMBERS | {"[]"} and self.squares(first)

    def factors(self, form: Form) -> Iterator[Form]:
        """Yield what is multiplied in a product of any kind."""
        form = self.seen(turned(self.seen(form)))
        if form.head in MULTIPLYING:
            for part in form.args:
                yield from self.factors(part)
        elif form.head != "const":
            yield form

    def is_weight(self, form: Form) -> bool:
        """Return whether a value is a positive number, or none that has a gradient and none below zero."""
        if is_positive(form):
            return True
        value = self.value(form)
        known = isinstance(value, float | np.ndarray) and bool(np.all(np.greater_equal(value, 0)))
        return known and self.facts.is_fixed(form)

    def is_quadratic(self, left: Form, right: Form) -> bool:
        """Return whether a product is `d @ P @ d`, of a matrix that has no gradient and makes nothing below zero."""
        for pair, d, inner, outer in ((left, right, 0, 1), (right, left, 1, 0)):
            if pair.head not in MATRIX:
                continue
            if same(turned(pair.args[inner]), turned(d)):
                matrix = self.value(pair.args[outer])
                if np.ndim(matrix) == len("ij") and self.facts.is_fixed(pair.args[outer]):
                    return bool(np.all(np.linalg.eigvalsh(matrix + matrix.T) >= 0))
        return False

    def is_summed_up(self, form: Form) -> bool:
        """Return whether a variable begins with zero and only squares are ever added to it, as in a loop."""
        if form.value in self.assumed:
            return True
        terms = self.facts.terms(form)
        self.assumed.add(form.value)
        return bool(terms) and all(is_zero(term) or self.squares(term) for term in terms or ())

    def distinct(self, form: Form) -> bool:
        """Return whether the entries of a value are numbers of their own."""
        form = self.seen(form)
        if self.left < 0:
            return False
        if form.head == "name":
            return self.facts.is_input(form)
        if form.head == "[]":
            return self.picks_once(form.args[1]) and self.distinct(form.args[0])
        if isinstance(form.node, ast.List | ast.Tuple):
            return self.of_items(form.args)
        if form.head in SAME_NUMBERS | SUMS | {"np.max", "np.min"}:
            return self.distinct(form.args[0])
        if form.head == "np.pad":
            return "mode" not in form.keys and self.distinct(form.args[0])
        if form.head in OPERATORS | CHOICES or is_elementwise(form.head):
            return self.of_parts(form)
        return False

    def of_items(self, items: Sequence[Form]) -> bool:
        """Return whether the items of a display are numbers of their own, and none of them stands there twice."""
        if not items or not all(map(self.distinct, items)):
            return False
        first, picks = items[0], [item.args for item in items if item.head == "[]"]
        if len(picks) == len(items) and all(same(of, first.args[0]) for of, _ in picks):
            return all_different([index.value for _, index in picks])
        names = [name for item in items for name in set(self.names(item))]
        return ANYTHING not in names and len(names) == len(set(names))

    def of_parts(self, form: Form) -> bool:
        """Return whether each entry has one of an operand of the same shape to itself, and none of that elsewhere."""
        shape = np.shape(self.value(form))
        for own in form.args:
            if own.head == "const" or np.shape(self.value(own)) != shape or not self.distinct(own):
                continue
            names = set(self.names(own))
            others = [part for part in form.args if part is not own]
            sharing = [part for part in others if {*names, ANYTHING} & set(self.names(part))]
            if all(map(self.is_aligned, [own, *sharing] if sharing else [])):
                return True
        return False

    def is_aligned(self, form: Form) -> bool:
        """Return whether nothing in an expression moves entries to other places."""
        form = self.seen(form)
        if self.left < 0:
            return False
        if form.head == "name" and form.value not in self.assumed and self.is_made(form):
            self.assumed.add(form.value)
            terms = self.facts.terms(form)
            return terms is not None and all(map(self.is_aligned, terms))
        if form.head in ("name", "const") or form.head in SUMS | {"np.max", "np.min"}:
            return True
        known = form.head in OPERATORS | CHOICES or is_elementwise(form.head)
        return known and all(map(self.is_aligned, form.args))

    def truths(self, form: Form) -> bool:
        form = self.seen(form)
        if self.left < 0:
            return False
        if form.head == "name":
            if form.value in self.assumed:
                return True
            self.assumed.add(form.value)
            terms = self.facts.terms(form)
            return bool(terms) and all(map(self.truths, terms or ()))
        if form.head in TRUTHS or "dtype" in form.keys:
            return True
        if form.head == "[]":
            return self.truths(form.args[0])
        return bool(form.args) and all(map(self.truths, form.args))

    def picks_once(self, index: Form) -> bool:
        """Return whether an index names each item at most once."""
        if isinstance(index.node, ast.List):
            return all(a.head == "const" for a in index.args) and all_different(
                [a.value for a in index.args]
            )
        parts = index.args if index.head == "tuple" else (index,)
        for part in parts:
            if part.head in ("const", "slice"):
                continue
            if isinstance(part.node, ast.List) and self.picks_once(part):
                continue
            value = self.value(part)
            if not isinstance(value, int | np.integer | slice | type(None) | type(...)) and not (
                isinstance(value, np.ndarray) and value.dtype == bool
            ):
                return False
        return True

    def names(self, form: Form, known: frozenset[Any] = frozenset()) -> Iterator[str]:
        """Yield the variables of an expression and what is put into them: two ways may sum up the same numbers."""
        form = self.seen(form)
        if form.head == "name":
            yield str(form.value)
            if form.value not in known and self.is_made(form):
                terms = None if self.left < 0 else self.facts.terms(form)
                for term in terms or ():
                    yield from self.names(term, known | {form.value})
                if terms is None:
                    yield ANYTHING
        elif self.left < 0 or form.head == "other":
            yield from (n.id for n in ast.walk(form.node) if isinstance(n, ast.Name))
        for part in form.args:
            yield from self.names(part, known)

    def is_made(self, form: Form) -> bool:
        """Return whether a variable is no argument as it was given, and what is differentiated reaches it."""
        return not self.facts.is_input(form) and not self.facts.is_fixed(form)

    def value(self, form: Form) -> Any:
        return self.facts.value(form.node) if isinstance(form.node, ast.expr) else MISSING


def all_different(places: Sequence[Any]) -> bool:
    """Return whether places that are written out are different, counted from the same end."""
    if not all(type(place) is int for place in places):
        return False
    return len(set(places)) == len(places) and len({place < 0 for place in places}) < 2


def is_zero(form: Form) -> bool:
    return form.head == "const" and form.value == 0 or form.head in ("np.zeros", "np.zeros_like")


def turned(form: Form) -> Form:
    return form.args[0] if form.head == "np.transpose" else form


def is_positive(form: Form) -> bool:
    return form.head == "const" and isinstance(form.value, int | float) and form.value > 0


def ufunc_of(head: str) -> np.ufunc | None:
    module, _, name = head.rpartition(".")
    found = getattr(np, name, None) if module == "np" else None
    return found if isinstance(found, np.ufunc) else None


def is_elementwise(head: str) -> bool:
    """Return whether a function works element by element: of NumPy, of `scipy.special`, or of a law of chance."""
    module, _, name = head.rpartition(".")
    of_scipy = module == "scipy.special" or module.startswith("scipy.stats.")
    of_vectors = name in OVER_AXES or module.endswith(".multivariate_normal")
    return ufunc_of(head) is not None or of_scipy and not of_vectors
