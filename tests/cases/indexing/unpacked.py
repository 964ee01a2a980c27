"""Arrays that are unpacked: their gradients are written out whole, in the type that they have."""

import numpy as np

from tests.cases import case, uniform

u = uniform(733)


def oscillator(state, rates, dt, steps):
    damping, stiffness = rates
    position, velocity = state
    for _ in range(steps):
        force = -stiffness * position - damping * velocity
        position, velocity = position + dt * velocity, velocity + dt * force
    return position, velocity


case(oscillator, (u(2), u(2), 0.1, 3), other=[(u(2), u(2), 0.2, 0)])


def oscillator_in_float32(state, rates):
    damping, stiffness = rates
    position, velocity = state
    return -stiffness * position - damping * velocity


case(oscillator_in_float32, (u(2).astype(np.float32), u(2).astype(np.float32)))


def one_part_unused(p):
    a, b, _ = p
    return a**2 * b + np.sum(p)


case(one_part_unused, (u(3),))


def unpacked_on_one_side(p, q, two):
    out = p[0] * 1.5 + p[1]
    if two:
        a, b = p
        out = out * a * b
    return out * q


case(unpacked_on_one_side, (u(2), 0.7, True), other=[(u(4), 0.3, False)])


def bound_again(p, q):
    p = p * q
    a, b = p
    p = np.concatenate([p, p])
    return a * p[0] + b * p[3]


case(bound_again, (u(2), u(2)))
