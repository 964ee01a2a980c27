"""Questions for the methods of one class that become one."""

import ast

import numpy as np

from codegen.ir import Block, Circuit, Loop, Passive
from codegen.lower.gathered import before_loops, gathered
from codegen.trace.guards import is_guard, raising
from tests.unit.passes import circuit

X = np.array([0.5, 1.0])


class Law:
    def __init__(self, k):
        self.k = k

    def squared(self, x):
        y = x * self.k
        return y * y

    def halved(self, x):
        y = x * self.k
        return y / 2


class Other(Law):
    pass


def guards(made: Circuit) -> list[str]:
    """The questions of the outermost block, in order."""
    return [
        ast.unparse(item.statement.test)
        for item in made.block.items
        if isinstance(item.statement, ast.If) and is_guard(item.statement)
    ]


def both(law, x):
    y = law.squared(x)
    return law.halved(y)


def test_two_methods_of_one_object_are_asked_for_at_once():
    (found,) = guards(gathered(circuit(both, Law(2.0), X)))
    assert "for method in ('squared', 'halved')" in found


def of_two(a, b, x):
    y = a.squared(x)
    return b.squared(y)


def test_two_objects_of_one_class_are_asked_at_once():
    (found,) = guards(gathered(circuit(of_two, Law(2.0), Law(3.0), X)))
    assert "for law in (a, b)" in found


def test_objects_of_two_classes_are_asked_for_the_method_that_they_share():
    (found,) = guards(gathered(circuit(of_two, Law(2.0), Other(3.0), X)))
    assert "Law.squared for law in (a, b)" in found


def in_a_loop(law, x, n):
    for _ in range(n):
        x = law.squared(x)
    return x


def test_a_loop_asks_before_its_first_trip():
    (found,) = guards(gathered(circuit(in_a_loop, Law(2.0), X, 2)))
    assert "Law.squared" in found


def test_what_the_loop_binds_is_asked_inside():
    loop = ast.parse("for law in laws: x = law.squared(x)").body[0]
    asked = Passive(raising("getattr(law.squared, '__func__', None) is not Law.squared", "", loop))
    block = Block([Loop(loop, Block([asked]))])
    (kept,) = before_loops(block).items
    assert kept.body.items == [asked]


def test_nothing_is_asked_before_what_may_leave_a_loop():
    loop = ast.parse("for x in xs:\n    if law is None: break\n    x = law.squared(x)").body[0]
    asked = Passive(raising("getattr(law.squared, '__func__', None) is not Law.squared", "", loop))
    block = Block([Loop(loop, Block([Passive(loop.body[0]), asked]))])
    assert len(before_loops(block).items) == 1


def bound_between(a, b, x):
    law = a
    x = law.squared(x)
    law = b
    return law.halved(x)


def test_another_object_of_the_same_name_is_asked_on_its_own():
    made = circuit(bound_between, Law(2.0), Law(3.0), X)
    assert len(guards(gathered(made))) == len(guards(made))


def on_one_side(law, x, n):
    y = law.squared(x)
    if n > 1:
        y = law.halved(y)
    return y


def test_a_side_asks_when_it_is_taken():
    (found,) = guards(gathered(circuit(on_one_side, Law(2.0), X, 2)))
    assert "halved" not in found


class Net:
    def __init__(self, *laws):
        self.laws = list(laws)

    def through(self, x):
        for law in self.laws:
            x = law.squared(x)
        return x

    def twice(self, x):
        for law in self.laws:
            x = law.halved(law.squared(x))
        return x

    def after_a_line(self, x):
        k = 0.0
        x = self.laws[0].squared(x) + k
        return self.laws[1].squared(x)

    def grown(self, x):
        x = self.laws[0].squared(x)
        self.laws[1] = Law(3.0)
        return self.laws[1].halved(x)


def test_the_items_of_a_list_are_asked_at_once():
    (found,) = guards(gathered(circuit(Net.through, Net(Law(2.0), Law(3.0), Law(4.0)), X)))
    assert found.endswith("for v in self.laws] != [Law.squared] * 3")


def test_each_method_of_the_items_is_asked_once():
    found = guards(gathered(circuit(Net.twice, Net(Law(2.0), Law(3.0)), X)))
    assert [one.rpartition(" != ")[2] for one in found] == ["[Law.halved] * 2", "[Law.squared] * 2"]


def test_a_list_that_gets_other_items_is_not_asked_at_once():
    found = guards(gathered(circuit(Net.grown, Net(Law(2.0), Law(3.0)), X)))
    assert not any(" for v in self.laws] != " in one for one in found)


def test_what_objects_are_is_asked_at_the_head():
    made = gathered(circuit(Net.after_a_line, Net(Law(2.0), Law(3.0)), X))
    assert "for v in (self.laws[0], self.laws[1])" in guards(made)[0]
    assert isinstance(made.block.items[0].statement, ast.If)


class Holder:
    def __init__(self, law):
        self.law = law


def parts_of_all(holders, x):
    for holder in holders:
        x = holder.law.squared(x)
    return x


def test_parts_of_the_items_of_a_list_are_asked_at_once():
    some = [Holder(Law(2.0)), Holder(Law(3.0))]
    (found,) = guards(gathered(circuit(parts_of_all, some, X)))
    assert found.endswith(
        "(v.law.squared, '__func__', None) for v in holders] != [Law.squared] * 2"
    )
