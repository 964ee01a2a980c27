"""Trees of expressions: building, renaming and printing them; text goes in at `parse`, comes out at
`show`, nowhere else.

>>> show(parse("(x**2)  +  np.sum( y [1 : n+1 ] , axis = 0)"))
'x**2 + np.sum(y[1 : n + 1], axis=0)'
"""

from __future__ import annotations

import ast
import io
import itertools
import linecache
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from keyword import iskeyword
from typing import Any, TypeGuard, TypeVar
from weakref import WeakKeyDictionary

from codegen.records import dataclass
from codegen.tables import grouped

Tree = TypeVar("Tree", bound=ast.AST)
Chain = TypeVar("Chain", ast.Name, ast.Attribute, ast.Subscript)
Pairs = dict[type[ast.cmpop], type[ast.cmpop]]
OPPOSITES: Pairs = {ast.Eq: ast.NotEq, ast.Is: ast.IsNot, ast.In: ast.NotIn}
OPPOSITES |= {other: one for one, other in OPPOSITES.items()}
ORDERS: Pairs = {ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.LtE: ast.Gt}
"""Opposites but for NaN, of which none holds."""
LITERALS = (int, float, str, bool, type(None))
"""Types of values that are written as they are."""
SHAPE_PARTS = frozenset({"shape", "size", "ndim", "dtype"})
"""Attributes of an array that tell nothing of its items, so that no change of them matters."""


def parse(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def name(identifier: str) -> ast.Name:
    """Return a tree that reads a name."""
    return ast.Name(id=identifier, ctx=ast.Load())


def constant(value: Any) -> ast.Constant:
    return ast.Constant(value=value)


def signed(value: float) -> ast.expr:
    """Return a literal of a number, a minus in front of a negative one."""
    return ast.UnaryOp(ast.USub(), constant(-value)) if value < 0 else constant(value)


def call(callee: str, *args: ast.expr, **keywords: ast.expr) -> ast.Call:
    """Return a call of a dotted name."""
    return ast.Call(
        func=parse(callee),
        args=list(args),
        keywords=[ast.keyword(arg=k, value=v) for k, v in keywords.items()],
    )


def method(owner: ast.expr, word: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(owner, word, ast.Load()), list(args), [])


def given(node: ast.Call) -> list[ast.expr]:
    """Return all that a call gives, by place and by word."""
    return [*node.args, *(k.value for k in node.keywords)]


def keyword(node: ast.Call, word: str) -> ast.expr | None:
    return next((k.value for k in node.keywords if k.arg == word), None)


def index(value: ast.expr, key: ast.expr) -> ast.Subscript:
    return ast.Subscript(value=value, slice=key, ctx=ast.Load())


def as_dict(items: Mapping[Any, ast.expr]) -> ast.Dict:
    """Return the display of a dict with such items."""
    return ast.Dict([*map(constant, items)], [*items.values()])


def elements(tree: ast.expr | None) -> list[ast.expr]:
    """Return the items of a tuple that is written out; another tree stands for itself."""
    return tree.elts if isinstance(tree, ast.Tuple) else [] if tree is None else [tree]


def is_nothing(tree: ast.expr | None) -> bool:
    """Return whether an expression is None, written out or left out."""
    return tree is None or isinstance(tree, ast.Constant) and tree.value is None


def has_star(trees: Iterable[ast.expr]) -> bool:
    return any(isinstance(tree, ast.Starred) for tree in trees)


def as_one(trees: list[ast.expr], context: ast.expr_context | None = None) -> ast.expr:
    """Return a tuple, to be read if no `context` is given; one tree alone stands for itself."""
    return trees[0] if len(trees) == 1 else ast.Tuple(trees, context or ast.Load())


BLOCKS = ("body", "orelse", "finalbody")
COMPOUND = (ast.For, ast.While, ast.If, ast.With)
NESTING = (*COMPOUND, ast.Try)
JUMPS = (ast.Return, ast.Break, ast.Continue)
SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)
LOOPS = (ast.For, ast.While)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
DEFERRED = (*COMPREHENSIONS, ast.Lambda)
"""Expressions with variables of their own, whose parts are evaluated often, later, or never."""
CONDITIONAL = (ast.IfExp, ast.BoolOp)
"""Expressions of which some parts are evaluated by what others are."""
UNSURE = (*DEFERRED, *CONDITIONAL)


@dataclass(frozen=True)
class Note:
    """What is known of a node that it has no field for. A copy has the same note."""

    made: bool = False
    """Whether a statement, or a lambda, is not the user's own text."""
    named: bool = False
    """Whether the header of a statement, or all of a simple one, is not the user's own text any more."""
    spelling: str | None = None
    """How the user's file spells a number."""
    field: str | None = None
    """The name of an item of a namedtuple, by which the user reads it."""
    hands_on: bool = False
    """Whether a statement hands variables on to the object whose attributes they are."""


NOTES: WeakKeyDictionary[ast.AST, Note] = WeakKeyDictionary()
PLAIN = Note()
NOTED = (ast.stmt, ast.Constant, ast.Subscript, ast.Lambda)


