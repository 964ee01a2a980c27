"""Sums: a tree of `+` and `-` goes in, the same with like terms together and its signs in the operators comes out."""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.gates.pure import is_pure
from codegen.simplify.factors import Factor, is_product, unsigned
from codegen.simplify.kinds import FLOAT, MASK, Known, callee, key, literal, signed_literal
from codegen.simplify.products import Simple, product

Term = tuple[bool, ast.expr]


def is_sum(tree: ast.expr) -> bool:
    return isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub)


def total(tree: ast.BinOp, simple: Simple, known: Known) -> ast.expr:
    if isinstance(tree.left, ast.List | ast.Tuple) or isinstance(tree.right, ast.List | ast.Tuple):
        return tree
    folded = numbers(tree)
    if folded is not None:
        return folded
    terms = [(negative, simple(term)) for negative, term in spine(tree)]
    terms = [terms[0], *[moved(term, known) for term in terms[1:]]]
    terms = with_common_factors(together(nonzero(terms, known), simple, known), simple, known)
    if len(terms) > 1 and not terms[1][0] and moved(terms[0], known)[0]:
        terms[:2] = [terms[1], moved(terms[0], known)]
    if terms[0][0]:
        terms[0] = (False, product(ast.UnaryOp(ast.USub(), terms[0][1]), simple, known))
    return built(terms)


def nonzero(terms: list[Term], known: Known) -> list[Term]:
    """Return the terms without zeros, if a number is left."""
    left = [term for term in terms if literal(term[1]) != 0]
    return (
        left
        if len(left) < len(terms) and any(known.kind(tree) != MASK for _, tree in left)
        else terms
    )


def numbers(tree: ast.BinOp) -> ast.expr | None:
    """Return the sum of two literals, if it is no longer than they are."""
    a, b = signed_literal(tree.left), signed_literal(tree.right)
    if a is None or b is None:
        return None
    value = a + b if isinstance(tree.op, ast.Add) else a - b
    found = syntax.signed(value)
    return (
        found
        if len(syntax.show(found))
        <= max(len(syntax.show(tree.left)), len(syntax.show(tree.right))) + 1
        else None
    )


def spine(tree: ast.expr) -> list[Term]:
    """Return the terms of a sum; what stands in parentheses is one term."""
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub):
        return [*spine(tree.left), (isinstance(tree.op, ast.Sub), tree.right)]
    return [(False, tree)]


def moved(term: Term, known: Known) -> Term:
    """Return a term whose own minus went into the operator in front of it."""
    negative, tree = unsigned(term[1], known)
    return (term[0] != negative, tree)


def together(terms: list[Term], simple: Simple, known: Known) -> list[Term]:
    found: list[Term] = []
    places: dict[object, int] = {}
    for term in terms:
        factor, rest = parted(term, known)
        place = places.setdefault(key(rest), len(found))
        if place < len(found) and is_pure(rest) and known.kind(rest) != MASK:
            one = parted(found[place], known)[0] + factor
            new = multiple(one, rest, simple, known) if one else None
            if new is not None:
                found[place] = new
                continue
        found.append(term)
    return found


def with_common_factors(terms: list[Term], simple: Simple, known: Known) -> list[Term]:
    """Return the terms in which sums of products, and matrix products, that end in the same factor are one."""
    found: list[Term] = []
    for negative, tree in [moved(term, known) for term in terms]:
        for k, (was, other) in enumerate(found):
            first, second = (tree, other) if was and not negative else (other, tree)
            one = of_both(first, second, was != negative, known)
            if one is not None:
                found[k] = moved((was and negative, simple(one)), known)
                break
        else:
            found.append((negative, tree))
    return found if len(found) < len(terms) else terms


