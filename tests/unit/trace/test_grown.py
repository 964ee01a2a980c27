"""Lists that grow: the items of their samples are of one kind."""

import ast

import numpy as np

from codegen.trace.grown import grown
from codegen.trace.observe import observe


def growing(x):
    kept, fixed = [(0, None)], [3, 0.5]
    for v in x:
        kept.append((v, v * 2))
    last = kept[1:]
    return last[0][0] * fixed[1]


def samples(function, *args):
    trace = observe(function, args, {})
    nodes = [n for n in ast.walk(trace.tree) if isinstance(n, ast.Name)]
    return {n.id: trace.run.fact(n).sample for n in nodes if n in trace.run.facts}


def test_floats_stand_where_other_items_have_them():
    found = samples(growing, np.ones(2))
    assert found["kept"][0] == (0.0, 2.0)
    assert all(isinstance(part, float) for part in found["kept"][0])


def test_a_list_of_a_fixed_length_stays_as_it_is():
    assert [type(part) for part in samples(growing, np.ones(2))["fixed"]] == [int, float]


def test_parts_of_a_list_that_grows_grow_too():
    text = "a.append(1)\nb = a[1:]\nc = b\nd = e[0]\ne.extend(b)\nf = g"
    assert grown(ast.parse(text)) == {"a", "b", "c", "d", "e"}
