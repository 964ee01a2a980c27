"""Handing over: a plan goes in; what a call of a helper returns only to be handed on comes out where it belongs.

*Before*: `dx_new, dw = affine_backward(dout, cache)`, then `dx[:, t] = dx_new`. *After*: `dx[:, t], dw = …`.
So does what is taken off a list, and the gradient of an item that a loop runs over: not `dw = x * dz`, then
`dws[i] = dw`, but `dws[i] = x * dz`.

>>> call = ir.Line(syntax.name("dw"), "=", syntax.parse("affine_backward(dh, cache)"))
>>> adds = ir.Line(syntax.parse("dparams['W']"), "+=", syntax.name("dw"))
>>> (line,) = handed_over([call, adds], [])
>>> f"{syntax.show(line.target)} {line.operator} {syntax.show(line.value)}"
'dparams["W"] += affine_backward(dh, cache)'
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from codegen import ir, pytree, syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.comments import absorb
from codegen.backward.finish import Plan
from codegen.backward.homes import at_home, filled
from codegen.backward.named import computed_again
from codegen.backward.places import is_told_apart, keys_of, known_key
from codegen.backward.trips import changed


def hand_over(plan: Plan) -> Plan:
    """Return a plan in which no gradient gets a name only to be handed on."""
    results = [name for tree in plan.results for name in syntax.reads(tree)]
    lines = handed_over(plan.lines, results)
    read = reads_of(lines, results)
    lines = taken_at_once(lines, read)
    lines = put_at_once(lines, read, puts_of(lines))
    arrays = {name for name, value in plan.samples.items() if isinstance(value, np.ndarray)}
    lines = ir.replanned(lines, partial(stored_as_items, arrays | arrays_in(lines)))
    lines = filled(at_home(lines, results), plan.samples)
    return replace(
        plan, lines=of_tuples(unpacked_at_once(lines, names_of_code(lines)), plan.results)
    )


def handed_over(items: Sequence[ir.Planned], results: Sequence[str]) -> list[ir.Planned]:
    """Return lines in which what a helper returns goes where the lines right behind it put it."""
    read, handed = reads_of(items, results), handed_at_once(items)
    once = Counter({name: 1 if handed[name] == count else count for name, count in read.items()})
    return walked(items, once)


def handed_at_once(items: Sequence[ir.Planned]) -> Counter[str]:
    """Return how often each name takes what a helper returns and hands it to the line right behind."""
    found: Counter[str] = Counter()
    for place, item in enumerate(items):
        if isinstance(item, ir.Nest):
            found += handed_at_once(item.body)
        elif isinstance(item, ir.Line) and is_helped(item):
            end = None if isinstance(item.target, ast.Tuple) else place + 2
            behind = list(lines_up_to_a_call(items[place + 1 : end]))
            read = reads_of(behind, [])
            on = Counter(handed(line.value) for line in behind)
            found.update(n for n in syntax.mentioned(item.target) if read[n] == on[n] == 1)
    return found


def lines_up_to_a_call(items: Sequence[ir.Planned]) -> Iterator[ir.Line]:
    """Yield the lines that stand before the next call of a helper, loop or branch."""
    for item in items:
        if not isinstance(item, ir.Line) or is_helped(item):
            return
        yield item


def reads_of(items: Sequence[ir.Planned], results: Sequence[str]) -> Counter[str]:
    return Counter([*results, *(name for line in ir.all_lines(items) for name in line.read)])


def walked(items: Sequence[ir.Planned], read: Counter[str]) -> list[ir.Planned]:
    """Return the lines of one block with what calls return put where it belongs."""
    found: list[ir.Planned] = []
    place = 0
    while place < len(items):
        item = items[place]
        place += 1
        if isinstance(item, ir.Nest):
            item = replace(item, body=walked(item.body, read))
        elif isinstance(item, ir.Line) and is_helped(item):
            behind: list[ir.Line] = []
            while place < len(items) and isinstance(following := items[place], ir.Line):
                behind.append(following)
                place += 1
            found.extend(joined(item, behind, read))
            continue
        found.append(item)
    return found


def joined(call: ir.Line, behind: list[ir.Line], read: Counter[str]) -> list[ir.Planned]:
    """Return a call and the lines behind it, with what is only handed on put into its targets."""
    first: list[ir.Line] = []
    left: list[ir.Line] = []
    for number, line in enumerate(behind):
        if is_helped(line):
            return [*first, call, *left, *joined(line, behind[number + 1 :], read)]
        name = handed(line.value)
        changed = put_into(call, line, name, left) if name and read[name] == 1 else None
        if changed is None and name and read[name] == 1:
            for place in range(len(left)):
                others = [*left[:place], *left[place + 1 :]]
                if makes(left[place], line, call, left[:place]):
                    changed = put_into(call, line, name, others)
                if changed is not None:
                    first.append(left[place])
                    left = others
                    break
        if changed is None:
            left.append(line)
        else:
            call = changed
    return [*first, call, *left]


def makes(maker: ir.Line, line: ir.Line, call: ir.Line, between: Sequence[ir.Line]) -> bool:
    """Return whether a line makes what another puts an item into, and may do so before a call and the lines between."""
    mine = syntax.names(maker.target)
    is_holder = isinstance(line.target, ast.Subscript) and mine == {root_of(line.target)}
    return (
        maker.sets
        and is_holder
        and not any(mine & syntax.names(one.target, one.value) for one in (call, *between))
        and not any({*syntax.reads(maker.value)} & {*changed(one)} for one in (call, *between))
    )


def put_into(call: ir.Line, line: ir.Line, name: str, between: list[ir.Line]) -> ir.Line | None:
    """Return a call that hands one of its gradients to the target of a line, if that changes nothing else."""
    target = line.target
    assert call.target is not None
    if isinstance(call.target, ast.Name):
        if call.target.id != name or between or target is None:
            return None
        return replace(line, value=syntax.substitute(line.value, {name: call.value}))
    if target is None or line.operator != "=" or line.comment or isinstance(target, ast.Tuple):
        return None
    if not isinstance(line.value, ast.Name):
        return None
    assert isinstance(call.target, ast.Tuple)
    places = [isinstance(t, ast.Name) and t.id == name for t in call.target.elts]
    mine = syntax.mentioned(target)
    touched = [n for t in call.target.elts for n in touched_by(t, target)]
    touched += [n for one in between for n in syntax.mentioned(one.value, one.target)]
    if places.count(True) != 1 or set(mine) & set(touched):
        return None
    targets = [target if hit else t for hit, t in zip(places, call.target.elts, strict=True)]
    return replace(call, target=ast.Tuple(targets, ast.Load()))


def touched_by(one: ast.expr, target: ast.expr) -> list[str]:
    """Return the names that stand in the way of setting a target where another one is set."""
    if is_another_item(one, target):
        return []
    names = syntax.mentioned(one)
    return names if isinstance(one, ast.Tuple) or root_of(target) in names else [root_of(one)]


def handed(value: ast.expr) -> str:
    """Return the name that a line hands on, be it with the other sign; nothing for other values."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        value = value.operand
    return syntax.identifier(value)


