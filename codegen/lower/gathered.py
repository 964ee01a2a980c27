"""What is asked of the methods of a class is asked once: a circuit goes in, one comes out whose guards stand together,
before the loops that do not bind the object.

>>> loop = ast.parse("for x in xs: pass").body[0]
>>> asks = "getattr(v.{0}, '__func__', None) is not Vec.{0}"
>>> guards = [Passive(raising(asks.format(word), "", loop)) for word in ("dot", "unit")]
>>> block = Block([Loop(loop, Block([*guards, Passive(loop.body[0])]))])
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
from itertools import takewhile

from codegen import syntax
from codegen.errors import listed
from codegen.ir import (
    Block,
    Break,
    Circuit,
    Loop,
    Passive,
    Raise,
    Return,
    Statement,
    statements_of,
    with_blocks,
)
from codegen.records import dataclass
from codegen.trace.guards import is_guard, raising
from codegen.trace.identity import is_special


@dataclass(frozen=True)
class Method:
    """What a guard asks: whether a variable has the method of a class, which is told by its name, or by its quoted name
    and a dot.
    """

    owner: str
    word: str
    home: str


def gathered(circuit: Circuit) -> Circuit:
    """Return a circuit in which what is asked of the methods of one class is asked at once."""
    tree = circuit.trace.tree
    names = circuit.names | syntax.names(tree) | syntax.parameters(tree)
    return replace(circuit, block=joined(before_loops(circuit.block), names))


def method_of(item: Statement) -> Method | None:
    """Return which method of a variable a guard asks for; None where it asks something else, or is none."""
    guard = item.statement
    if not isinstance(item, Passive) or not isinstance(guard, ast.If) or not is_guard(guard):
        return None
    match guard.test:
        case ast.Compare(ast.Attribute(ast.Call(ast.Name("type")), word)) if not is_special(word):
            return None  # a property
        case ast.Compare(
            ast.Call(
                ast.Name("getattr"),
                [ast.Attribute(ast.Name(owner), word), ast.Constant("__qualname__"), _],
            ),
            [ast.NotEq()],
            [ast.Constant(str(path))],
        ) if path.endswith(f".{word}"):
            return Method(owner, word, repr(path.removesuffix(word)))
        case ast.Compare(
            ast.Call(
                ast.Name("getattr"),
                [ast.Attribute(ast.Name(owner), word), ast.Constant("__func__"), _],
            )
            | ast.Attribute(ast.Call(ast.Name("type"), [ast.Name(owner)]), word),
            [ast.IsNot()],
            [ast.Attribute(home, attr)],
        ) if (
            attr == word
        ):
            return Method(owner, word, syntax.show(home))
    return None


def before_loops(block: Block) -> Block:
    """Return a block in which what a loop asks of a variable that it does not bind is asked before it."""
    items: list[Statement] = []
    for item in block.items:
        inner = with_blocks(item, [before_loops(one) for one in item.blocks])
        if isinstance(inner, Loop):
            bound = bound_in(inner)
            asked = [
                one
                for one in takewhile(lambda one: not leaves(one), inner.body.items)
                if (method := method_of(one)) is not None and method.owner not in bound
            ]
            inner = replace(inner, body=Block([s for s in inner.body.items if s not in asked]))
            items += asked
        items.append(inner)
    return Block(items)


def bound_in(item: Statement) -> set[str]:
    return {name for one in statements_of(Block([item])) for name in one.bound} | set(
        syntax.stores(item.statement)
    )


def leaves(item: Statement) -> bool:
    """Return whether something in a statement may leave the block; a guard is no such thing."""
    if isinstance(item.statement, ast.If) and is_guard(item.statement):
        return False
    jumps = ast.Return | ast.Break | ast.Continue | ast.Raise
    return any(
        isinstance(one, Raise | Break | Return) for one in statements_of(Block([item]))
    ) or any(isinstance(node, jumps) for node in syntax.walk(item.statement))


def joined(block: Block, names: set[str]) -> Block:
    """Return a block in which the first question for a method of a class asks for those that follow, too."""
    groups: list[list[Statement]] = []
    asking: dict[str, list[Statement]] = {}
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
    items: list[Statement] = []
    for group in groups:
        items += asked_once(group, names) if len(group) > 1 else group
    return Block([with_blocks(i, [joined(one, names) for one in i.blocks]) for i in items])


def asked_once(guards: Sequence[Statement], names: set[str]) -> list[Statement]:
    """Return the guards that ask for some methods of one class: one for all variables that are asked for the same."""
    methods = [m for m in map(method_of, guards) if m is not None]
    words: dict[str, dict[str, None]] = {}
    for method in methods:
        words.setdefault(method.owner, {})[method.word] = None
    owners: dict[frozenset[str], list[str]] = {}
    for owner, own in words.items():
        owners.setdefault(frozenset(own), []).append(owner)
    home = methods[0].home
    return [
        Passive(raising(*question(list(words[alike[0]]), alike, home, names), guards[0].statement))
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
