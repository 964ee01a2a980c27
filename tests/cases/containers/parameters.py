"""Parameters in a dict or a list that are read once each: their gradients are made where they belong."""

import numpy as np

from tests.cases import case

r = np.random.default_rng(47).standard_normal


def parameters(n):
    return {"W": r((n, n)), "b": r(n), "unused": r(2)}


def reads_one_twice(params, x):
    W = params["W"]
    y = x @ W
    again = params["W"]
    return y @ again + params["b"]


def is_what_is_returned(params, x):
    W = params["W"]
    return W + x


def is_returned_as_well(params, x):
    W = params["W"]
    return W, x * W


def reads_in_a_loop(params, x, n):
    W, b = params["W"], params["b"]
    for _ in range(n):
        x = np.tanh(x @ W + b)
    return x


def reads_each_on_one_side(params, x, turned):
    W, b = params["W"], params["b"]
    if turned:
        x = x @ W
    else:
        x = x + b
    return x


def gives_the_name_to_others(params, x):
    W = params["W"]
    W = W * 2.0
    W = W / 3.0
    return x @ W


def reads_all_in_a_loop_too(params, x):
    W = params["W"]
    y = x @ W
    total = 0.0
    for k in params:
        total += np.sum(params[k] ** 2)
    return y, total


def has_the_name_of_the_gradient(params, x):
    dparams = x * 2
    W = params["W"]
    return dparams @ W


def reads_two_dicts(p, q, x):
    W = p["W"]
    V = q["W"]
    return (x @ W) * (x @ V)


def changes_a_copy(params, x):
    W = params["W"].copy()
    W += x
    W[0] = 0.0
    b = params["b"]
    return W @ b


def reads_a_list(ps, x):
    W, b = ps[0], ps[1]
    return np.tanh(x @ W + b)


for function in (
    reads_one_twice,
    is_what_is_returned,
    is_returned_as_well,
    gives_the_name_to_others,
    reads_all_in_a_loop_too,
    has_the_name_of_the_gradient,
    changes_a_copy,
):
    case(function, (parameters(3), r((3, 3))), other=[(parameters(2), r((2, 2)))])
case(reads_in_a_loop, (parameters(3), r((4, 3)), 3), other=[(parameters(2), r((2, 2)), 0)])
case(
    reads_each_on_one_side,
    (parameters(3), r((3, 3)), True),
    other=[(parameters(2), r((2, 2)), False)],
)
case(
    reads_two_dicts,
    (parameters(3), parameters(3), r((4, 3))),
    other=[(parameters(2), parameters(2), r((2, 2)))],
)
case(
    reads_a_list,
    ([r((3, 3)), r(3), r(4)], r((2, 3))),
    other=[([r((2, 2)), r(2)], r((2, 2)))],
)


def stepped(params, grads, lr):
    new = {}
    for k in params:
        new[k] = params[k] - lr * grads[k]
    return new


def stepped_and_summed(params, grads, lr):
    new, total = {}, 0.0
    for k, v in sorted(params.items()):
        new[k] = v - lr * grads[k]
        total += np.sum(new[k] ** 2)
    return new, total


def set_twice(params, grads, lr):
    new = {}
    for k in params.keys():
        new[k] = params[k] * grads[k]
        new[k] = new[k] - lr * new[k] ** 2
    return new


def with_speeds(params, grads, v, lr):
    new = {}
    for k in params:
        v[k] = 0.9 * v[k] - lr * grads[k]
        new[k] = params[k] + v[k]
    return new


def other_keys(n):
    return {"b": r(n), "a": r((n, 2)), "W": r((2, n))}


for function in (stepped, stepped_and_summed, set_twice):
    case(
        function,
        (parameters(3), parameters(3), 0.1),
        other=[(parameters(2), parameters(2), 0.3)],
    )
case(
    with_speeds,
    (parameters(3), parameters(3), parameters(3), 0.1),
    other=[(other_keys(4), other_keys(4), other_keys(4), 0.3)],
)
