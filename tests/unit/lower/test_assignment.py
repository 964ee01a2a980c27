"""Several names bound at once: one line forward; backward a name of our own only where two values wait for each other."""

import numpy as np
import pytest

import codegen

r = np.random.default_rng(6).standard_normal


def in_a_loop(a, b, n):
    for _ in range(n):
        a, b = b, a + 0.5 * b
    return a


def turned(a, b):
    a, b = a + b, a - b
    return a * np.sin(b)


def a_chain(a, b):
    c = a * b
    a, b, c = b * c, c * 2, c + 1
    return a * b * c


def a_ring(a, b):
    c = np.sin(a)
    a, b, c = b * 2, c * 3, a * 4
    return a * b + c


def swapped(a, b):
    a, b = b, a
    return a * np.sin(b)


@pytest.mark.parametrize(
    ("function", "held"), [(in_a_loop, 1), (turned, 1), (a_chain, 0), (a_ring, 1), (swapped, 1)]
)
def test_as_few_values_are_held_as_can_be(function, held):
    args = (r(3), r(3), 3) if function is in_a_loop else (r(3), r(3))
    module = codegen.generate(function, *args)
    assert module.check().verdict == "right"
    forward, _, backward = module.source.partition("_backward(")
    assert "next_" not in forward
    assert sum(line.strip().startswith("dnext_") for line in backward.splitlines()) == held
    assert np.array_equal(module.forward(*args)[0], function(*args))


def ahead_alone(q, z, s):
    p = np.empty(len(q))
    ahead = z > 0
    p[ahead] = q[ahead] / z[ahead]
    p *= s
    p[~ahead] = np.nan
    return p


def test_memory_that_a_mask_may_leave_unset_holds_zeros():
    z = np.array([1.0, -2.0, 3.0])
    module = codegen.generate(ahead_alone, np.ones(3), z, 1.5)
    assert "p = np.zeros(len(q))" in module.source


def columns(points):
    x, _, z = (points * 2).T
    return np.sum(x * z)


def test_an_array_without_a_name_is_taken_apart_as_the_author_does_it():
    text = codegen.generate(columns, r((4, 3))).source
    assert "x, part1, z = (points * 2).T" in text
    assert "dpoints = 2 * np.stack([dx, np.zeros_like(part1), dz]).T" in text
