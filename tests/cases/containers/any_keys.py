"""Loops over the items of dicts that hold matrices and vectors: any keys and ranks fit later."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(91), uniform(91)


def some():
    return {"W": u(3, 2), "b": u(2)}


def others():
    return {"a": u(2), "b": u(2, 3, 4), "c": u(1, 1)}


def momentum(params, grads, lr):
    m = {k: np.zeros_like(q) for k, q in params.items()}
    p = {k: q.copy() for k, q in params.items()}
    for _ in range(2):
        for k in p:
            m[k] = 0.9 * m[k] + 0.1 * grads[k]
            p[k] = p[k] - lr * m[k]
    return p


case(momentum, (some(), some(), 0.1), other=[(others(), others(), 0.2)])


def one_step(params, grads, lr):
    m = {k: np.zeros_like(q) for k, q in params.items()}
    for k in params:
        m[k] = 0.9 * m[k] + 0.1 * grads[k]
    return {k: params[k] - lr * m[k] for k in params}


case(one_step, (some(), some(), 0.1), other=[(others(), others(), 0.2)])


def sgd(params, grads, lr=0.1):
    new = {}
    for k, p in params.items():
        new[k] = p - lr * grads[k]
    return new


case(sgd, (some(), some(), 0.1), other=[(others(), others(), 0.2)])


def penalty_but_for_b(params, lam):
    s = 0.0
    for k, w in params.items():
        if k != "b":
            s += 0.5 * lam * np.sum(w * w)
    return s


case(penalty_but_for_b, (some(), 0.3), other=[(others(), 0.4)])


def squares(params, lam):
    return lam * sum(np.sum(w**2) for w in params.values())


case(squares, (some(), 0.3), other=[(others(), 0.4)])


def norms(params, lam):
    total = 0.0
    for name, w in params.items():
        n = np.sqrt(np.sum(w**2))
        total += lam * n + w.sum()
    return total


case(norms, (some(), 0.3), other=[(others(), 0.4)])


def clipped(grads, most):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
    out = {}
    for k, g in grads.items():
        out[k] = g * most / norm
    return out


case(clipped, (some(), 2.0), other=[(others(), 2.0)])


def where_large(grads, most):
    return {k: np.where(np.abs(g) > most, most * np.sign(g), g) for k, g in grads.items()}


case(where_large, (some(), 0.5), other=[(others(), 0.6)])


def first_items(params, x):
    """A name for what has the rank of an item: the loop is written out."""
    s = x
    for k, w in params.items():
        row = w[0]
        s = s + np.sum(row)
    return s


case(first_items, (some(), 0.5), other=[(some(), 0.7)])


def written_into(params, lr):
    """Each item is read, then replaced."""
    params = dict(params)
    for k, p in params.items():
        params[k] = p - lr * p**2
    return params


case(written_into, (some(), 0.5), other=[(some(), 0.7)])


def last_item(params):
    """The variable of the loop is read behind it."""
    s = 0.0
    for _, w in params.items():
        s = s + np.sum(w**2)
    return s * np.sum(w)


case(last_item, (some(),), other=[(some(),)])


def numbers_and_arrays(params, x):
    s = x * 0.0
    for k, w in params.items():
        s = s + np.sum(w * 2.0)
    return s


case(numbers_and_arrays, ({"W": u(3, 2), "t": 0.4}, 0.3), other=[({"W": u(2, 2), "t": 0.1}, 0.3)])


def running(x):
    c = np.zeros(len(x))
    for i in range(len(x)):
        c[i] = c[i] * 0.5 + np.sin(c[i - 1]) + x[i]
    return c


case(running, (r(4),), other=[(r(2),)])


class Net:
    def __init__(self, seed=0, deep=False):
        own = np.random.default_rng(seed)
        self.params = {"W": own.standard_normal((3, 2)), "b": own.standard_normal(2)}
        if deep:
            self.params["c"] = own.standard_normal((2, 2, 2))
        self.reg = 0.3

    def penalty(self, x):
        s = 0.0
        for _, p in self.params.items():
            s += 0.5 * self.reg * np.sum(p**2)
        return s * x

    def step(self, grads, lr):
        return {k: p - lr * grads[k] for k, p in self.params.items()}

    def poke(self, k):
        self.params[k] = self.params[k] * 2.0

    def poked(self, x):
        s = 0.0
        for k, w in self.params.items():
            s = s + np.sum(w**2)
            self.poke(k)
        return s * x


def penalty(net, x):
    return net.penalty(x)


def step(net, grads, lr):
    return net.step(grads, lr)


def poked(net, x):
    return net.poked(x)


case(penalty, (Net(), 0.4), other=[(Net(1), 0.5), (Net(1, True), 0.5)])
case(step, (Net(), some(), 0.4), other=[(Net(1), some(), 0.5)])
case(poked, (Net(), 0.4), other=[(Net(1), 0.3)])
case(Net().penalty, (0.4,), other=[(0.5,)], name="of_a_method")


def by_another_dict(p, q):
    s = 0.0
    for k, w in p.items():
        if k in q:
            s += np.sum(w * q[k])
        else:
            s -= np.sum(w)
    return s


case(
    by_another_dict,
    (some(), {"W": u(3, 2)}),
    other=[(some(), {"b": u(2)}), (others(), {"b": u(2, 3, 4)})],
)


def chosen_means(p, x):
    tot = 0.0
    for k, w in p.items():
        tot = tot + np.mean(np.where(w > 0.5, w * x, w**2))
    return tot


case(chosen_means, (some(), 0.3), other=[(others(), 0.4), ({}, 0.4)])


def averages(p, d=0.9):
    avg = {k: np.zeros_like(v) for k, v in p.items()}
    for _ in range(3):
        for k, v in p.items():
            avg[k] = d * avg[k] + (1 - d) * v
    return avg


case(averages, (some(),), other=[(others(),)])


def halved_each_time(p, x):
    s = 0.0
    for name, w in sorted(p.items()):
        s = s * 0.5 + np.sum(w) * x
    return s


case(halved_each_time, (some(), 0.4), other=[({**some(), "c": u(2, 2)}, 0.3)])


def times_a_vector(p, x):
    """The vector is broadcast along the rows of the matrix alone: the loop is written out."""
    return {k: w * x for k, w in p.items()}


case(times_a_vector, (some(), u(2)), other=[(some(), u(2))])


def summed_with_a_vector(p, x):
    y = x**2
    s = 0.0
    for w in p.values():
        s += np.sum(np.maximum(w, y))
    return s


case(summed_with_a_vector, (some(), u(2)), other=[(some(), u(2))])


def beside_one_item(p, q):
    return {k: w + q["b"] for k, w in p.items()}


case(beside_one_item, (some(), some()), other=[(some(), some())])


def scaled_by_key(p, s):
    out = {}
    for k, w in p.items():
        out[k] = w * s[k]
    return out


case(
    scaled_by_key,
    (some(), {"W": 0.3, "b": 0.5}),
    other=[(some(), {"W": 0.7, "b": 0.1}), ({"z": u(2, 2, 2)}, {"z": 0.4})],
)
case(
    scaled_by_key,
    (some(), {"W": u(2), "b": u(2)}),
    other=[(some(), {"W": u(2), "b": u(2)})],
    name="scaled_by_vectors",
)
