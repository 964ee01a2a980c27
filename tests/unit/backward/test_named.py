"""Final names and headers."""

import numpy as np

from codegen import syntax
from codegen.ir import For
from tests.unit.passes import plan


def carried(x, n):
    for _ in range(n):
        y = np.sin(x)
        x = y * x
    return x


def test_the_header_of_a_loop_binds_what_it_takes_out_of_the_steps():
    (loop,) = (item for item in plan(carried, 0.5, 2).lines if isinstance(item, For))
    assert sorted(syntax.stores(loop.target)) == ["x", "y"]
    assert syntax.show(loop.iterable) == "reversed(steps)"