def note_of(tree: ast.AST) -> Note:
    return NOTES.get(tree, PLAIN)


def note(tree: ast.AST, **known: Any) -> None:
    NOTES[tree] = replace(note_of(tree), **known)


def change_blocks(statement: ast.stmt, change: Callable[[list[ast.stmt]], list[ast.stmt]]) -> None:
    """Put other statements into the blocks of a compound statement; functions and classes are left alone."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return
    for name in BLOCKS:
        inner = getattr(statement, name, None)
        if inner:
            setattr(statement, name, change(inner))


def statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a body and of the bodies in it, in the order of the text."""
    found: list[ast.stmt] = []
    for statement in body:
        found.append(statement)
        if isinstance(statement, COMPOUND):
            found += statements(statement.body)
            found += statements(getattr(statement, "orelse", []))
    return found


def value_of(statement: ast.stmt) -> ast.expr | None:
    """Return the value of a simple statement that computes one."""
    return statement.value if isinstance(statement, SIMPLE) else None


def bare_string(statement: ast.stmt) -> str | None:
    """Return the text of a statement that is a string and nothing else, such as a docstring."""
    match statement:
        case ast.Expr(ast.Constant(str(text))):
            return text
    return None


def numbered(wanted: str, between: str = "") -> Iterator[str]:
    """Yield a name, unless it is a word of Python's, as the plural of `a` is, then the same with 2, 3, … behind it:
    whoever makes up a name takes the first that is free.
    """
    if not iskeyword(wanted):
        yield wanted
    yield from (f"{wanted}{between}{k}" for k in itertools.count(2))


def shared_keys(tree: ast.AST) -> set[str]:
    """Return the words by which items of more than one container are read.

    >>> sorted(shared_keys(ast.parse('m["W"] += g["W"] - m["b"]')))
    ['W']
    """
    holders: dict[str, set[str]] = {}
    for part in walk(tree):
        match part:
            case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)):
                holders.setdefault(key, set()).add(show(value))
    return {key for key, found in holders.items() if len(found) > 1}


def free(wanted: str, taken: set[str], between: str = "") -> str:
    """Return a name that is not taken, and take it."""
    found = next(name for name in numbered(wanted, between) if name not in taken)
    taken.add(found)
    return found


def rewrite(tree: ast.expr, change: Callable[[ast.expr], ast.expr | None]) -> ast.expr:
    """Return a copy of a tree with what `change` gives in the place of its parts, from the top down."""
    found = change(tree)
    if found is not None:
        return found
    if isinstance(tree, ast.Name | ast.Constant):
        return tree
    fresh = shallow(tree)
    for field in tree._fields:
        value = getattr(tree, field, None)
        if isinstance(value, ast.AST | list):
            setattr(fresh, field, rewritten(value, change))
    return fresh


def without_walruses(tree: ast.expr) -> ast.expr:
    """Return an expression that reads the names which it binds, as where they are bound before it.

    >>> show(without_walruses(parse("(n := len(v)) > 3")))
    'n > 3'
    """
    if not any(isinstance(n, ast.NamedExpr) for n in walk(tree)):
        return tree
    return rewrite(tree, lambda n: name(n.target.id) if isinstance(n, ast.NamedExpr) else None)


def shallow(tree: Tree) -> Tree:
    fresh: Tree = tree.__class__.__new__(tree.__class__)
    fresh.__dict__.update(tree.__dict__)
    if isinstance(tree, NOTED) and (known := NOTES.get(tree)) is not None:
        NOTES[fresh] = known
    return fresh


def deep(tree: Tree) -> Tree:
    fresh = shallow(tree)
    waiting: list[ast.AST] = [fresh]
    for node in waiting:
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, ast.AST):
                waiting.append(shallow(value))
                setattr(node, field, waiting[-1])
            elif isinstance(value, list):
                copies = [shallow(v) if isinstance(v, ast.AST) else v for v in value]
                waiting.extend([v for v in copies if isinstance(v, ast.AST)])
                setattr(node, field, copies)
    return fresh


def dotted(tree: ast.expr) -> str:
    """Return a name with its attributes, such as `np.linalg.norm`; nothing for what is no such name."""
    names: list[str] = []
    while isinstance(tree, ast.Attribute):
        names.append(tree.attr)
        tree = tree.value
    return ".".join([tree.id, *reversed(names)]) if isinstance(tree, ast.Name) else ""


