"""Match statements: statements go in; out come the same with `if` and `elif`, where the patterns are
values, names or short sequences.

>>> text = '''def f(x, kind):
...     match kind:
...         case "relu":
...             return np.maximum(0, x)
...         case _:
...             return x
... '''
>>> tree = ast.parse(text).body[0]
>>> tree.body = without_matches(tree.body, Known(tree, {}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, kind):
    if kind == 'relu':
        return np.maximum(0, x)
    else:
        return x
"""

from __future__ import annotations

import ast
from dataclasses import field

from codegen import syntax
from codegen.records import dataclass
from codegen.trace.normalize.fresh import Fresh, assign, formula, made, spliced
from codegen.trace.normalize.lookup import Known


@dataclass(frozen=True)
class Found:
    """What a pattern asks of a value, and the names it binds if it fits."""

    tests: list[ast.expr] = field(default_factory=list)
    binds: dict[str, ast.expr] = field(default_factory=dict)


def without_matches(block: list[ast.stmt], known: Known, fresh: Fresh) -> list[ast.stmt]:
    """Return a block in which match statements with plain patterns are branches."""

    def change(statement: ast.stmt) -> list[ast.stmt]:
        if not isinstance(statement, ast.Match):
            return [statement]
        for case in statement.cases:
            case.body = without_matches(case.body, known, fresh)
        return branches(statement, known, fresh) or [statement]

    return spliced(block, change)


def branches(statement: ast.Match, known: Known, fresh: Fresh) -> list[ast.stmt]:
    """Return a match statement as branches; nothing if some pattern is not plain."""
    before: list[ast.stmt] = []
    subject = statement.subject
    if not isinstance(subject, ast.Name):
        own = fresh.name("subject")
        before.append(assign(own, subject, subject))
        subject = made(syntax.name(own), subject)
    orelse: list[ast.stmt] = []
    for case in reversed(statement.cases):
        found = asked(case.pattern, subject, known)
        if found is None:
            return []
        if case.guard is not None:
            found.tests.append(syntax.substitute(case.guard, found.binds))
        bound = [assign(name, value, case.pattern) for name, value in found.binds.items()]
        if not found.tests:
            orelse = [*bound, *case.body]
            continue
        test = found.tests[0] if len(found.tests) == 1 else ast.BoolOp(ast.And(), found.tests)
        orelse = [made(ast.If(test=test, body=[*bound, *case.body], orelse=orelse), case.pattern)]
    return [*before, *orelse]


def asked(pattern: ast.pattern, subject: ast.expr, known: Known) -> Found | None:
    match pattern:
        case ast.MatchValue(value=value):
            return Found([formula("subject == value", pattern, subject=subject, value=value)])
        case ast.MatchSingleton(value=value):
            return Found([formula(f"subject is {value}", pattern, subject=subject)])
        case ast.MatchAs(pattern=None, name=name):
            return Found([], {name: subject} if name else {})
        case ast.MatchAs(pattern=inner, name=str(name)) if inner is not None:
            found = asked(inner, subject, known)
            return Found(found.tests, {**found.binds, name: subject}) if found else None
        case ast.MatchOr(patterns=patterns):
            sides = [asked(p, subject, known) for p in patterns]
            if any(s is None or s.binds or len(s.tests) != 1 for s in sides):
                return None
            tests = [s.tests[0] for s in sides if s is not None]
            return Found([made(ast.BoolOp(ast.Or(), tests), pattern)])
        case ast.MatchSequence(patterns=patterns):
            return of_sequence(pattern, patterns, subject, known)
        case ast.MatchClass():
            return of_class(pattern, subject, known)
    return None


ITSELF = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)
"""Classes of which the one part without a name is the object itself."""


def of_class(pattern: ast.MatchClass, subject: ast.expr, known: Known) -> Found | None:
    """Return what a pattern asks of an object of some class whose attributes it looks at."""
    found = Found([made(syntax.call("isinstance", subject, pattern.cls), pattern)])
    kind = known.value(pattern.cls)
    words: tuple[str, ...] = getattr(kind, "__match_args__", ())
    if isinstance(kind, type) and kind in ITSELF:
        words = ("",)
    if len(words) < len(pattern.patterns):
        return None
    parts = [*zip(words, pattern.patterns, strict=False)]
    for name, part in [*parts, *zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True)]:
        item = made(ast.Attribute(subject, name, ast.Load()), pattern) if name else subject
        inner = asked(part, item, known)
        if inner is None:
            return None
        found.tests.extend(inner.tests)
        found.binds.update(inner.binds)
    return found


def of_sequence(
    pattern: ast.pattern, parts: list[ast.pattern], subject: ast.expr, known: Known
) -> Found | None:
    """Return what a pattern of so many parts asks of a tuple or list."""
    texts = "isinstance(subject, (tuple, list))", f"len(subject) == {len(parts)}"
    found = Found([formula(text, pattern, subject=subject) for text in texts])
    for number, part in enumerate(parts):
        item = made(syntax.index(subject, ast.Constant(number)), pattern)
        inner = None if isinstance(part, ast.MatchStar) else asked(part, item, known)
        if inner is None:
            return None
        found.tests.extend(inner.tests)
        found.binds.update(inner.binds)
    return found
