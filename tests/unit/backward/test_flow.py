"""Where the items of a circuit stand."""

from codegen.backward.flow import Flow, has_break, is_foreseen
from codegen.ir import Branch, Loop
from tests.unit.passes import stages


def f(x, n, flag=True):
    y = x
    for _ in range(n):
        if flag:
            y = y * x
        else:
            y = y + x
    return y


def stopped(x, n):
    y = x
    for k in range(n):
        if k > 2:
            break
        y = y * x
    return y


def found(flow, kind):
    """The first item of a kind."""
    return next(item for item in flow.items if isinstance(item, kind))


def test_items_are_numbered_in_the_order_of_the_text():
    flow = Flow(stages(f, 0.5, 3))
    assert [flow.order[item] for item in flow.items] == list(range(len(flow.items)))


def test_what_stands_in_a_loop():
    flow = Flow(stages(f, 0.5, 3))
    loop, branch = found(flow, Loop), found(flow, Branch)
    assert flow.owner[branch] is loop
    assert flow.is_in(branch, loop)
    assert flow.loops(branch) == [loop]
    assert flow.block[branch] is loop.body


def test_sides_exclude_each_other():
    flow = Flow(stages(f, 0.5, 3))
    branch = found(flow, Branch)
    one, other = branch.body.items[0], branch.orelse.items[0]
    assert flow.exclusive(one, other)
    assert not flow.is_after(other, one)


def test_trips_that_can_be_told_again():
    circuit = stages(f, 0.5, 3)
    assert is_foreseen(found(Flow(circuit), Loop), circuit.trace)
    circuit = stages(stopped, 0.5, 3)
    loop = found(Flow(circuit), Loop)
    assert has_break(loop)
    assert not is_foreseen(loop, circuit.trace)
