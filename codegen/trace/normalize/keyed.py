"""Lists inside dicts: a function goes in; out comes the same with a variable for each list (scalar replacement of
aggregates).

A list that grows in its place has a backward pass when a variable holds it. Of a dict that the function makes, such as
the cache of a network, each item gets one. An item is known by its key, so this is done where every key is written out.

>>> text = '''def f(x, Ws):
...     cache = {"A": [x], "Z": []}
...     for W in Ws:
...         cache["Z"].append(cache["A"][-1] @ W)
...         cache["A"].append(np.tanh(cache["Z"][-1]))
...     return cache["A"][-1], cache
... '''
>>> tree = ast.parse(text).body[0]
>>> without_keys(tree, Known(tree, {}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, Ws):
    cache_A = [x]
    cache_Z = []
    for W in Ws:
        cache_Z.append(cache_A[-1] @ W)
        cache_A.append(np.tanh(cache_Z[-1]))
    return (cache_A[-1], {'A': cache_A, 'Z': cache_Z})

Inside what a function is given, such as `net.derived["Z"]`, the lists that grow get one each.

>>> text = '''def f(cache, x, w):
...     z = x * w
...     cache["Z"].append(z)
...     return np.tanh(cache["Z"][-1])
... '''
>>> tree = ast.parse(text).body[0]
>>> with_held_lists(tree, Known(tree, {}, {"cache": {"Z": []}}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(cache, x, w):
    z = x * w
    cache_Z = cache['Z']
    cache_Z.append(z)
    return np.tanh(cache_Z[-1])
"""

from __future__ import annotations

import ast
import collections
from collections.abc import Mapping
from dataclasses import field

from codegen import syntax
from codegen.gates.pure import GROWING
from codegen.pytree import has_float
from codegen.records import dataclass
from codegen.trace.normalize.fresh import Fresh, assign, made, spliced, with_parts
from codegen.trace.normalize.lookup import Known, is_replaced


@dataclass
class Keyed:
    """What a function does with one variable or attribute that holds dicts."""

    bound: list[dict[str, ast.expr]] = field(default_factory=list)
    """What it is bound to, the values by their keys."""
    keys: dict[str, None] = field(default_factory=dict)
    """The keys that are written out, in the order of the text."""
    gives_lists: bool = False
    """Whether a key that is not there stands for an empty list."""
    grows: bool = False
    """Whether a list in it grows."""
    unknown: int = 0
    """How often it is read in another way than by a written key."""

    def is_list(self, key: str) -> bool:
        """Return whether a list stands at a key from the beginning, or an empty one where none was put."""
        made_of = [items[key] for items in self.bound if key in items]
        return any(isinstance(one, ast.List) for one in made_of) or self.gives_lists

    def is_whole(self) -> bool:
        """Return whether all its items are there from the beginning."""
        return len(self.bound) == 1 and self.keys.keys() == self.bound[0].keys()