def of_both(one: ast.expr, other: ast.expr, minus: bool, known: Known) -> ast.expr | None:
    """Return the sum, or difference, of two terms that end in the same factor as one term; None if they do not."""
    operator = ast.Sub() if minus else ast.Add()
    match one, other:
        case ast.Call(args=[ast.BinOp(op=ast.Mult()) as left]), ast.Call(
            args=[ast.BinOp(op=ast.Mult()) as right]
        ) if (callee(one) == callee(other) == ("np", "sum")):
            words = [[(k.arg, key(k.value)) for k in tree.keywords] for tree in (one, other)]
            if words[0] != words[1] or not is_spread(left, right, known):
                return None
            both = ast.BinOp(left.left, operator, right.left)
            whole = ast.BinOp(both, ast.Mult(), left.right)
            return ast.Call(one.func, [whole], one.keywords)
        case ast.BinOp(left=ast.BinOp() as first, op=ast.Div(), right=last), ast.BinOp(
            left=ast.BinOp() as second, op=ast.Div(), right=also
        ) if (isinstance(first.op, ast.Mult) and key(last) == key(also) and is_pure(last)):
            inner = of_both(first, second, minus, known)
            return None if inner is None else ast.BinOp(inner, ast.Div(), last)
    unit: ast.expr = syntax.constant(1)
    mine, theirs = ends_of(one), ends_of(other)
    for (how, head, last), (also_how, other_head, also) in (
        (mine, theirs),
        (mine, ("*", unit, other)),
        (("*", unit, one), theirs),
    ):
        if not how or how != also_how or key(last) != key(also) or not is_pure(last):
            continue
        kinds = [known.kind(tree) for tree in (head, other_head) if tree is not unit]
        if (min if how == "*" else max)(kinds) != FLOAT:
            continue
        if how != "*" and not are_matrices(head, other_head, last, known, in_stacks=how == "@"):
            continue
        front = ast.BinOp(head, operator, other_head)
        match other if head is unit else one:
            case ast.BinOp(op=op):
                return ast.BinOp(front, op, last)
            case ast.Call() if how == ".dot":
                return syntax.method(front, "dot", last)
            case ast.Call(func=func):
                return ast.Call(func, [front, last], [])
    return of_products(one, other, operator, known)


def ends_of(tree: ast.expr) -> tuple[str, ast.expr, ast.expr]:
    """Return which product a tree is, nothing for none, its last factor, and the rest before it."""
    match tree:
        case ast.BinOp(left, ast.Mult() | ast.MatMult() as op, right):
            return "@" if isinstance(op, ast.MatMult) else "*", left, right
        case ast.Call(args=[left, right], keywords=[]) if callee(tree) == ("np", "dot"):
            return "np.dot", left, right
        case ast.Call(func=ast.Attribute(left, "dot"), args=[right]):
            return ".dot", left, right
    return "", tree, tree


def of_products(
    one: ast.expr, other: ast.expr, operator: ast.operator, known: Known
) -> ast.expr | None:
    """Return a sum of two products as one if they share factors in front, or a middle number: `x * (a + b)`."""
    if not (is_product(one) and is_product(other)):
        return None
    mine, theirs = factors_of(one), factors_of(other)
    front: list[Factor] = []
    while mine and theirs and is_shared(mine[0], theirs[0], known):
        front.append(mine.pop(0))
        theirs.pop(0)
    back: list[Factor] = []
    for factor in [f for f in mine if known.rank(f.tree) == 0 and literal(f.tree) is None]:
        twin = next((f for f in theirs if is_shared(factor, f, known)), None)
        if twin is not None:
            back.append(factor)
            mine.remove(factor)
            theirs.remove(twin)
    shared = [f for f in (*front, *back) if literal(f.tree) is None]
    if not shared or not mine or not theirs or mine[0].divides or theirs[0].divides:
        return of_multiple(one, other, operator, known)
    rests = [built_of(mine), built_of(theirs)]
    if any(known.kind(tree) != FLOAT for tree in rests):
        return None
    both = Factor(ast.BinOp(rests[0], operator, rests[1]))
    return built_of([*front, both, *back])


