"""What is asked of the methods of a class is asked once: a circuit goes in, one comes out whose guards stand together,
before the loops that do not bind the object.

>>> loop = ast.parse("for x in xs: pass").body[0]
>>> asks = "getattr(v.{0}, '__func__', None) is not Vec.{0}"
>>> guards = [ir.Passive(raising(asks.format(word), "", loop)) for word in ("dot", "unit")]
>>> block = ir.Block([ir.Loop(loop, ir.Block([*guards, ir.Passive(loop.body[0])]))])
>>> for item in joined(before_loops(block), {"v", "x", "xs"}).items:
...     print(ast.unparse(item.statement))
if any((getattr(getattr(v, method, None), '__func__', None) is not getattr(Vec, method) for method in ('dot', 'unit'))):
    raise NotImplementedError('v had dot and unit of Vec when this code was made')
for x in xs:
    pass
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, takewhile
from typing import Any

from codegen import ir, syntax
from codegen.errors import listed
from codegen.gates.pure import CONTAINER_MUTATORS, MUTATORS, is_pure
from codegen.records import dataclass
from codegen.tables import grouped
from codegen.trace.guards import chains_in, is_guard, raising
from codegen.trace.identity import is_special

ASKING = {"getattr", "isinstance", "len", "type"}
KINDS = {"__func__", "__module__", "__qualname__"}


@dataclass(frozen=True)
class Method:
    """What a guard asks: whether a variable has the method of a class, which is told by its name, or by its quoted name
    and a dot.
    """

    owner: str
    word: str
    home: str


def gathered(circuit: ir.Circuit) -> ir.Circuit:
    """Return a circuit in which what is asked of the methods of one class is asked at once."""
    tree = circuit.trace.tree
    names = circuit.names | syntax.names(tree) | syntax.parameters(tree)
    block = joined(at_the_head(before_loops(circuit.block)), names)
    return replace(circuit, block=in_a_row(of_lists(block, names), names))


def at_the_head(block: ir.Block) -> ir.Block:
    """Return a block in which a guard that asks what an object is stands behind the last statement that may change the
    answer, or before all of them; guards keep their order, as a later one may need those before it.

    >>> kept, asks = ast.parse("k = 0.0"), "getattr(net.act, '__func__', None) is not Net.act"
    >>> block = ir.Block([ir.Passive(kept.body[0]), ir.Passive(raising(asks, "", kept.body[0]))])
    >>> [type(item.statement).__name__ for item in at_the_head(block).items]
    ['If', 'Assign']
    """
    items: list[ir.Statement] = []
    for item in block.items:
        inner = ir.with_blocks(item, [at_the_head(one) for one in item.blocks])
        place = len(items)
        if (read := read_of_objects(inner)) is not None:
            while place and not is_guard(items[place - 1].statement):
                if may_change(items[place - 1], read):
                    break
                place -= 1
        items.insert(place, inner)
    return ir.Block(items)


def guard_of(item: ir.Statement) -> ast.If | None:
    """Return the guard that an item of a block is; None of others."""
    return item.statement if isinstance(item, ir.Passive) and is_guard(item.statement) else None


def read_of_objects(item: ir.Statement) -> set[str] | None:
    """Return what a guard that asks what objects are reads; None for one that asks values, and for no guard."""
    guard = guard_of(item)
    if guard is None:
        return None
    calls = list(syntax.every(ast.Call, guard.test))
    words = [c.args[1] for c in calls if syntax.show(c.func) == "getattr"]
    if not calls or any(syntax.show(c.func) not in ASKING for c in calls):
        return None
    if any(not isinstance(w, ast.Constant) or w.value not in KINDS for w in words):
        return None
    return chains_in(guard.test)


def may_change(item: ir.Statement, read: set[str]) -> bool:
    """Return whether a statement may change what some names, attributes and items are, or leave the block."""
    if is_guard(item.statement):
        return False
    if read & bound_in(item):
        return True
    if not isinstance(item, ir.Stage) or item.wire is None:
        match item.statement:
            case ast.Assign([ast.Name()], value):
                return not is_pure(value)
        return True
    words = {n.attr for n in syntax.every(ast.Attribute, item.statement)}
    return bool(words & MUTATORS) or any(may_write(item, one) for one in read)


def asked_in(item: ir.Statement) -> tuple[ast.expr, Method] | None:
    """Return which object a guard asks, and for which method of a class; None where it asks something else."""
    guard = guard_of(item)
    return None if guard is None else asked_for(guard.test)


def method_of(item: ir.Statement) -> Method | None:
    """Return which method of a variable a guard asks for; None where it asks something else, or is none."""
    _, method = asked_in(item) or (None, None)
    is_of_variable = method is not None and method.word and method.owner.isidentifier()
    return method if is_of_variable else None


def asked_for(test: ast.expr) -> tuple[ast.expr, Method] | None:
    """Return which object a test asks, and for which method of a class; None where it asks something else."""
    match test:
        case ast.Compare(ast.Attribute(ast.Call(ast.Name("type")), word)) if not is_special(word):
            return None  # a property
        case ast.Compare(
            ast.Call(ast.Name("type"), [owner]), [ast.IsNot()], [ast.Name() | ast.Attribute()]
        ):
            return owner, Method(syntax.show(owner), "", syntax.show(test.comparators[0]))
        case ast.Compare(
            ast.Call(
                ast.Name("getattr"),
                [ast.Attribute(owner, word), ast.Constant("__qualname__"), _],
            ),
            [ast.NotEq()],
            [ast.Constant(str(path))],
        ) if path.endswith(f".{word}"):
            return owner, Method(syntax.show(owner), word, repr(path.removesuffix(word)))
        case ast.Compare(
            ast.Call(
                ast.Name("getattr"),
                [ast.Attribute(owner, word), ast.Constant("__func__"), _],
            )
            | ast.Attribute(ast.Call(ast.Name("type"), [owner]), word),
            [ast.IsNot()],
            [ast.Attribute(home, attr)],
        ) if (
            attr == word
        ):
            return owner, Method(syntax.show(owner), word, syntax.show(home))
    return None


def before_loops(block: ir.Block) -> ir.Block:
    """Return a block in which what a loop asks of a variable that it does not bind is asked before it."""
    items: list[ir.Statement] = []
    for item in block.items:
        inner = ir.with_blocks(item, [before_loops(one) for one in item.blocks])
        if isinstance(inner, ir.Loop):
            bound = bound_in(inner)
            asked = [
                one
                for one in takewhile(lambda one: not leaves(one), inner.body.items)
                if (method := method_of(one)) is not None and method.owner not in bound
            ]
            inner = replace(inner, body=ir.Block([s for s in inner.body.items if s not in asked]))
            items += asked
        items.append(inner)
    return ir.Block(items)


def bound_in(item: ir.Statement) -> set[str]:
    return {name for one in ir.statements_of(ir.Block([item])) for name in one.bound} | set(
        syntax.stores(item.statement)
    )


def leaves(item: ir.Statement) -> bool:
    """Return whether something in a statement may leave the block; a guard is no such thing."""
    if is_guard(item.statement):
        return False
    return any(
        isinstance(one, ir.Raise | ir.Break | ir.Return)
        for one in ir.statements_of(ir.Block([item]))
    ) or any(isinstance(node, (*syntax.JUMPS, ast.Raise)) for node in syntax.walk(item.statement))


def joined(block: ir.Block, names: set[str]) -> ir.Block:
    """Return a block in which the first question for a method of a class asks for those that follow, too."""
    groups: list[list[ir.Statement]] = []
    asking: dict[str, list[ir.Statement]] = {}
    bound: dict[str, set[str]] = {}
    for item in block.items:
        method = method_of(item)
        if method is not None and method.owner not in bound.get(method.home, {method.owner}):
            asking[method.home].append(item)
            continue
        groups.append([item])
        if method is not None:
            asking[method.home], bound[method.home] = groups[-1], set()
        elif leaves(item):
            bound.clear()
        for written in bound.values():
            written |= bound_in(item)
    items: list[ir.Statement] = []
    for group in groups:
        items += asked_once(group, names) if len(group) > 1 else group
    return ir.Block([ir.with_blocks(i, [joined(one, names) for one in i.blocks]) for i in items])


def asked_once(guards: Sequence[ir.Statement], names: set[str]) -> list[ir.Statement]:
    """Return the guards that ask for some methods of one class: one for all variables that are asked for the same."""
    methods = [m for m in map(method_of, guards) if m is not None]
    words = grouped((method.owner, method.word) for method in methods)
    owners = grouped((frozenset(own), owner) for owner, own in words.items())
    home = methods[0].home
    return [
        ir.Passive(
            raising(
                *question(list(dict.fromkeys(words[alike[0]])), alike, home, names),
                guards[0].statement,
            )
        )
        for alike in owners.values()
    ]


def question(
    words: Sequence[str], owners: Sequence[str], home: str, names: set[str]
) -> tuple[str, str]:
    """Return the question whether one of some variables has not one of some methods of a class, and what was so."""
    name = home.strip("'").rstrip(".")
    owner, word, loops = owners[0], "", ""
    if len(owners) > 1:
        owner = syntax.free(name.rpartition(".")[2].lower(), set(names))
        loops = f" for {owner} in ({', '.join(owners)})"
    if len(words) > 1:
        word = syntax.free("method", {*names, owner})
        loops += f" for {word} in {tuple(words)!r}"
    asked = f"getattr({owner}, {word}, None)" if word else f"{owner}.{words[0]}"
    if home.startswith("'"):
        path = f"{home} + {word}" if word else repr(f"{name}.{words[0]}")
        test = f"getattr({asked}, '__qualname__', None) != {path}"
    else:
        own = f"getattr({home}, {word})" if word else f"{home}.{words[0]}"
        test = f"getattr({asked}, '__func__', None) is not {own}"
    was = f"{listed(owners)} had {listed(words)} of {name}"
    return (f"any({test}{loops})" if loops else test), was


# ---- the items of a list


def of_lists(block: ir.Block, names: set[str]) -> ir.Block:
    """Return a block in which the length of a list of objects, and the method that each of them has, are asked at once:
    where its length is, if nothing writes to it before the last of its items is asked.

    >>> loop = ast.parse("for x in xs: pass").body[0]
    >>> asks = "getattr(net.layers[{0}].act, '__func__', None) is not {1}.act"
    >>> guards = [raising(asks.format(k, kind), "", loop) for k, kind in enumerate(("Tanh", "Relu"))]
    >>> guards.insert(0, raising("len(net.layers) != 2", "", loop))
    >>> for item in of_lists(ir.Block(list(map(ir.Passive, guards))), {"net"}).items:
    ...     print(ast.unparse(item.statement))
    if [getattr(v.act, '__func__', None) for v in net.layers] != [Tanh.act, Relu.act]:
        raise NotImplementedError('net.layers had act of Tanh and Relu when this code was made')
    """
    items = [ir.with_blocks(i, [of_lists(one, names) for one in i.blocks]) for i in block.items]
    for place, item in reversed(list(enumerate(items))):
        if (long := length_of(item)) is None:
            continue
        asked: dict[tuple[Any, ...], dict[int, tuple[ir.Statement, ast.Compare, Method]]] = {}
        for later in items[place + 1 :]:
            if (found := item_asked(later, long[0])) is not None:
                number, test, method = found
                inner = method.owner.removeprefix(f"{long[0]}[{number}]")
                kind = inner, method.word, type(test.left), type(test.ops[0])
                asked.setdefault(kind, {}).setdefault(number, (later, test, method))
            elif may_change(later, chains_in(syntax.parse(long[0]))):
                break
        everyone = list(range(long[1]))
        wholes = {kind: one for kind, one in asked.items() if sorted(one) == everyone}
        questions = [
            question_of_all(long[0], kind[0], [one[k][1:] for k in sorted(one)], names)
            for kind, one in wholes.items()
        ]
        gone = [later for one in wholes.values() for later, *_ in one.values()]
        if wholes:
            at = item.statement
            rest = [one for one in items[place + 1 :] if one not in gone]
            items[place:] = [*(ir.Passive(raising(*one, at)) for one in questions), *rest]
    return ir.Block(items)


def in_a_row(block: ir.Block, names: set[str]) -> ir.Block:
    """Return a block in which guards that stand one behind the other and ask the same of several places are one.

    >>> loop = ast.parse("for x in xs: pass").body[0]
    >>> guards = [raising(f"type({one}.p).__sub__ is not Vec.__sub__", "", loop) for one in "ab"]
    >>> for item in in_a_row(ir.Block(list(map(ir.Passive, guards))), {"a", "b"}).items:
    ...     print(ast.unparse(item.statement))
    if any((type(v).__sub__ is not Vec.__sub__ for v in (a.p, b.p))):
        raise NotImplementedError('a.p and b.p had __sub__ of Vec when this code was made')
    >>> len(in_a_row(ir.Block(list(map(ir.Passive, guards[:1] * 2))), {"a"}).items)  # asked twice
    1
    """
    items = [ir.with_blocks(i, [in_a_row(one, names) for one in i.blocks]) for i in block.items]
    each = syntax.free("v", set(names))
    found: list[ir.Statement] = []
    for kind, some in groupby(items, lambda item: same_asked(item, each)):
        row = list(some)
        owners = list(dict.fromkeys(found[1].owner for found in map(asked_in, row) if found))
        if kind is None or len(owners) == 1:
            found += row[:1] if kind else row
            continue
        test, word, home = kind
        was = f"{listed(owners)} had {word} of {home}"
        if not word:
            was = f"each of {listed(owners)} was a {home}"
        asked = f"any({test} for {each} in ({', '.join(owners)}))"
        found.append(ir.Passive(raising(asked, was, row[0].statement)))
    return ir.Block(found)


def same_asked(item: ir.Statement, each: str) -> tuple[str, str, str] | None:
    """Return what a guard asks of the place of an object, which goes by a name, and for which method of which class."""
    guard, asked = guard_of(item), asked_in(item)
    if guard is None or asked is None or asked[1].owner.isidentifier():
        return None
    method = asked[1]
    test = syntax.show(guard.test).replace(method.owner, each, 1)
    return test, method.word, method.home.strip("'").rstrip(".")


def length_of(item: ir.Statement) -> tuple[str, int] | None:
    """Return the list of which a guard asks how long it is, and how long it was."""
    guard = guard_of(item)
    match guard and guard.test:
        case ast.Compare(
            ast.Call(ast.Name("len"), [held]), [ast.NotEq()], [ast.Constant(int(many))]
        ) if (many > 1):
            return syntax.show(held), many
    return None


def item_asked(item: ir.Statement, held: str) -> tuple[int, ast.Compare, Method] | None:
    """Return which item of a list a guard asks for which method of a class, with its question."""
    guard, asked = guard_of(item), asked_in(item)
    if guard is None or asked is None:
        return None
    owner, method = asked
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    match guard.test, owner:
        case ast.Compare() as test, ast.Subscript(value, ast.Constant(int(place))) if (
            syntax.show(value) == held
        ):
            return place, test, method
    return None


def may_write(item: ir.Statement, held: str) -> bool:
    """Return whether a statement may change which items a list has, or leave the block."""
    if leaves(item) or not isinstance(item, ir.Stage) or item.wire is None:
        return True
    parts = chains_in(syntax.parse(held))
    calls = [wire for wire in ir.post_order(item.wire) if isinstance(wire, ir.Call)]
    return bool(parts & syntax.written_texts(item.statement)) or any(
        changes_objects(call.circuit.trace.tree) for call in calls
    )


def changes_objects(tree: ast.AST) -> bool:
    """Return whether a function may change an attribute, an item or the length of something."""
    words = {n.func.attr for n in syntax.every(ast.Call, tree) if isinstance(n.func, ast.Attribute)}
    return bool(words & CONTAINER_MUTATORS) or not all(
        map(str.isidentifier, syntax.written_texts(tree))
    )


def question_of_all(
    held: str, inner: str, asked: Sequence[tuple[ast.Compare, Method]], names: set[str]
) -> tuple[str, str]:
    """Return the question whether the items of a list have not the methods of their classes, and what was so."""
    tests, methods = zip(*asked, strict=True)
    each, word = syntax.free("v", set(names)), methods[0].word
    one = syntax.show(tests[0].left).replace(methods[0].owner, each + inner)
    owns = [syntax.show(test.comparators[0]) for test in tests]
    kinds = [method.home.strip("'").rstrip(".") for method in methods]
    is_one = len(set(owns)) == 1
    whole = f"[{owns[0]}] * {len(owns)}" if is_one else f"[{', '.join(owns)}]"
    some = f"the {len(owns)} items of {held}" if is_one else held
    was = f"{some} had {f'{inner}.{word}'[1:]} of {kinds[0] if is_one else listed(kinds)}"
    if not word:
        part = f"{inner[1:]} of " if inner else ""
        was = f"{part}each of {some} was a {kinds[0]}"
        if not is_one:
            was = f"{part}the items of {held} were of {listed(kinds)}"
    return f"[{one} for {each} in {held}] != {whole}", was