def is_another_item(one: ast.expr, other: ast.expr) -> bool:
    ways = [keys_of(target) for target in (one, other)]
    if not all(ways) or root_of(one) != root_of(other):
        return False
    mine, others = (map(known_key, way or []) for way in ways)
    return any(is_told_apart(a, b) for a, b in zip(mine, others, strict=False))


def is_helped(line: ir.Line) -> bool:
    call = line.value
    is_call = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    return is_call and line.sets


# ---- items of lists and loops


def taken_at_once(items: Sequence[ir.Planned], read: Counter[str]) -> list[ir.Planned]:
    """Return lines in which what is taken off a list stands where the line right behind it reads it."""
    found: list[ir.Planned] = []
    for item in ir.within(items, lambda body: taken_at_once(body, read)):
        before = found[-1] if found else None
        if isinstance(item, ir.Line) and isinstance(before, ir.Line) and is_popped(before):
            name, value = syntax.mentioned(before.target)[0], before.value
            touched = syntax.names(item.target, item.value)
            if (
                read[name] == 1
                and name in syntax.mentioned(item.value)
                and not touched & syntax.names(value)
            ):
                found.pop()
                item = replace(item, value=syntax.substitute(item.value, {name: value}))
        found.append(item)
    return found


def is_popped(line: ir.Line) -> bool:
    """Return whether a line gives what it takes off a list a name."""
    call, target = line.value, line.target
    is_pop = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and not call.args
    return is_pop and call.func.attr == "pop" and line.operator == "=" and isinstance(target, ast.Name)  # type: ignore[attr-defined]  # a call, see above