def of_multiple(
    one: ast.expr, other: ast.expr, operator: ast.operator, known: Known
) -> ast.expr | None:
    """Return a sum of a product and its multiple as one term: `(1 - 2 * r) / s * dout`."""
    mine, theirs = factors_of(one), factors_of(other)
    is_first = len(mine) < len(theirs)
    less, more = (mine, theirs) if is_first else (theirs, mine)
    rest = list(more)
    for own in less:
        twin = next((f for f in rest if is_shared(f, own, known)), None)
        if twin is None:
            return None
        rest.remove(twin)
    if len(less) < 2 or not rest or rest[0].divides:
        return None
    times = built_of(rest)
    if literal(less[0].tree) is not None or known.kind(times) != FLOAT:
        return None
    unit = syntax.constant(1)
    both = ast.BinOp(unit, operator, times) if is_first else ast.BinOp(times, operator, unit)
    return built_of([Factor(both), *[f for f in more if f not in rest]])


def factors_of(tree: ast.expr) -> list[Factor]:
    """Return the factors of a product as it is written."""
    match tree:
        case ast.BinOp(left, ast.Mult() | ast.Div() as op, right):
            return [*factors_of(left), Factor(right, isinstance(op, ast.Div))]
    return [Factor(tree)]


def is_shared(one: Factor, other: Factor, known: Known) -> bool:
    """Return whether two factors are the same."""
    same = one.divides == other.divides and key(one.tree) == key(other.tree)
    return same and is_pure(one.tree) and not known.is_whole(one.tree)


def built_of(factors: list[Factor]) -> ast.expr:
    """Return the product of factors as they are, the first of which does not divide."""
    tree = factors[0].tree
    for factor in factors[1:]:
        tree = ast.BinOp(tree, ast.Div() if factor.divides else ast.Mult(), factor.tree)
    return tree


def are_matrices(
    first: ast.expr, second: ast.expr, last: ast.expr, known: Known, in_stacks: bool
) -> bool:
    """Return whether the factors of two products are matrices, or stacks of them."""
    ranks = {known.rank(tree) for tree in (first, second, last)}
    (rank,) = ranks if len(ranks) == 1 else (None,)
    return rank is not None and (rank == 2 or in_stacks and rank > 2)


def is_spread(left: ast.BinOp, right: ast.BinOp, known: Known) -> bool:
    """Return whether two products end in the same factor, as large as any other: an upstream gradient."""
    last = known.rank(left.right)
    if key(left.right) != key(right.right) or not is_pure(left.right) or last is None:
        return False
    others = [known.rank(tree.left) for tree in (left, right)]
    return all(
        rank is not None and rank <= last and known.kind(tree.left) == FLOAT
        for rank, tree in zip(others, (left, right), strict=True)
    )


def parted(term: Term, known: Known) -> tuple[float | int, ast.expr]:
    """Return the number in front of a term, and the rest."""
    negative, tree = term
    minus, tree = unsigned(tree, known)
    factor, rest = leading(tree, known)
    return (-factor if negative != minus else factor), rest


def leading(tree: ast.expr, known: Known) -> tuple[float | int, ast.expr]:
    """Return the number that a product is multiplied by, and the rest; whole numbers of few bits stay one."""
    if is_product(tree) and isinstance(tree, ast.BinOp) and not known.is_whole(tree):
        value, behind = literal(tree.left), literal(tree.right)
        if isinstance(tree.op, ast.Mult):
            if value is not None:
                return value, tree.right
            if behind is not None:
                factor, rest = leading(tree.left, known)
                return factor * behind, rest
        if value is None:
            factor, left = leading(tree.left, known)
            if left is not tree.left:
                return factor, ast.BinOp(left, tree.op, tree.right)
    return 1, tree


def multiple(factor: float | int, rest: ast.expr, simple: Simple, known: Known) -> Term | None:
    """Return a term with a number in front, or None if the number is long."""
    text = repr(abs(factor))
    if len(text) > 6:
        return None
    tree = (
        rest
        if abs(factor) == 1
        else product(ast.BinOp(syntax.constant(abs(factor)), ast.Mult(), rest), simple, known)
    )
    return (factor < 0, tree)


def built(terms: list[Term]) -> ast.expr:
    tree = terms[0][1]
    for negative, term in terms[1:]:
        tree = ast.BinOp(tree, ast.Sub() if negative else ast.Add(), term)
    return tree