def without_keys(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    found = keyed(tree, known)
    if not found:
        return
    names = {
        (base, key): fresh.name(
            f"{base.rpartition('.')[2]}_{key if f'a{key}'.isidentifier() else ''}"
        )
        for base, one in found.items()
        for key in one.keys
    }
    texts = {f'{base}["{key}"]': syntax.name(own) for (base, key), own in names.items()}
    wholes = {base: whole(base, names) for base in found}

    def change(statement: ast.stmt) -> list[ast.stmt]:
        base = base_of(statement.targets[0]) if isinstance(statement, ast.Assign) else ""
        if not isinstance(statement, ast.Assign) or base not in found:
            return [statement]
        values = display(statement.value, known)
        assert values is not None
        after: list[ast.stmt] = []
        for key in found[base].keys:
            new = values.get(key)
            if new is None and found[base].gives_lists:
                new = ast.List([], ast.Load())
            if new is not None:
                after.append(assign(names[base, key], new, statement))
        if isinstance(statement.targets[0], ast.Attribute):  # the object keeps the lists as well
            statement.value = made(syntax.deep(wholes[base]), statement)
            after.append(made(statement, statement))
        return after

    tree.body = spliced(tree.body, change)
    with_parts(tree.body, texts | {base: one for base, one in wholes.items() if "." not in base})


def base_of(node: ast.AST) -> str:
    """Return a variable or an attribute as text, "" for other things."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(value=ast.Name(owner), attr=attr):
            return f"{owner}.{attr}"
    return ""


def whole(base: str, names: Mapping[tuple[str, str], str]) -> ast.Dict:
    """Return a display of all items of a dict."""
    items = {key: syntax.name(own) for (name, key), own in names.items() if name == base}
    return syntax.as_dict(items)


def keyed(tree: ast.FunctionDef, known: Known) -> dict[str, Keyed]:
    """Return the variables and attributes of a function that hold such dicts, each used by written keys alone."""
    nodes = syntax.walk(tree)
    found: dict[str, Keyed] = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=[target], value=value) if base := base_of(target):
                items = display(value, known)
                if items is not None:
                    one = found.setdefault(base, Keyed())
                    one.bound.append(items)
                    one.keys |= dict.fromkeys(items)
                    one.gives_lists |= isinstance(value, ast.Call) and bool(value.args)
                    one.unknown -= 1
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Subscript(value=base, slice=ast.Constant(str())), attr=attr
                )
            ) if (attr in GROWING and base_of(base) in found):
                found[base_of(base)].grows = True
            case ast.AugAssign(ast.Subscript(base, ast.Constant(str(key))), ast.Add()) if (
                base_of(base) in found
            ):
                found[base_of(base)].grows |= found[base_of(base)].is_list(key)
    found = {base: one for base, one in found.items() if one.grows}
    if not found:
        return {}
    for argument in ast.walk(tree.args):
        if isinstance(argument, ast.arg):
            found.pop(argument.arg, None)
    for node in nodes:
        match node:
            case ast.Name() | ast.Attribute() if base_of(node) in found:
                found[base_of(node)].unknown += 1
            case ast.Subscript(value=value, slice=ast.Constant(str(key)), ctx=context):
                if (base := base_of(value)) not in found:
                    continue
                one = found[base]
                one.keys |= {key: None}
                if isinstance(context, ast.Load):
                    one.unknown -= 1
                elif isinstance(context, ast.Store) and isinstance(value, ast.Name):
                    one.unknown -= 1
            case ast.Return(value=whole):
                for part in syntax.elements(whole):
                    if isinstance(part, ast.Name) and part.id in found:
                        found[part.id].unknown -= found[part.id].is_whole()
            case ast.FunctionDef() | ast.Lambda() | ast.ClassDef() if node is not tree:
                for inner in ast.walk(node):
                    found.pop(base_of(inner), None)
    return {
        base: one
        for base, one in found.items()
        if not one.unknown and ("." not in base or one.is_whole())
    }


def display(value: ast.expr, known: Known) -> dict[str, ast.expr] | None:
    """Return what a new dict holds, if its keys are written out: a display, `dict()` or `defaultdict(list)`."""
    match value:
        case ast.Dict(keys=keys, values=values):
            texts = [
                k.value for k in keys if isinstance(k, ast.Constant) and isinstance(k.value, str)
            ]
            if len(set(texts)) == len(keys):
                return dict(zip(texts, values, strict=True))
        case ast.Call(func=func, args=[], keywords=[]) if known.value(func) is dict:
            return {}
        case ast.Call(func=func, args=[kind], keywords=[]) if known.value(kind) is list:
            return {} if known.value(func) is collections.defaultdict else None
    return None


def with_held_lists(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Give such lists names, in place; where one has a name already, that is read everywhere."""
    found: dict[str, ast.Subscript] = {}
    for node in [n for s in tree.body for n in syntax.walk(s)]:  # not what its decorators are given
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            if isinstance(known.value(node), list):
                found.setdefault(syntax.show(node), node)
    for text, held in found.items():
        if is_replaced(held, tree) or is_read_inside(text, tree):
            continue
        binding, grows = bound_to(text, tree, known), growths(text, tree)
        count = count_of(text, tree)
        if binding is not None:
            own = syntax.stores(binding)[0]
            if count > 1 and grows + growths(own, tree):
                others = [s for s in tree.body if s is not binding]
                with_parts(others, {text: syntax.name(own)})
        elif grows and (has_float(known.value(held)) or count > grows):
            key = held.slice.value  # type: ignore[attr-defined]  # a constant, see above
            own = fresh.name(f"{base_of(held.value).rpartition('.')[2] or 'items'}_{key}")
            tree.body = named(tree.body, text, own, held)


def bound_to(text: str, tree: ast.FunctionDef, known: Known) -> ast.stmt | None:
    """Return the statement that gives a list its only name, before anything else reads it."""
    first = next(s for s in tree.body if count_of(text, s))
    match first:
        case ast.Assign(targets=[ast.Name(own)], value=ast.Subscript() as value):
            if syntax.show(value) == text and known.counts().get(own) == 1:
                return first
    return None


def is_read_inside(text: str, tree: ast.FunctionDef) -> bool:
    """Return whether a local function reads a list."""
    inner = [n for n in syntax.walk(tree) if isinstance(n, ast.Lambda | ast.FunctionDef)]
    return any(count_of(text, one) for one in inner if one is not tree)


def growths(text: str, tree: ast.AST) -> int:
    """Return how many calls let the list of a name or a path grow."""
    callees = [n.func for n in syntax.every(ast.Call, tree)]
    return sum(
        isinstance(f, ast.Attribute) and f.attr in GROWING and syntax.show(f.value) == text
        for f in callees
    )


def count_of(text: str, tree: ast.AST) -> int:
    """Return how often a path stands in a tree."""
    return sum(isinstance(n, ast.Subscript) and syntax.show(n) == text for n in syntax.walk(tree))


def named(block: list[ast.stmt], text: str, own: str, held: ast.Subscript) -> list[ast.stmt]:
    """Return a block with a variable for a path, bound before the first statement, or in the branch, that reads it."""
    readers = [s for s in block if count_of(text, s)]
    first = readers[0]
    if isinstance(first, ast.If) and len(readers) == 1 and not count_of(text, first.test):
        for name in ("body", "orelse"):
            side = getattr(first, name)
            if any(count_of(text, s) for s in side):
                setattr(first, name, named(side, text, own, held))
        return block
    place = block.index(first)
    binding = assign(own, syntax.deep(held), first)
    with_parts(readers, {text: syntax.name(own)})
    return [*block[:place], binding, *block[place:]]