def puts_of(items: Sequence[ir.Planned]) -> Counter[str]:
    """Return how often each gradient is made and then put where it belongs, in the same block."""
    found: Counter[str] = Counter()
    for place, item in enumerate(items):
        if isinstance(item, ir.Nest):
            found += puts_of(item.body)
        elif isinstance(item, ir.Line) and puts_item(items, place):
            lines = [one for one in items[:place] if isinstance(one, ir.Line)]
            made = {one.bound[0] for one in lines if one.sets and isinstance(one.target, ast.Name)}
            found.update(made & syntax.names(item.value))
    return found


def put_at_once(
    items: Sequence[ir.Planned], read: Counter[str], puts: Counter[str]
) -> list[ir.Planned]:
    """Return lines in which the gradient of a loop's item is put where it belongs as it is made."""
    found: list[ir.Planned] = []
    items = list(ir.within(items, lambda body: put_at_once(body, read, puts)))
    for place, item in enumerate(items):
        if isinstance(item, ir.Line) and puts_item(items, place):
            made = (
                maker(found, item)
                if read[root_of(item.value)] == puts[root_of(item.value)]
                else None
            )
            if made is not None:
                line = found[made]
                assert isinstance(line, ir.Line)
                found[made] = signed(replace(item, value=line.value, comment=line.comment))
                absorb(found, made)
                continue
        found.append(item)
    return found


def puts_item(items: Sequence[ir.Planned], place: int) -> bool:
    """Return whether a line is all that puts the gradient of a loop's item where it belongs."""
    line, before = items[place], items[place - 1] if place else None
    assert isinstance(line, ir.Line)
    return (
        isinstance(before, ir.Remark)
        and isinstance(before.stage, ir.LoopItem)
        and (place + 1 == len(items) or not isinstance(items[place + 1], ir.Line))
        and isinstance(line.target, ast.Subscript)
        and isinstance(line.value, ast.Name)
    )


def maker(found: Sequence[ir.Planned], line: ir.Line) -> int | None:
    """Return the place of the line that makes what a line puts somewhere, if it can be put there at once."""
    assert isinstance(line.value, ast.Name) and isinstance(line.target, ast.Subscript)
    name, holder, index = line.value.id, root_of(line.target), syntax.names(line.target.slice)
    for place in reversed(range(len(found))):
        item = found[place]
        if isinstance(item, ir.Nest):
            return None
        if not isinstance(item, ir.Line):
            continue
        if isinstance(item.target, ast.Name) and item.target.id == name:
            mine = item.operator == "=" and holder not in syntax.mentioned(item.value)
            return place if mine else None
        if holder in syntax.names(item.target, item.value) or index & set(changed(item)):
            return None
    return None


def signed(line: ir.Line) -> ir.Line:
    """Return a line that takes away what it would add with a minus."""
    if (
        line.operator == "+="
        and isinstance(line.value, ast.UnaryOp)
        and isinstance(line.value.op, ast.USub)
    ):
        comment = line.comment.replace("+= : ", "-= : ")
        return replace(line, operator="-=", value=line.value.operand, comment=comment)
    return line