SIGNS = (ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
LEAVES = frozenset(
    {ast.Name, ast.Constant, *(sign for kind in SIGNS for sign in kind.__subclasses__())}
)
"""What most nodes are, and has no parts."""


def identifier(tree: ast.AST | None) -> str:
    """Return the name that a tree is; nothing for other trees."""
    return tree.id if isinstance(tree, ast.Name) else ""


def called(tree: ast.AST | None) -> str:
    """Return the name that a call calls, such as `np.sum`; nothing for other trees, and for calls of anything else."""
    return dotted(tree.func) if isinstance(tree, ast.Call) else ""


def calls(tree: ast.AST | None, *names: str) -> TypeGuard[ast.Call]:
    """Return whether a tree calls something by one of some names, such as `np.sum`."""
    return called(tree) in names


def called_last(call: ast.Call) -> str:
    """Return the last part of what a call calls: `sum` of `np.sum(x)` and of `x.sum()`."""
    return show(call.func).rpartition(".")[2]


def root_name(tree: ast.expr) -> str:
    """Return the variable that attributes and items are reached from; nothing for other expressions."""
    while isinstance(tree, ast.Attribute | ast.Subscript):
        tree = tree.value
    return identifier(tree)


def holder(tree: ast.expr) -> ast.expr:
    """Return what an item is an item of, in the end."""
    while isinstance(tree, ast.Subscript):
        tree = tree.value
    return tree


def first_name(path: str) -> str:
    """Return the variable that the text of attributes and items begins with: `p` of `p["w"].b`."""
    return path if path.isidentifier() else re.split(r"\W", path, maxsplit=1)[0]


def literal(tree: ast.expr) -> Any:
    """Return the value of an expression that is written out, None for others."""
    try:
        return ast.literal_eval(tree)
    except ValueError:
        return None


def negated(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in OPPOSITES:
        return opposite(test)
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def all_of(test: ast.expr) -> list[ast.expr]:
    """Return the tests that have to hold where a test holds."""
    match test:
        case ast.BoolOp(ast.And(), parts):
            return parts
    return [test]


def opposite(test: ast.Compare) -> ast.Compare:
    """Return the comparison that is true where another one is not, NaN set aside."""
    other = (OPPOSITES | ORDERS)[type(test.ops[0])]()
    return ast.copy_location(ast.Compare(test.left, [other], test.comparators), test)


ATOMS = frozenset({
    "ctx", "id", "attr", "arg", "kind", "level", "module", "asname", "simple", "conversion", "is_async", "type_comment",
})  # fmt: skip
"""Fields of nodes that hold no parts: words, numbers, and whether a name is read or bound."""


class Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields in which nodes of a kind have their parts, found out once: walks take a tenth of all time."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        leaf = kind in LEAVES
        self[kind] = () if leaf else tuple(field for field in kind._fields if field not in ATOMS)
        return self[kind]


FIELDS = Fields()
Node = ast.AST  # looked up once, for the same reason


def parts(tree: ast.AST) -> list[ast.AST]:
    """Return the parts that a tree has directly, in order; whether a name is read or bound is none."""
    found: list[ast.AST] = []
    for field in FIELDS[tree.__class__]:
        value = getattr(tree, field, None)
        if value.__class__ is list:
            for item in value:
                if isinstance(item, Node):
                    found.append(item)
        elif isinstance(value, Node):
            found.append(value)
    return found


def expressions(tree: ast.AST) -> list[ast.expr]:
    """Return the expressions among the direct parts of a tree."""
    return [part for part in parts(tree) if isinstance(part, ast.expr)]


def head(statement: ast.AST) -> list[ast.AST]:
    """Return the parts that a statement has directly, without the statements inside it."""
    return [part for part in parts(statement) if not isinstance(part, ast.stmt)]


def in_order(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield a tree and its parts in the order of the text."""
    yield tree
    for part in parts(tree):
        yield from in_order(part)


def walk(tree: ast.AST) -> list[ast.AST]:
    """Return a tree and all its parts, the outer ones first; as `parts` finds them, without its calls."""
    found, fields = [tree], FIELDS
    for node in found:
        for field in fields[node.__class__]:
            value = getattr(node, field, None)
            if value.__class__ is list:
                for item in value:
                    if isinstance(item, Node):
                        found.append(item)
            elif isinstance(value, Node):
                found.append(value)
    return found


def every(kind: type[Tree], tree: ast.AST) -> list[Tree]:
    """Return the parts of a tree that are of a kind, as `walk` finds them."""
    return [node for node in walk(tree) if isinstance(node, kind)]


def has(tree: ast.AST, *kinds: type[ast.AST]) -> bool:
    """Return whether a tree, or a part of it, is of one of some kinds."""
    return any(isinstance(node, kinds) for node in walk(tree))


def own_parts(tree: ast.AST) -> list[ast.AST]:
    """Return the parts of a function or a statement, not those of functions inside it."""
    return [n for part in parts(tree) for n in inside(part, SCOPES)]


def inside(tree: ast.AST, closed: tuple[type[ast.AST], ...]) -> list[ast.AST]:
    """Return a tree and its parts, each before its own; not the parts of what is of some `closed` kinds."""
    if isinstance(tree, closed):
        return [tree]
    return [tree, *(n for part in parts(tree) for n in inside(part, closed))]


def assigned(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """Return the values that the assignments in a tree give each variable, those that take a value apart left out."""
    pairs = ((target, node.value) for node in every(ast.Assign, tree) for target in node.targets)
    return grouped((target.id, value) for target, value in pairs if isinstance(target, ast.Name))


def mentioned(*trees: ast.AST | None) -> list[str]:
    """Return the names that stand anywhere in trees, read or bound, as often as they stand there."""
    return [n.id for tree in trees if tree for n in walk(tree) if isinstance(n, ast.Name)]


def names(*trees: ast.AST | None) -> set[str]:
    """Return the names that stand anywhere in trees, read or bound."""
    return set(mentioned(*trees))


def parameters(tree: ast.AST) -> set[str]:
    """Return the parameters of the functions and lambdas in a tree."""
    return {part.arg for part in walk(tree) if isinstance(part, ast.arg)}


def uses(
    tree: ast.AST, name: str, how: type[ast.expr_context] = ast.expr_context
) -> list[ast.Name]:
    """Return where a variable stands in a tree; where it is read, or bound, if asked."""
    return [
        n for n in walk(tree) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, how)
    ]


def single(*targets: ast.expr) -> list[ast.expr]:
    """Return the targets of an assignment without their brackets and stars."""
    found: list[ast.expr] = []
    for target in targets:
        if isinstance(target, ast.Starred):
            target = target.value
        found += single(*target.elts) if isinstance(target, ast.Tuple | ast.List) else [target]
    return found


def items_of_loop(target: ast.expr, source: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the targets of a loop, each with the container whose items it gets.

    >>> loop = ast.parse("for k, (v, w) in enumerate(zip(xs, d.values())): pass").body[0]
    >>> [(show(one), show(items)) for one, items in items_of_loop(loop.target, loop.iter)]
    [('v', 'xs'), ('w', 'd.values()')]
    """
    match target, source:
        case ast.Tuple(elts=[_, one]), ast.Call(func=ast.Name("enumerate"), args=[inner, *_]):
            yield from items_of_loop(one, inner)
        case ast.Tuple(elts=parts), ast.Call(func=ast.Name("zip"), args=sources):
            for one, inner in zip(parts, sources, strict=False):
                yield from items_of_loop(one, inner)
        case _:
            yield target, source


def loaded(target: Tree) -> Tree:
    """Return a copy of a target that reads it."""
    fresh = deep(target)
    for part in walk(fresh):
        if hasattr(part, "ctx"):
            part.ctx = ast.Load()
    return fresh


def blocks(statement: ast.AST) -> list[list[ast.stmt]]:
    """Return the blocks that stand directly in a statement, handlers aside."""
    found = (getattr(statement, name, None) for name in BLOCKS)
    return [block for block in found if isinstance(block, list)]


def writes(tree: ast.AST, kind: type[Chain]) -> list[Chain]:
    """Return the names, attributes or items that a tree binds, changes or deletes."""
    return [n for n in walk(tree) if isinstance(n, kind) and not isinstance(n.ctx, ast.Load)]


def loads(tree: ast.AST, kind: type[Chain]) -> list[Chain]:
    """Return the names, attributes or items that a tree reads."""
    return [n for n in walk(tree) if isinstance(n, kind) and isinstance(n.ctx, ast.Load)]


def items_put(statement: ast.stmt) -> Iterator[str]:
    """Yield the items that a simple statement gives a dict, by stores or by a display of them."""
    for node in writes(statement, ast.Subscript) if value_of(statement) is not None else ():
        yield show(loaded(node))
    match statement:
        case ast.Assign([target], ast.Dict(keys)):
            for key in filter(None, keys):
                yield show(index(loaded(target), key))


def written_texts(tree: ast.AST) -> set[str]:
    """Return the texts of the attributes and items that a tree changes, and of the names that it binds."""
    chains = [n for n in walk(tree) if isinstance(n, ast.Name | ast.Attribute | ast.Subscript)]
    return {show(n) for n in chains if not isinstance(n.ctx, ast.Load)}


def rewritten(value: Any, change: Callable[[ast.expr], ast.expr | None]) -> Any:
    if isinstance(value, ast.expr):
        return rewrite(value, change)
    if isinstance(value, list):
        return [rewritten(item, change) for item in value]
    if isinstance(value, ast.AST) and not isinstance(
        value, ast.expr_context | ast.operator | ast.unaryop | ast.cmpop | ast.boolop
    ):
        fresh = shallow(value)
        for field, inner in ast.iter_fields(value):
            setattr(fresh, field, rewritten(inner, change))
        return fresh
    return value


def substitute(tree: ast.expr, trees: Mapping[str, ast.expr]) -> ast.expr:
    """Return `tree` with names replaced by trees; names that a comprehension or lambda binds itself stay."""

    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, ast.Name):
            return trees.get(part.id)
        bound = own_names(part)
        if bound & trees.keys():
            kept = {k: v for k, v in trees.items() if k not in bound}
            fresh = shallow(part)
            for field, value in ast.iter_fields(part):
                setattr(fresh, field, rewritten(value, lambda p: substitute(p, kept)))
            return fresh
        return None

    return rewrite(tree, change)


def own_names(part: ast.AST) -> set[str]:
    """Return the names that a comprehension or a lambda binds."""
    if isinstance(part, COMPREHENSIONS):
        return {n.id for g in part.generators for n in walk(g.target) if isinstance(n, ast.Name)}
    return parameters(part.args) if isinstance(part, ast.Lambda) else set()


def source_of(node: ast.AST) -> ast.expr | None:
    """Return what a comprehension goes over first, which is read where its own variables are not there yet."""
    return node.generators[0].iter if isinstance(node, COMPREHENSIONS) else None


def parts_inside(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node, those of the loops of a comprehension one by one."""
    return [
        inner
        for part in parts(node)
        for inner in (parts(part) if isinstance(part, ast.comprehension) else [part])
    ]


def free_names(tree: ast.AST, bound: frozenset[str] = frozenset()) -> Iterator[ast.Name]:
    """Yield the names that `tree` reads and does not bind itself, in order."""
    waiting = [(tree, bound)]
    while waiting:
        node, inner = waiting.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load) and node.id not in inner:
                yield node
            continue
        own, source = inner | own_names(node), source_of(node)
        waiting.extend(
            (part, inner if part is source else own) for part in reversed(parts_inside(node))
        )


def reads(tree: ast.AST) -> list[str]:
    """Return the identifiers that `tree` reads, without repeats, in order."""
    return list(dict.fromkeys(n.id for n in free_names(tree)))


def stores(tree: ast.AST) -> list[str]:
    """Return the identifiers that `tree` binds, without repeats."""
    found = [n.id for n in walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(found))


def unpacked(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Return the targets of an assignment, each with its own value where a display is taken apart.

    >>> [(show(t), show(v)) for t, v in unpacked(*map(parse, ("a, (b, c)", "x, (y, f(x))")))]
    [('a', 'x'), ('b', 'y'), ('c', 'f(x)')]
    """
    match target, value:
        case ast.Tuple(elts=ones) | ast.List(elts=ones), ast.Tuple(elts=own) | ast.List(elts=own):
            if len(ones) == len(own) and not has_star((*ones, *own)):
                return [pair for one in zip(ones, own, strict=True) for pair in unpacked(*one)]
    return [(target, value)]


def bindings(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """Return the targets of an assignment the same way, whatever their number; none for anything else."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [pair for target in targets for pair in unpacked(target, node.value)]  # type: ignore[attr-defined]  # as asked


def same(a: Any, b: Any) -> bool:
    """Return whether two trees have the same text; whatever stands in their fields, too."""
    if a is b:
        return True
    if a.__class__ is not b.__class__:
        return False
    if isinstance(a, ast.AST):
        return all(same(getattr(a, field, None), getattr(b, field, None)) for field in a._fields)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return repr(a) == repr(b)  # 0.0 is not -0.0, and nan is nan


# How tightly an expression holds together: what stands where more is asked goes into parentheses.
NAMED, TUPLE, YIELD, TEST, OR, AND, NOT, COMPARE, BITOR, BITXOR, BITAND, SHIFT, SUM, TERM = range(
    14
)
FACTOR, POWER, AWAIT, ATOM = range(14, 18)
BINARY: dict[type[ast.operator], tuple[str, int]] = {
    ast.BitOr: ("|", BITOR),
    ast.BitXor: ("^", BITXOR),
    ast.BitAnd: ("&", BITAND),
    ast.LShift: ("<<", SHIFT),
    ast.RShift: (">>", SHIFT),
    ast.Add: ("+", SUM),
    ast.Sub: ("-", SUM),
    ast.Mult: ("*", TERM),
    ast.MatMult: ("@", TERM),
    ast.Div: ("/", TERM),
    ast.Mod: ("%", TERM),
    ast.FloorDiv: ("//", TERM),
    ast.Pow: ("**", POWER),
}
UNARY: dict[type[ast.unaryop], tuple[str, int]] = {
    ast.Not: ("not ", NOT),
    ast.Invert: ("~", FACTOR),
    ast.UAdd: ("+", FACTOR),
    ast.USub: ("-", FACTOR),
}
COMPARED: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
QUOTES = ('"', "'", '"""', "'''")


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BLOCK = "\0"  # stands in no text of Python
LEVELS = {
    (ast.Expr, "value"): YIELD,
    (ast.Assign, "targets"): TUPLE,
    (ast.For, "target"): TUPLE,
    (ast.AsyncFor, "target"): TUPLE,
    (ast.comprehension, "target"): TUPLE,
    (ast.comprehension, "iter"): TEST + 1,
    (ast.comprehension, "ifs"): TEST + 1,
    (ast.Starred, "value"): BITOR,
    (ast.NamedExpr, "value"): ATOM,
    (ast.Await, "value"): ATOM,
    (ast.Yield, "value"): ATOM,
    (ast.YieldFrom, "value"): ATOM,
}
"""How tightly parts must hold together, more or less than others."""
LOOSE: dict[type[ast.AST], int] = {
    ast.Lambda: TEST,
    ast.NamedExpr: NAMED,
    ast.Await: AWAIT,
    ast.Yield: YIELD,
    ast.YieldFrom: YIELD,
}
"""How tightly those expressions hold together that have no method of their own, and no brackets."""


class Printer:
    """Prints trees: numbers as the user spells them, powers and slices as black spaces them, the same under every
    Python. There is one method for each kind of tree that this takes, under the name of the kind; the others
    are in the words of `ast.unparse`, with the texts of their parts.

    Parameters
    ----------
    quote : str
        What strings stand between where they need no escapes: the other one inside an f-string.
    """

    def __init__(self, quote: str = '"') -> None:
        self.quote = quote

    def show(self, tree: ast.AST, level: int = TEST) -> str:
        """Return the text of an expression, in parentheses if it holds together less than `level` asks."""
        method = getattr(self, tree.__class__.__name__, None)
        if method is None:  # a node of ours is printed as what it is
            kinds = (kind.__name__ for kind in type(tree).__mro__)
            method = next((m for kind in kinds if (m := getattr(self, kind, None))), self.other)
        return str(method(tree, level))

    def other(self, tree: ast.AST, level: int) -> str:
        """Return the text of what has no method, in the words of `ast.unparse`."""
        text, own = ast.unparse(self.outline(tree, [])), LOOSE.get(type(tree), ATOM)
        return enclosed(text[1:-1] if own < ATOM and text[0] == "(" else text, own < level)

    def lines(self, statements: Iterable[ast.stmt], indent: str = "") -> list[str]:
        """Return the lines of statements that follow one another; a string with line ends is part of one."""
        found: list[str] = []
        for statement in statements:
            if found and isinstance(statement, DEFINITIONS):
                found.append("")
            found += [f"{indent}@{self.show(d)}" for d in getattr(statement, "decorator_list", ())]
            blocks: list[list[ast.stmt]] = []
            text = ast.unparse(self.outline(statement, blocks)).lstrip("\n")
            header, *others = re.split(f"\n( +){BLOCK}\n?", text)
            for line in header.split("\n") if isinstance(statement, ast.Match) else [header]:
                found.append(f"{indent}{line}")
            for block, pad, line in zip(blocks, others[::2], others[1::2], strict=True):
                found += self.block(statement, block, indent + pad)
                found += [f"{indent}{line}"] if line else []
        return found

    def block(self, owner: ast.stmt, body: list[ast.stmt], indent: str) -> list[str]:
        """Return the lines of a block; the docstring of a definition is printed as one."""
        text = bare_string(body[0]) if body and isinstance(owner, DEFINITIONS) else None
        if text is None:
            return self.lines(body, indent)
        quote = "'''" if '"""' in text or text.endswith('"') else '"""'
        shown = f"{quote}{escaped(text, quote, whitespace=False)}{quote}"
        return [f"{indent}{shown}", *self.lines(body[1:], indent)]

    def outline(self, node: ast.AST, blocks: list[list[ast.stmt]]) -> Any:
        """Return a tree with texts as names in the place of expressions, and the blocks of a statement apart."""
        fresh: Any = shallow(node)
        fresh.lineno = 0  # `ast.unparse` asks which comments are on a line
        for field, value in ast.iter_fields(node):
            level = LEVELS.get((type(node), field), TEST)
            if isinstance(node, ast.Assign) and isinstance(node.targets[-1], ast.Tuple):
                level = TUPLE if isinstance(node.value, ast.Tuple) else level
            if field == "decorator_list":
                value = []
            elif isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                if isinstance(node, ast.If) and field == "orelse" and is_elif(value):
                    value = [self.outline(value[0], blocks)]
                else:
                    blocks.append(value)
                    value = [ast.Expr(name(BLOCK))]
            elif isinstance(value, list):
                value = [self.part(one, level, blocks) for one in value]
            else:
                value = self.part(value, level, blocks)
            setattr(fresh, field, value)
        if isinstance(node, ast.AnnAssign):  # a name that is a text is no name
            fresh.simple = int(node.simple or not isinstance(node.target, ast.Name))
        return fresh

    def part(self, part: Any, level: int, blocks: list[list[ast.stmt]]) -> Any:
        """Return what stands in an outline for one part of a tree."""
        if isinstance(part, ast.expr):
            return name(self.show(part, level))
        return self.outline(part, blocks) if isinstance(part, ast.AST) else part

    def listed(self, trees: Iterable[ast.AST]) -> str:
        """Return texts with commas between them."""
        return ", ".join([self.show(t) for t in trees])

    def Name(self, tree: ast.Name, level: int) -> str:
        return tree.id

    def Constant(self, tree: ast.Constant, level: int) -> str:
        spelling = note_of(tree).spelling
        if spelling is not None:
            return spelling
        value = tree.value
        if isinstance(value, str) and is_simple(value, self.quote):
            return f"{self.quote}{value}{self.quote}"
        if value is ...:
            return "..."
        if isinstance(value, float | complex):
            return repr(value).replace("inf", "1e309").replace("nan", "(1e309-1e309)")
        return repr(value)

    def BinOp(self, tree: ast.BinOp, level: int) -> str:
        # a sum of a thousand terms leans to the left a thousand deep: it is read in a loop
        chain = [tree]
        sign, own = BINARY[type(tree.op)]
        if isinstance(tree.op, ast.Pow):
            space = "" if is_plain(tree.left) and is_plain(tree.right) else " "
            left, right = self.show(tree.left, POWER + 1), self.show(tree.right, POWER)
            return enclosed(f"{left}{space}**{space}{right}", own < level)
        first, lowest = tree.left, own
        while isinstance(first, ast.BinOp) and lowest <= BINARY[type(first.op)][1] < POWER:
            chain.append(first)
            lowest = BINARY[type(first.op)][1]
            first = first.left
        parts = [self.show(first, lowest)]
        for link in reversed(chain):
            sign, tightness = BINARY[type(link.op)]
            parts.append(f"{sign} {self.show(link.right, tightness + 1)}")
        return enclosed(" ".join(parts), own < level)

    def UnaryOp(self, tree: ast.UnaryOp, level: int) -> str:
        sign, own = UNARY[type(tree.op)]
        return enclosed(f"{sign}{self.show(tree.operand, own)}", own < level)

    def BoolOp(self, tree: ast.BoolOp, level: int) -> str:
        word, own = ("and", AND) if isinstance(tree.op, ast.And) else ("or", OR)
        parts = [self.show(v, own + 1) for v in tree.values]
        return enclosed(f" {word} ".join(parts), own < level)

    def Compare(self, tree: ast.Compare, level: int) -> str:
        parts = [self.show(tree.left, COMPARE + 1)]
        for op, other in zip(tree.ops, tree.comparators, strict=True):
            parts += [COMPARED[type(op)], self.show(other, COMPARE + 1)]
        return enclosed(" ".join(parts), level > COMPARE)

    def IfExp(self, tree: ast.IfExp, level: int) -> str:
        body, test = self.show(tree.body, TEST + 1), self.show(tree.test, TEST + 1)
        return enclosed(f"{body} if {test} else {self.show(tree.orelse)}", level > TEST)

    def Attribute(self, tree: ast.Attribute, level: int) -> str:
        number = isinstance(tree.value, ast.Constant) and isinstance(tree.value.value, int)
        return f"{self.show(tree.value, ATOM)}{' ' if number else ''}.{tree.attr}"

    def Subscript(self, tree: ast.Subscript, level: int) -> str:
        field = note_of(tree).field
        if field is not None:  # of a namedtuple, which the user reads by its name
            return f"{self.show(tree.value, ATOM)}.{field}"
        flat = isinstance(tree.slice, ast.Tuple) and tree.slice.elts
        return f"{self.show(tree.value, ATOM)}[{self.show(tree.slice, TUPLE if flat else TEST)}]"

    def Slice(self, tree: ast.Slice, level: int) -> str:
        bounds = (tree.lower, tree.upper, tree.step)
        space = "" if all(p is None or is_short(p) for p in bounds) else " "
        lower, upper, step = (self.show(p) if p is not None else "" for p in bounds)
        text = f"{lower}{space if lower else ''}:{space if upper else ''}{upper}"
        return f"{text}{space if upper else ''}:{space}{step}" if step else text

    def Call(self, tree: ast.Call, level: int) -> str:
        func = self.show(tree.func, ATOM)
        if len(tree.args) == 1 and not tree.keywords and isinstance(tree.args[0], ast.GeneratorExp):
            return f"{func}{self.show(tree.args[0])}"
        return f"{func}({self.listed([*tree.args, *tree.keywords])})"

    def Tuple(self, tree: ast.Tuple, level: int) -> str:
        text = f"{self.listed(tree.elts)}{',' if len(tree.elts) == 1 else ''}"
        return enclosed(text, not tree.elts or level > TUPLE)

    def List(self, tree: ast.List, level: int) -> str:
        return f"[{self.listed(tree.elts)}]"

    def Dict(self, tree: ast.Dict, level: int) -> str:
        parts = [
            f"**{self.show(v, BITOR)}" if k is None else f"{self.show(k)}: {self.show(v)}"
            for k, v in zip(tree.keys, tree.values, strict=True)
        ]
        return f"{{{', '.join(parts)}}}"

    def JoinedStr(self, tree: ast.JoinedStr, level: int) -> str:
        # what stands between braces can neither hold the quote nor an escape before Python 3.12
        parts = Printer("'").pieces(tree)
        held = "".join([text for text, is_code in parts if is_code])
        fixed = "".join([text for text, is_code in parts if not is_code])
        wanted = sorted(QUOTES, key=lambda q: (len(q), q[0] != self.quote))
        free = [q for q in wanted if q not in held and q[0] not in held[-1:]]
        quote = next((q for q in free if q not in fixed), free[0] if free else self.quote)
        shown = [t if is_code else escaped(t, quote) for t, is_code in parts]
        return f"f{quote}{''.join(shown)}{quote}"

    def pieces(self, tree: ast.expr) -> list[tuple[str, bool]]:
        """Return the texts an f-string consists of, and whether each stands between braces."""
        if isinstance(tree, ast.JoinedStr):
            return [piece for value in tree.values for piece in self.pieces(value)]
        if isinstance(tree, ast.Constant):
            return [(str(tree.value).replace("{", "{{").replace("}", "}}"), False)]
        assert isinstance(tree, ast.FormattedValue)
        text = self.show(tree.value, TEST + 1)
        text = f"{{{' ' if text.startswith('{') else ''}{text}"
        text += f"!{chr(tree.conversion)}" if tree.conversion != -1 else ""
        if tree.format_spec is None:
            return [(f"{text}}}", True)]
        return [(f"{text}:", True), *self.pieces(tree.format_spec), ("}", True)]


def is_elif(block: list[ast.stmt]) -> bool:
    """Return whether an `else` holds another branch alone."""
    return len(block) == 1 and isinstance(block[0], ast.If)


def enclosed(text: str, asked: bool) -> str:
    return f"({text})" if asked else text


def escaped(text: str, quote: str, whitespace: bool = True) -> str:
    """Return a string as it is written between two quotes, line ends and tabs escaped too unless they may stand."""
    found = "".join(
        [
            (
                c
                if (c.isprintable() and c != "\\") or (c in "\n\t" and not whitespace)
                else c.encode("unicode_escape").decode("ascii")
            )
            for c in text
        ]
    )
    found = found.replace(quote, "".join([f"\\{c}" for c in quote]))
    return f"{found[:-1]}\\{found[-1]}" if len(quote) == 3 and found[-1:] == quote[0] else found


def triple_quoted(text: str) -> str:
    """Return a string of several lines as a literal that shows them."""
    quote = '"' * 3
    return f"{quote}{escaped(text, quote, whitespace=False)}{quote}"


def is_short(tree: ast.expr) -> bool:
    """Return whether a bound of a slice is a name or a number, with or without a minus."""
    if isinstance(tree, ast.UnaryOp):
        return is_short(tree.operand)
    return isinstance(tree, ast.Name | ast.Constant)


def is_simple(text: str, quote: str) -> bool:
    """Return whether a string can stand between two quotes as it is."""
    return text.isprintable() and quote not in text and "\\" not in text


def is_plain(tree: ast.expr) -> bool:
    """Return whether a tree is a name, an attribute of one, or a number."""
    if isinstance(tree, ast.Attribute):
        return is_plain(tree.value) and not isinstance(tree.value, ast.Constant)
    return isinstance(tree, ast.Name) or (
        isinstance(tree, ast.Constant) and type(tree.value) in (int, float)
    )


PRINTER = Printer()


def lines_of(text: str, ends: bool = False) -> list[str]:
    """Return the lines of a text as Python counts them: a form feed or a line separator ends none."""
    lines = io.StringIO(text).readlines()
    return lines if ends else [line.removesuffix("\n") for line in lines]


def remember(file: str, text: str) -> None:
    """Let tracebacks, debuggers and `inspect` show a text under the name of a file that there is not."""
    linecache.cache[file] = len(text), None, lines_of(text, ends=True), file


def rows(first: ast.stmt, last: ast.stmt | None = None) -> range:
    """Return the numbers of the lines that a statement stands on, or those from it to another one."""
    last = last or first
    return range(first.lineno, (last.end_lineno or last.lineno) + 1)


def dedented(text: str) -> str:
    """Return lines without the indentation of the first one; comments, and lines in brackets, may be further left.

    >>> print(dedented("    if x:\\n#       y = 0\\n        y = 1"))
    if x:
    #       y = 0
        y = 1
    """
    lines = lines_of(text, ends=True)
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "".join(
        line.removeprefix(indent) if line.startswith(indent) else line.lstrip(" \t")
        for line in lines
    )


def show(tree: ast.AST) -> str:
    if isinstance(tree, ast.stmt):
        return "\n".join(PRINTER.lines([tree]))
    if isinstance(tree, ast.Module):
        return "\n".join(PRINTER.lines(tree.body))
    return PRINTER.show(tree)


def assignment(target: ast.expr, value: ast.expr) -> str:
    return PRINTER.lines([ast.Assign([target], value)])[0]


def keep_spelling(tree: ast.AST, lines: tuple[str, ...]) -> None:
    """Note on each number of `tree` how the user's file spells it."""
    for node in walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
        ):
            if node.lineno == node.end_lineno and 0 < node.lineno <= len(lines):
                raw = (
                    lines[node.lineno - 1].encode()[node.col_offset : node.end_col_offset].decode()
                )
                if raw and (raw[0].isdigit() or raw[0] == ".") and spells(raw, node.value):
                    note(node, spelling=raw)


def spells(text: str, value: float) -> bool:
    """Return whether a text is that number: what was put somewhere else has the place of what it replaces."""
    try:
        return bool(ast.literal_eval(text) == value)
    except (ValueError, SyntaxError):
        return False


def is_literal(tree: ast.expr, value: float) -> bool:
    return (
        isinstance(tree, ast.Constant) and type(tree.value) in (int, float) and tree.value == value
    )
