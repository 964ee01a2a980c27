"""Guards of a module: the conditions under which it is wrong go in, with what was so in the example; out come the lines
that raise there, one `if` for one reason.

>>> asked = {"x.shape != y.shape": "x.shape == y.shape", "np.ndim(p) != 0": Was(["p"], ["a number"])}
>>> for line in guards_of(asked):
...     print(line)
if np.ndim(p) != 0 or x.shape != y.shape:
    raise NotImplementedError('needs a number p and x.shape == y.shape')
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from codegen import syntax
from codegen.backward.rows import WIDTH
from codegen.emit.text import in_rows
from codegen.errors import FLOATS, Was, as_made, asked_for, listed
from codegen.tables import grouped

ORDERS: dict[type, Callable[[int, int], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
SHAPES = re.compile(r"\.shape\b")
IDENTITY = re.compile(r"((?:.+ and )?)([\w.]+) is ([\w.]+)")
"""A test whether two things are one, behind the question whether the first is there."""


def guards_of(asked: Mapping[str, str]) -> list[str]:
    """Return the lines of guards; those that ask for the shape of an array stand behind those that ask for its axes."""
    needed_ones = without_implied(asked)
    ordered = dict(sorted(needed_ones.items(), key=lambda one: bool(SHAPES.search(one[0]))))
    return [
        line
        for tests, texts in at_once(joined(apart(of_memory(of_any_key(ordered)))))
        for line in (
            f"if {either(tests)}:",
            f"    raise NotImplementedError({complaint(*texts)!r})",
        )
    ]


def without_implied(asked: Mapping[str, str]) -> dict[str, str]:
    """Return guards without those that raise only where another one does as well.

    >>> [*without_implied(dict.fromkeys(["np.ndim(x) != 1", "k > 2 and np.ndim(x) < 1", "np.ndim(y) == 2"], ""))]
    ['np.ndim(x) != 1', 'np.ndim(y) == 2']
    >>> [*without_implied(dict.fromkeys(["x.shape[0] < 2", "x.shape[0] <= 1", "x.shape[0] == 1"], ""))]
    ['x.shape[0] < 2']
    """
    parts = {test: syntax.all_of(syntax.parse(test)) for test in asked}
    found = dict(asked)
    for test in reversed([*asked]):  # of two that ask the same the first one stays
        if any(other != test and implies(parts[test], parts[other]) for other in found):
            del found[test]
    return found


def implies(tests: Sequence[ast.expr], others: Sequence[ast.expr]) -> bool:
    other, *more = others
    return not more and any(is_within(test, other) for test in tests)


def is_within(test: ast.expr, other: ast.expr) -> bool:
    """Return whether the whole numbers of which one test holds are among those of which another one does."""
    match test, other:
        case (
            ast.Compare(left, [op], [ast.Constant(int(low))]),
            ast.Compare(own, [other_op], [ast.Constant(int(high))]),
        ) if {type(op), type(other_op)} <= ORDERS.keys() and syntax.same(left, own):
            holds, also = ORDERS[type(op)], ORDERS[type(other_op)]
            around = {end + step for end in (low, high) for step in (-1, 0, 1)}
            return all(also(n, high) for n in around if holds(n, low))
    return False


def either(tests: Sequence[str]) -> str:
    """Return the test whether one of some holds; those of the same items are asked of each of them.

    >>> either(["any(np.ndim(v) != 1 for v in vs)", "any(len(v) == 1 for v in vs)", "k and n"])
    'any(np.ndim(v) != 1 or len(v) == 1 for v in vs) or (k and n)'
    """
    if len(tests) == 1:
        return tests[0]
    parts: dict[str, list[str]] = {}
    for test in tests:
        loop = re.fullmatch(r"any\(([^ ]+ [^ ]+ [^ ]+)( for .+)\)", test)
        parts.setdefault(loop[2] if loop else test, []).append(loop[1] if loop else "")
    return " or ".join(
        (
            f"any({' or '.join(some)}{tail})"
            if some[0]
            else f"({tail})" if len(syntax.all_of(syntax.parse(tail))) > 1 else tail
        )
        for tail, some in parts.items()
    )


SHAPE = r"(?:np\.shape\({0}\)|{0}\.shape)"
ITEM = r"([\w.]+)\[(?P=key)\]"
KEYED = re.compile(
    rf"(?P<key>'\w+') in ([\w.]+) and (?P=key) in ([\w.]+)"
    rf" and {SHAPE.format(ITEM)} != {SHAPE.format(ITEM)}"
)
"""A test whether the items of two dicts have other shapes, where both have them."""


def of_any_key(asked: Mapping[str, str]) -> dict[str, str]:
    """Return guards in which those that ask the same of several items of dicts ask it of all that these share.

    >>> test = "'{0}' in p and '{0}' in m and p['{0}'].shape != m['{0}'].shape"
    >>> of_any_key({test.format(k): f"p['{k}'].shape == m['{k}'].shape" for k in "Wc"})
    {'any(np.shape(p[k]) != np.shape(m[k]) for k in p.keys() & m.keys())': 'p[k].shape == m[k].shape'}
    """
    pairs: dict[str, dict[str, list[tuple[str, str]]]] = {}
    texts: dict[str, str] = {}
    for test, text in asked.items():
        match = KEYED.fullmatch(test)
        if match and not {"a", "b", "k"} & {match[2], match[3]}:
            texts[test] = text.replace(f"[{match['key']}]", "[k]")
            own = pairs.setdefault(texts[test], {})
            own.setdefault(match["key"], []).append((match[2], match[3]))
    found: dict[str, str] = {}
    for test, text in asked.items():
        keys = pairs.get(texts.get(test, ""), {})
        first, *others = keys.values() or [[]]
        if not others or any(other != first for other in others):
            found[test] = text
        elif len(first) == 1:
            one, other = first[0]
            asks = f"np.shape({one}[k]) != np.shape({other}[k])"
            found[f"any({asks} for k in {one}.keys() & {other}.keys())"] = texts[test]
        else:
            both = ", ".join(f"({one}, {other})" for one, other in first)
            asks = f"np.shape(a[k]) != np.shape(b[k]) for a, b in ({both})"
            found[f"any({asks} for k in a.keys() & b.keys())"] = texts[test]
    return found


MEMORY = re.compile(r"((?:.+ and )?)np\.shares_memory\(([\w.]+), ([\w.]+)\)")
PAIRS = ("ab", "vw", "xy")
"""Names for two arrays of which a guard asks."""


def of_memory(asked: Mapping[str, str]) -> dict[str, str]:
    """Return guards in which those that ask whether arrays share memory with the same others are one.

    >>> of_memory({f"np.shares_memory({x}, m)": f"{x} and m were two arrays" for x in "gh"})
    {'any(np.shares_memory(a, m) for a in (g, h))': 'g and h apart from m'}
    """
    matches = {test: match for test in asked if (match := MEMORY.fullmatch(test))}
    others = grouped(((m[1], m[2]), m[3]) for m in matches.values())
    alike = grouped(((given, *seconds), one) for (given, one), seconds in others.items())
    found: dict[str, str] = {}
    for test, text in asked.items():
        if match := matches.get(test):
            seconds = others[match[1], match[2]]
            firsts = alike[match[1], *seconds]
            names = next(two for two in PAIRS if not {*two} & {*firsts, *seconds})
            sides = [*zip((firsts, seconds), names, strict=True)]
            tails = [f" for {name} in ({', '.join(side)})" for side, name in sides if side[1:]]
            if tails:
                one, two = (name if side[1:] else side[0] for side, name in sides)
                test = f"{match[1]}any(np.shares_memory({one}, {two}){''.join(tails)})"
                text = f"{listed(firsts)} apart from {listed(seconds)}"
        found[test] = text
    return found


def apart(asked: Mapping[str, str]) -> dict[str, str]:
    """Return guards in which those that ask whether some of several things are one are one.

    >>> apart({"a is b": "a and b were two dicts", "c is b": "c and b were two dicts"})
    {'a is b or c is b': 'b apart from a and c'}
    >>> apart({f"{a} is {b}": "they were two dicts" for a, b in ("mv", "mp", "vp", "xy")})
    {'m is v or m is p or v is p': 'm, v and p apart from each other', 'x is y': 'they were two dicts'}
    """
    found: dict[str, str] = {}
    while asked:
        test, text = next(iter(asked.items()))
        given, names = sides_of(test, text)
        own = [test]
        for one, said in asked.items() if names else ():
            before, others = sides_of(one, said)
            if before == given and one not in own and {*names} & {*others}:
                own.append(one)
                names = [*dict.fromkeys([*names, *others])]
        if len(own) > 1:
            asks = " or ".join(one.removeprefix(given) for one in own)
            test = f"{given}({asks})" if given else asks
            center = [n for n in names if all(n in sides_of(one, asked[one])[1] for one in own)]
            rest = listed([name for name in names if name not in center])
            text = f"{center[0]} apart from {rest}" if center else f"{rest} apart from each other"
        found[test] = text
        asked = {one: said for one, said in asked.items() if one not in own}
    return found


def sides_of(test: str, text: str) -> tuple[str, list[str]]:
    """Return the two things of which a test asks whether they are one, and what it asks before; nothing of others."""
    match = IDENTITY.fullmatch(test) if " were two " in text else None
    return (match[1], [match[2], match[3]]) if match else ("", [])


SIZE = r"(?:[\w.]+\.shape(?:\[[-\d:]+\])?|len\([\w.]+\))"
SIZES = re.compile(rf"{SIZE}(?: == {SIZE})+")
NAMED = re.compile(r"[\w.]+(?=\.shape)|(?<=len\()[\w.]+")


def complaint(*texts: str) -> str:
    """Return what a guard says, given what was so, or what must be equal: short, so that it fits in a line.

    >>> complaint(Was(["x"], ["a vector"])), complaint("x.shape[0] == y.shape[0]")
    ('x was a vector when this code was made', 'needs x.shape[0] == y.shape[0]')
    >>> complaint(Was(["x", "y"], ["a vector"] * 2))
    'needs vectors x and y'
    >>> complaint(Was(["p"], ["a number"]), "x.shape == y.shape")
    'needs a number p and x.shape == y.shape'
    >>> complaint("features.shape[0] == target.shape[0] == target.shape[1]")
    'needs agreeing sizes of features and target'
    """
    first, *others = texts
    said = as_made(first)
    is_alone = isinstance(first, Was) and len(first.names) == 1 and in_one_line(said)
    if not others and (is_alone or not can_be_asked(first)):
        return said
    said = f"needs {asked_for(texts)}"
    sizes = [text for text in texts if SIZES.fullmatch(text)]
    if in_one_line(said) or not sizes:
        return said
    names = dict.fromkeys(NAMED.findall(" ".join(sizes)))
    kept = [text for text in texts if text not in sizes]
    short = f"needs {asked_for([*kept, f'agreeing sizes of {listed([*names])}'])}"
    return short if in_one_line(short) else said


def can_be_asked(text: str) -> bool:
    """Return whether a guard can say what it needs, and not only what was so."""
    return (
        bool(text.kind) if isinstance(text, Was) else bool(re.search(" (==|!=|apart from) ", text))
    )


def needed(test: str, text: str) -> str:
    """Return what is needed, of what was so, where that can be said: of a size that was not 1.

    >>> needed("x.shape[0] == 1", Was(["x.shape[0]"], ["4"]))
    'x.shape[0] != 1'
    """
    if isinstance(text, Was) and len(text.names) == 1 and " == 1" in test:
        return f"{text.names[0]} != 1" if ".shape[" in text.names[0] else text
    return text


def in_one_line(said: str) -> bool:
    return len(f'        raise NotImplementedError("{said}")') <= WIDTH


def height(texts: Sequence[str]) -> int:
    said = complaint(*texts)
    return 2 if in_one_line(said) else 3 + len(in_rows(said, WIDTH - len(ROOM)))


def at_once(asked: Mapping[str, str]) -> list[tuple[list[str], list[str]]]:
    """Return guards, those in one whose tests fit in a line and which are no longer so: their tests, and what they say.

    >>> was = Was(["p"], ["a number"])
    >>> at_once({"np.ndim(p) != 0": was, "x.shape != y.shape": "x.shape == y.shape"})
    [(['np.ndim(p) != 0', 'x.shape != y.shape'], ['p was a number', 'x.shape == y.shape'])]
    """
    found: list[tuple[list[str], list[str]]] = []
    for test, text in asked.items():
        tests, texts = found[-1] if found else ([], [])
        if text in texts:
            tests.append(test)
            continue
        both = [*tests, test]
        words = [*map(needed, tests, texts), needed(test, text)]
        kinds = [word for word in words if not isinstance(word, Was) or word.kind != FLOATS]
        subjects = [word.split(" ")[0] for word in kinds]
        can_be = bool(tests) and all(map(can_be_asked, words)) and len({*subjects}) == len(subjects)
        if (
            can_be
            and len(tests) == len(texts)
            and len(f"    if {either(both)}:") <= WIDTH
            and height(words) <= height(texts) + height([text])
        ):
            found[-1] = both, words
        else:
            found.append(([test], [text]))
    return found


ROOM = '             ""'
"""What stands beside the words of a guard in their line."""


JOINED = (re.compile(r"np\.ndim\((?:(?! and ).)+\) != 0"), re.compile(r"[^ ]+\.shape\[\d+\] == 1"))
"""Tests that are asked together."""
RANK = r"np\.ndim\([^ ]+\) [!<>]=? [1-9]"
RANKED = re.compile(rf"{RANK}|any\({RANK} for \w+ in [\w.]+\)")
"""Tests that are asked together where they stand one behind the other: a later one may need them."""


def joined(asked: Mapping[str, str]) -> dict[str, str]:
    """Return guards in which all that ask the same of several arguments are one.

    >>> joined({f"np.ndim({name}) != 0": Was([name], ["a number"]) for name in "ab"})
    {'np.ndim(a) or np.ndim(b)': 'a and b were numbers'}
    >>> joined({
    ...     "np.ndim(a) < 1": Was(["a"], ["a vector"]),
    ...     "any(np.ndim(v) != 1 for v in bs)": Was(["bs[k]"], ["a vector"]),
    ... })
    {'np.ndim(a) < 1 or any(np.ndim(v) != 1 for v in bs)': 'a and bs[k] were vectors'}
    """
    kinds: dict[str, Any] = {}
    turn = 0
    for test, text in asked.items():
        kind = next((k for k, pattern in enumerate(JOINED) if pattern.fullmatch(test)), None)
        ranked = RANKED.fullmatch(test)
        turn += ranked is None
        if isinstance(text, Was) and (kind is not None or ranked is not None):
            kinds[test] = kind if ranked is None else (turn, text.values[0])
    found: dict[str, str] = {}
    for test, text in asked.items():
        own = [other for other in kinds if kinds[other] == kinds.get(test)]
        if len(own) < 2:
            found[test] = text
        elif test == own[-1]:  # behind the guards that any of them may need
            said = [one for other in own if isinstance(one := asked[other], Was)]
            each = dict(pair for one in said for pair in zip(one.names, one.values, strict=True))
            found[question(own)] = Was([*each], [*each.values()])
    return found


def question(tests: Sequence[str]) -> str:
    """Return the test whether one of some tests holds that ask the same."""
    if tests[0].endswith(" != 0"):
        ranks = [test.removesuffix(" != 0") for test in tests]
        asked = " or ".join(ranks)
        if len(f"    if {asked}:") <= WIDTH:
            return asked
        names = [rank.removeprefix("np.ndim(").removesuffix(")") for rank in ranks]
        return f"any(np.ndim(v) for v in ({', '.join(names)}))"
    if RANKED.fullmatch(tests[0]):
        return " or ".join(tests)
    return f"1 in ({', '.join(test.removesuffix(' == 1') for test in tests)})"