def arrays_in(items: Sequence[ir.Planned]) -> set[str]:
    made = [line for line in ir.all_lines(items) if line.name and line.operator == "="]
    others = {one.name for one in made if not syntax.calls(one.value, "np.zeros_like")}
    return {one.name for one in made} - others


def stored_as_items(arrays: Container[str], line: ir.Line) -> list[ir.Line]:
    """Return a line that stores several numbers into an array without making an array of them."""
    match line:
        case ir.Line(
            target=ast.Subscript(value=ast.Name(holder)),
            operator="=" | "+=" | "-=",
            value=ast.Call(args=[ast.List(elts=[_, _, *_] as numbers)]) as call,
        ) if holder in arrays and (
            syntax.dotted(call.func) == "np.array"
            or syntax.dotted(call.func) == "np.stack"
            and not call.keywords
        ):
            return [replace(line, value=ast.List(numbers, ast.Load()))]
    return [line]


def unpacked_at_once(items: Sequence[ir.Planned], read: Counter[str]) -> list[ir.Planned]:
    """Return lines with `W, b = ws[i]`, not `item = ws[i]` and `W, b = item`; nothing is taken for no reader."""
    found: list[ir.Planned] = []
    said: dict[str, str] = {}
    for item in ir.within(items, lambda body: unpacked_at_once(body, read)):
        before = found[-1] if found else None
        match item:
            case ir.Again(statement=ast.Assign(targets=[ast.Name(name)])) if not read[name]:
                said[name] = item.text.partition(" = ")[2]
                continue
            case ir.Again(statement=ast.Assign(targets=[parts], value=ast.Name(again))) if (
                isinstance(before, ir.Again) and read[again] == 1
            ):
                name, _, value = before.text.partition(" = ")
                if name == again:
                    found.pop()
                    said[name] = value
                    item = computed_again(f"{syntax.show(parts)} = {value}")
        found.append(item)
    return found[1:] if found and isinstance(found[0], ir.Gap) else found


def names_of_code(items: Sequence[ir.Planned]) -> Counter[str]:
    """Return how often each name is read in lines, in headers, and in lines that are computed again."""
    read = reads_of(items, ())
    for item in ir.items_of(items):
        match item:
            case ir.Again(statement=statement):
                trees: list[ast.AST] = [statement]
            case ir.For(iterable=ast.expr() as tree) | ir.If(test=ast.expr() as tree):
                trees = [tree]
            case _:
                continue
        for node in (n for tree in trees for n in syntax.walk(tree)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                read[node.id] += 1
    return read


def of_tuples(items: list[ir.Planned], results: Sequence[ast.expr]) -> list[ir.Planned]:
    """Return lines in which a list holds tuples from its first line on, if all that is put into it are tuples."""
    for place, last in enumerate(items):
        name = made_tuples(last)
        if not name:
            continue
        lines = [line for line in ir.all_lines(items) if name in changed(line) and line is not last]
        first = lines[0] if lines else None
        if first is None or not any(name in syntax.reads(tree) for tree in results):
            continue
        puts = all(
            isinstance(line.target, ast.Subscript)
            and isinstance(line.target.value, ast.Name)
            and line.operator == "="
            and isinstance(line.value, ast.Tuple)
            for line in lines[1:]
        )
        value = first.value
        if not puts or not isinstance(value, ast.ListComp) or first not in items:
            continue
        if isinstance(value.elt, ast.List):
            each: ast.expr = ast.Tuple(value.elt.elts, ast.Load())
        elif isinstance(value.elt, ast.ListComp):
            each = syntax.call("tuple", ast.GeneratorExp(value.elt.elt, value.elt.generators))
        else:
            continue
        fresh = replace(first, value=ast.ListComp(each, value.generators))
        rest = [item for k, item in enumerate(items) if k != place]
        return [fresh if item is first else item for item in rest]
    return items


def made_tuples(item: ir.Planned) -> str:
    match item:
        case ir.Line(target=ast.Name(name), value=ast.ListComp() as value) if pytree.makes_tuples(
            value
        ) and syntax.same(value.generators[0].iter, syntax.name(name)):
            return name
    return ""
