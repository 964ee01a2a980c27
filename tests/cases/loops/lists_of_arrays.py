"""Loops that change each array of a list in place: clipping of gradients, steps of an optimizer."""

import numpy as np

from tests.cases import case, normal

r = normal(46)
W, b, x = r(2, 3), r(2), r(3)


def clipped_by_one_loop(a, b):
    u = a * 2
    v = b * 3
    for d in [u, v]:
        np.clip(d, -1, 1, out=d)
    return u.sum() + (v**2).sum()


case(clipped_by_one_loop, (r(3), r(4, 2)), other=[(r(2), r(1, 3))])


def list_clipped_and_read_by_place(a, b):
    grads = [a * 2, b * 3]
    for d in grads:
        np.clip(d, -1, 1, out=d)
    return grads[0].sum() + (grads[1] ** 2).sum()


case(list_clipped_and_read_by_place, (r(3), r(4, 2)), other=[(r(2), r(1, 3))])


def list_made_by_a_comprehension_clipped(xs):
    us = [x * 2 for x in xs]
    for d in us:
        np.clip(d, -1, 1, out=d)
    return us


case(list_made_by_a_comprehension_clipped, ([r(3), r(4, 2)],), other=[([r(2), r(1, 3)],)])


def scaled_to_a_norm(a, b):
    u = a * 2
    v = b * 2
    n = np.sqrt(sum(np.sum(g**2) for g in [u, v]))
    if n > 1:
        for g in [u, v]:
            g *= 1 / n
    return u.sum() + (v**2).sum()


case(scaled_to_a_norm, (r(3), r(4, 2)), other=[(r(3) / 99, r(4, 2) / 99)])


def items_and_masks_of_each(a, b):
    u = a * 2
    v = b * 2
    for g in [u, v]:
        g[0] = 0
        g[g > 1] = 1
    return u.sum() + (v**2).sum()


case(items_and_masks_of_each, (r(3), r(4, 2)), other=[(r(2), r(3, 1))])


def each_added_to_the_other(a, b):
    u = a * 2
    v = b * 2
    for p, q in [(u, v), (v, u)]:
        p += q
    return u.sum() + (v**2).sum()


case(each_added_to_the_other, (r(3), r(3)), other=[(r(2), r(2))])


def array_and_number(a, b):
    u = a * 2
    v = b * 2
    for p in [u, v]:
        p *= 2
    return u.sum() + v**2


case(array_and_number, (r(3), 0.5), other=[(r(2), -0.3)])


def arguments_changed(a, b):
    for d in (a, b):
        d *= 2
    return a.sum() + (b**2).sum()


case(arguments_changed, (r(3), r(4, 2)), other=[(r(2), r(1, 3))])


def rnn_step_clipped_then_descended(W, b, x, lr):
    W = W.copy()
    b = b.copy()
    h = np.tanh(W @ x + b)
    dh = 2 * h * (1 - h**2)
    dW = np.outer(dh, x)
    db = dh * 1
    for dp in [dW, db]:
        np.clip(dp, -0.5, 0.5, out=dp)
    for p, dp in zip([W, b], [dW, db]):
        p -= lr * dp
    return W, b


case(rnn_step_clipped_then_descended, (W, b, x, 0.1), other=[(r(3, 2), r(3), r(2), 0.2)])


def adagrad_with_memory(W, b, x, lr):
    W = W.copy()
    b = b.copy()
    mW, mb = np.zeros_like(W), np.zeros_like(b)
    h = np.tanh(W @ x + b)
    dW = np.outer(h, x)
    db = h * 1
    for param, dparam, mem in zip([W, b], [dW, db], [mW, mb]):
        mem += dparam * dparam
        param += -lr * dparam / np.sqrt(mem + 1e-3)
    return W, b, mW


case(adagrad_with_memory, (W, b, x, 0.1), other=[(r(3, 2), r(3), r(2), 0.2)])


def by_place_in_a_list(W, b, x, lr):
    W = W.copy()
    b = b.copy()
    h = np.tanh(W @ x + b)
    params = [W, b]
    grads = [np.outer(h, x), h]
    for i in range(len(params)):
        params[i] -= lr * grads[i]
    return W.sum() * b


case(by_place_in_a_list, (W, b, x, 0.1), other=[(r(3, 2), r(3), r(2), 0.2)])


def by_key_of_a_dict(W, b, x, lr):
    W = W.copy()
    b = b.copy()
    h = np.tanh(W @ x + b)
    params = {"W": W, "b": b}
    grads = {"dW": np.outer(h, x), "db": h}
    for name in params:
        params[name] -= lr * grads["d" + name]
    return W, b, params


case(by_key_of_a_dict, (W, b, x, 0.1), other=[(r(3, 2), r(3), r(2), 0.2)])


def pairs_of_a_dict(W, b, lr):
    params = {"W": W * 2, "b": b * 2}
    for name, p in params.items():
        p -= lr * p**2
    return params["W"].sum() * params["b"]


case(pairs_of_a_dict, (W, b, 0.1), other=[(r(3, 2), r(3), 0.2)])


def keys_of_a_given_dict(params, grads):
    for k in params:
        params[k] -= 0.1 * grads[k] * params[k]
    return params["a"].sum() * params["b"]


case(
    keys_of_a_given_dict,
    ({"a": r(3), "b": r(4, 2)}, {"a": r(3), "b": r(4, 2)}),
    other=[({"a": r(2), "b": r(1, 3)}, {"a": r(2), "b": r(1, 3)})],
)


def step_of_each_of_two_lists(params, grads):
    for p, q in zip(params, grads):
        p -= 0.1 * q * p
    return params[0].sum() + (params[1] ** 2).sum()


case(step_of_each_of_two_lists, ([r(3), r(4, 2)], [r(3), r(4, 2)]))


def momentum_of_lists(ms, ps, grads):
    for m, p, g in zip(ms, ps, grads):
        m *= 0.9
        m += 0.1 * g
        p -= 0.1 * m
    return ps


case(momentum_of_lists, ([r(3), r(4, 2)], [r(3), r(4, 2)], [r(3), r(4, 2)]))


def views_in_the_list(x):
    y = x * 2
    for row in [y[0], y[1:]]:
        row *= y.sum()
    return y


case(views_in_the_list, (r(3, 2),), other=[(r(2, 2),)])


def computed_before_the_first_trip(x):
    u = x * 2
    for d in [u, u * 3]:
        d *= 2
        u += d
    return u


case(computed_before_the_first_trip, (r(3),), other=[(r(2),)])


def list_made_in_each_trip(x, n):
    u = x * 2
    v = np.sin(x)
    for _ in range(n):
        both = [u, v]
        for d in both:
            d *= 0.5
        u = u + v
    return u * v


case(list_made_in_each_trip, (r(3), 2), other=[(r(2), 3)])


def list_handed_out_as_well(a, b):
    u = a * 2
    v = b * 2
    both = [u, v]
    for d in both:
        d *= 0.5
    return both, u.sum()


case(list_handed_out_as_well, (r(3), r(2)), other=[(r(2), r(4))])
