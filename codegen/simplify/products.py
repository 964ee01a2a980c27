"""Products: a tree of `*`, `/` and minus goes in, the same with one sign, one number and few groups comes out.

A product keeps the spelling of its row as long as nothing folds. When a group is opened or numbers are multiplied,
the number goes in front, then the scalars; the last factor (the upstream gradient) stays last. Several small factors
behind an array become a group of their own, so that the array is passed over as seldom as possible.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable

from codegen import syntax
from codegen.simplify.factors import Factor, Factors, built, is_product
from codegen.simplify.kinds import FLOAT, MASK, Known, literal

Simple = Callable[[ast.expr], ast.expr]
MANY = 2
"""How many small factors behind an array make a group."""
LARGEST = 1e9
"""Numbers above this are not divided by each other."""


def product(tree: ast.expr, simple: Simple, known: Known) -> ast.expr:
    found = flat(tree, simple, known)
    if any(
        isinstance(f.tree, ast.List | ast.Tuple | ast.JoinedStr | ast.ListComp)
        for f in found.factors
    ):
        return tree
    return finished(found, known)


def finished(found: Factors, known: Known) -> ast.expr:
    """Return the text of a flat product, its numbers folded and its factors in order."""
    without_inner_numbers(found, known)
    fold(found, known)
    while is_open(found.factors[0], known):  # a group came to the front
        inner = flat(found.factors[0].tree, lambda t: t, known)
        found = Factors(
            found.negative != inner.negative, [*inner.factors, *found.factors[1:]], True
        )
        fold(found, known)
    if found.folded:
        order(found, known)
    if found.folded or len(found.factors) > 2 and is_small(found.factors[-1], found, known):
        group(found, known)
    behind_masks(found, known)
    behind_floats(found, known)
    return built(found, known)


def is_open(factor: Factor, known: Known) -> bool:
    """Return whether a factor is a product that may be opened."""
    return is_product(factor.tree) and not factor.divides and not known.is_whole(factor.tree)


def behind_masks(found: Factors, known: Known) -> None:
    """Put a number in front of a mask behind it: a number times a mask is an array of 64 bits."""
    ahead = 0
    while ahead < len(found.factors) and is_count(found.factors[ahead], known):
        ahead += 1
    first, rest = found.factors[:ahead], found.factors[ahead:]
    last = next((f for f in reversed(rest) if not f.divides), None)
    if (
        last is None
        or not first
        or is_condition(last.tree)
        or not any(is_condition(f.tree) and not f.divides for f in rest)
    ):
        return
    scaled = Factor(built(Factors(False, [*first, last]), known))
    found.factors = [scaled if f is last else f for f in rest]


def behind_floats(found: Factors, known: Known) -> None:
    """Put what may hold whole numbers of few bits behind the first float: there is no room for what comes of a product
    with another whole number, as in `200 * n` of an image `n`, or of a pixel of it. What stands first may stay, next to
    the float.
    """
    above = [f for f in found.factors if not f.divides]
    ahead = next((k for k, f in enumerate(above) if known.kind(f.tree) == FLOAT), None)
    if ahead is None:
        return
    first = found.factors[0]
    late = [f for f in above[:ahead] if f is not first and may_be_small(f, known)]
    if len(late) < ahead - 1 and first in above[:ahead] and known.is_whole(first.tree):
        late.insert(0, first)  # a number would come between
    if late:
        rest = [f for f in found.factors if f not in late]
        place = rest.index(above[ahead]) + 1
        found.factors = [*rest[:place], *late, *rest[place:]]


def may_be_small(factor: Factor, known: Known) -> bool:
    """Return whether a factor may hold whole numbers of few bits: an array, or a number of NumPy."""
    if is_condition(factor.tree):
        return False
    return bool(known.rank(factor.tree)) or known.is_whole(factor.tree)


def is_count(factor: Factor, known: Known) -> bool:
    """Return whether a factor is a number that is written out, or a scalar that is no float."""
    if factor.divides or is_condition(factor.tree):
        return False
    if literal(factor.tree) is not None:
        return True
    return known.rank(factor.tree) == 0 and known.kind(factor.tree) != FLOAT


def is_condition(tree: ast.expr) -> bool:
    if isinstance(tree, ast.BinOp):
        return isinstance(tree.op, ast.BitAnd | ast.BitOr) and is_condition(tree.left)
    if isinstance(tree, ast.UnaryOp):
        return isinstance(tree.op, ast.Invert)
    return isinstance(tree, ast.Compare)


def flat(tree: ast.expr, simple: Simple, known: Known) -> Factors:
    """Return the factors of a product, each of them simple."""
    found = Factors()
    collect(tree, found, simple, known)
    return found


def collect(tree: ast.expr, found: Factors, simple: Simple, known: Known) -> None:
    """Note the factors at the left end of a product; whole numbers of few bits stay one, taken in their bits."""
    if is_product(tree) and known.is_whole(tree):
        found.factors.append(Factor(tree))
    elif isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        found.negative = not found.negative
        collect(tree.operand, found, simple, known)
    elif isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult):
        collect(tree.left, found, simple, known)
        times(tree.right, found, simple, known)
    elif isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div):
        collect(tree.left, found, simple, known)
        over(tree.right, found, simple, known)
    else:
        inner = simple(tree)
        if inner is not tree and is_product(inner):
            collect(inner, found, simple, known)
        else:
            found.factors.append(Factor(inner))


def times(tree: ast.expr, found: Factors, simple: Simple, known: Known) -> None:
    """Note the factors of a right operand; a group opens if that costs no precision and no number meets a mask."""
    inner = flat(simple(tree), lambda t: t, known)
    found.negative ^= inner.negative
    first, *rest = inner.factors
    widens = known.narrow and any(is_condition(f.tree) for f in found.factors)
    if not rest:
        found.factors.append(first)
    elif widens:
        found.factors.append(Factor(built(Factors(False, inner.factors), known)))
    elif literal(first.tree) == 1 and all(f.divides for f in rest):
        found.factors.extend(rest)
        found.folded = True
    elif all(known.rank(f.tree) == 0 for f in rest if f.divides) or all(
        known.rank(f.tree) == 0 and not f.divides for f in found.factors
    ):
        found.factors.extend(inner.factors)
        found.folded = True
    else:
        found.factors.append(Factor(built(Factors(False, inner.factors), known)))


def without_inner_numbers(found: Factors, known: Known) -> None:
    """Take the numbers out of the groups of a product that has one of its own: `2 * x * (0.5 / s * ds)`."""
    for factor in [*found.factors]:
        tree: ast.expr = factor.tree
        at = tree.slice if isinstance(tree, ast.Subscript) else None
        tree = tree.value if isinstance(tree, ast.Subscript) else tree
        if factor.divides or not is_product(tree):
            continue
        inner = flat(tree, lambda t: t, known)
        numbers = [f for f in inner.factors if is_multiplier(f)]
        others = [f for f in inner.factors if not is_multiplier(f)]
        lead = next((f for f in others if not f.divides), None)
        is_met = any(map(is_multiplier, found.factors))
        if not numbers or lead is None or not is_met or is_condition(lead.tree):
            continue
        inner.factors = [lead, *[f for f in others if f is not lead]]
        if not (known.kind(lead.tree) == MASK or known.is_whole(lead.tree)):
            found.negative, inner.negative = found.negative != inner.negative, False
        left = built(Factors(inner.negative, inner.factors), known)
        left = left if at is None else syntax.index(left, at)
        place = found.factors.index(factor)
        found.factors[place : place + 1] = [*numbers, Factor(left)]
        found.folded = True


def is_multiplier(factor: Factor) -> bool:
    """Return whether a factor is a number that is written out, above the line."""
    return not factor.divides and literal(factor.tree) is not None


def over(tree: ast.expr, found: Factors, simple: Simple, known: Known) -> None:
    """Note the factors of a right operand of `/`."""
    inner = flat(simple(tree), lambda t: t, known)
    found.negative ^= inner.negative
    if len(inner.factors) == 2 and literal(inner.factors[0].tree) == 1 and inner.factors[1].divides:
        found.factors.append(Factor(inner.factors[1].tree))
        found.folded = True
    else:
        found.factors.append(Factor(built(Factors(False, inner.factors), known), True))


def cancelled(found: Factors, known: Known) -> None:
    """Leave out a number that is a factor and the first factor of what is divided by: `2 * x / (2 * n)`."""
    for below in [f for f in found.factors if f.divides]:
        first, *rest = flat(below.tree, lambda t: t, known).factors
        value = literal(first.tree)
        above = [f for f in found.factors if not f.divides]
        twin = next((f for f in above if literal(f.tree) == value), None)
        if not value or twin is None or len(above) < 2 or not rest or rest[0].divides:
            continue
        left = Factor(built(Factors(False, rest), known), True)
        found.factors = [left if f is below else f for f in found.factors if f is not twin]
        found.folded = True


def fold(found: Factors, known: Known) -> None:
    """Multiply the numbers of a product."""
    cancelled(found, known)
    numbers = [f for f in found.factors if literal(f.tree) is not None]
    others = [f for f in found.factors if literal(f.tree) is None]
    if not numbers or not others:
        return
    floats = any(f.divides or known.kind(f.tree) == FLOAT for f in others)
    kept = numbers
    if len(numbers) > 1:
        kept = multiplied(numbers, floats)
        found.folded |= kept is not numbers
    ones = [f for f in kept if literal(f.tree) == 1]
    # `1.0 / x * dout`
    leads = len(numbers) == 1 and found.factors[0] is numbers[0] and others[0].divides
    if ones and not leads and may_go(ones[0], others, floats, known):
        kept = [f for f in kept if f is not ones[0]]
        if len(numbers) == 1 and not found.folded:
            found.factors = [f for f in found.factors if f is not ones[0]]
            return
        found.folded = True
    if found.folded:
        front = [f for f in kept if not f.divides]
        back = [f for f in kept if f.divides]
        if not front and others[0].divides:
            lead = next((f for f in others if not f.divides), None)
            others = [lead, *[f for f in others if f is not lead]] if lead else others
        found.factors = [*front, *others, *back]


def may_go(one: Factor, others: list[Factor], floats: bool, known: Known) -> bool:
    """Return whether a factor of 1 may be left out: the rest is a number of its kind, not only denominators."""
    if all(f.divides for f in others):
        return False
    if isinstance(literal(one.tree), float) or one.divides:
        return floats
    return floats or any(known.kind(f.tree) != MASK for f in others)


def multiplied(numbers: list[Factor], floats: bool) -> list[Factor]:
    """Return one number, or one above and one below, in place of several; the same list if that is no shorter."""
    plain = [f for f in numbers if literal(f.tree) != 1]
    if len(plain) == 1 and floats:
        return plain
    try:
        above, below = reduced(numbers)
    except (OverflowError, ZeroDivisionError):
        return numbers
    found = [Factor(number(above, floats))] if above != 1 or below == 1 else []
    if below != 1:
        found.append(Factor(number(below, floats), True))
    longest = max(len(syntax.show(f.tree)) for f in numbers)
    if len(found) >= len(numbers) or any(len(syntax.show(f.tree)) > longest + 2 for f in found):
        return numbers
    return found


def reduced(numbers: list[Factor]) -> tuple[float | int, float | int]:
    """Return the quotient of several numbers as numerator and denominator, one of them 1 if that is as exact."""
    above: float | int = math.prod(literal(f.tree) or 0 for f in numbers if not f.divides)
    below: float | int = math.prod(literal(f.tree) or 0 for f in numbers if f.divides)
    if below == 1:
        return above, 1
    if not above or max(abs(above), below) > LARGEST:
        raise OverflowError
    if (above / below).is_integer():
        return above / below, 1
    if (below / above).is_integer():
        return 1, below / above
    if isinstance(above, float) or isinstance(below, float):
        return above / below, 1
    shared = math.gcd(above, below)
    return above // shared, below // shared


def number(value: float | int, floats: bool) -> ast.expr:
    """Return a literal; whole numbers among floats are written without a point."""
    return syntax.constant(
        int(value) if floats and abs(value) < LARGEST and value == int(value) else value
    )


def order(found: Factors, known: Known) -> None:
    """Put the scalars of a product in front of its arrays, but for its last factor and what it is divided by."""
    above = [f for f in found.factors if not f.divides]
    if not above:
        return
    scalars = [f for f in above[:-1] if known.rank(f.tree) == 0 and literal(f.tree) is None]
    numbers = [f for f in above if literal(f.tree) is not None]
    if scalars and not found.factors[len(numbers)].divides:
        moved = {*numbers, *scalars}
        found.factors = [*numbers, *scalars, *[f for f in found.factors if f not in moved]]


def is_small(factor: Factor, found: Factors, known: Known) -> bool:
    size, *others = [known.size(f.tree) for f in (factor, *found.factors)]
    return size is not None and any(n is not None and size < n for n in others)


def group(found: Factors, known: Known) -> None:
    """Multiply small factors behind an array, and the number in front of it, with each other first."""
    sizes = [known.size(f.tree) for f in found.factors]
    most = max((n for n in sizes if n is not None), default=0)
    large = next((i for i, n in enumerate(sizes) if n is None or n == most), 0)
    small = [i for i, n in enumerate(sizes) if i > large and n is not None and n < most]
    inner = [f for i in small for f in opened_group(found.factors[i], known)]
    lead = next((f for f in inner if not f.divides), None)
    if len(small) < 2 or lead is None:
        return
    if all(literal(f.tree) is not None for f in found.factors[:large]):
        small = [*range(large), *small]
        inner = [f for f in [*found.factors[:large], *inner] if literal(f.tree) != 1]
        lead = next(f for f in inner if not f.divides)
    inner = sorted(inner, key=lambda f: (f is not lead, f.divides))
    if found.factors[large].divides and large in range(len(small)):  # nothing but numbers before it
        rest = [f for i, f in enumerate(found.factors) if i not in small]
        found.factors = [*inner, *rest]
        return
    whole = Factor(built(Factors(False, inner), known))
    found.factors = [*[f for i, f in enumerate(found.factors) if i not in small], whole]


def opened_group(factor: Factor, known: Known) -> list[Factor]:
    """Return the factors of a factor that is a product without a sign, or the factor itself."""
    if factor.divides or not is_product(factor.tree):
        return [factor]
    inner = flat(factor.tree, lambda t: t, known)
    return [factor] if inner.negative else inner.factors


def pulled(call: ast.Call, known: Known) -> ast.expr | None:
    """Return `np.sum` of a product with its scalars, what all summed rows share, and a minus outside; or None."""
    if not call.args or any(k.arg not in ("axis", "keepdims") for k in call.keywords):
        return None
    if not is_product(call.args[0]):
        return None
    found = flat(call.args[0], lambda t: t, known)
    most = left_after(call, found, known)
    ranks = [known.rank(f.tree) for f in found.factors]
    scalars = [rank is not None and rank <= most for rank in ranks]
    if known.may_be_empty(call.args[0]):  # the sum of nothing divided by zero is zero
        scalars = [s and not f.divides for f, s in zip(found.factors, scalars, strict=True)]
    rest = [f for f, scalar in zip(found.factors, scalars, strict=True) if not scalar]
    if not rest or rest[0].divides or not (any(scalars) or found.negative):
        return None
    total = ast.Call(call.func, [built(Factors(False, rest), known), *call.args[1:]], call.keywords)
    factors = []
    for factor, scalar in zip(found.factors, scalars, strict=True):
        if scalar:
            factors.append(factor)
        elif factor is rest[0]:
            factors.append(Factor(total))
    if literal(factors[0].tree) is None and factors[0].divides:
        return None
    return finished(Factors(found.negative, factors), known)


def left_after(call: ast.Call, found: Factors, known: Known) -> int:
    """Return the rank up to which a factor is the same along all summed axes: 0, or what leading axes leave."""
    ranks = [known.rank(f.tree) for f in found.factors]
    if [k.arg for k in call.keywords] != ["axis"] or None in ranks:
        return 0
    axis = call.keywords[0].value
    axes = syntax.elements(axis)
    leading = [literal(a) for a in axes] == list(range(len(axes)))
    return max(0, max(r or 0 for r in ranks) - len(axes)) if leading else 0
