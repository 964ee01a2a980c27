"""Items of lists that meet each other, or an argument, element by element: a list whose items have other shapes in a
later call is refused there.
"""

import numpy as np

from tests.cases import Call, case, normal, raises

r = normal(2207)


def products_and_sums(xs):
    s = xs[0]
    for a in xs[1:]:
        s = s * a + a
    return s


case(
    products_and_sums,
    ([r(4), r(4), r(4)],),
    other=[([r(3), r(3)],), ([r(2)],)],
    guarded=[
        raises("the items of xs had one shape", [r(4), item, r(4)])
        for item in (r(1), np.array(0.3), 0.3, r(3, 1))
    ],
)


def scaled_again(x, ws):
    for w in ws:
        x = np.tanh(x * w)
    return x.sum()


case(
    scaled_again,
    (r(4), [r(4), r(4)]),
    other=[(r(3), [r(3)]), (r(3), [])],
    guarded=[
        raises("x and the items of ws had one shape", r(4), [r(1), r(1)]),
        raises("x and the items of ws had one shape", r(4), [r(4), r(2, 4)]),
    ],
)


def given_one_by_one(x, *ws):
    for w in ws:
        x = np.tanh(x * w) + w
    return x


case(
    given_one_by_one,
    (r(4), r(4), r(4)),
    other=[(r(3), r(3)), (r(2), r(2), r(2), r(2))],
    guarded=[raises("x and the items of ws", r(4), r(4), r(4), r(1))],
)


def in_lists_of_lists(rows):
    s = 1.0
    for row in rows:
        for a in row:
            s = s * a
    return s


case(
    in_lists_of_lists,
    ([[r(3), r(3)], [r(3), r(3)]],),
    other=[([[r(2)], [r(2), r(2)]],)],
    guarded=[raises("all rows", [[r(3)], [r(3), r(1)]])],
)


def each_with_its_own(As, Bs):
    total = 0.0
    for A, B in zip(As, Bs, strict=True):
        total += np.sum(np.sin(A) * B)
    return total


case(
    each_with_its_own,
    ([r(2, 3), r(3, 2)], [r(2, 3), r(3, 2)]),
    other=[([r(4, 5)], [r(4, 5)])],
    guarded=[raises("the items of As and the items of Bs", [r(2, 3)], [r(1, 3)])],
)


def horner(cs, x):
    y = np.zeros_like(x)
    for c in cs:
        y = y * x + c
    return y


case(horner, ([0.1, 0.2, 0.3], r(4)), guarded=[raises("needs a number cs[k]", [0.1, r(4)], r(4))])


def layers(x, params):
    for W, b in params:
        x = np.tanh(x @ W + b)
    return x


case(
    layers,
    (r(5, 3), [(r(3, 4), r(4)), (r(4, 2), r(2))]),
    other=[(r(2, 3), [(r(3, 2), r(2))])],
    guarded=[
        raises("needs a vector", r(5, 3), [(r(3, 4), 0.3)]),
        raises("needs ", r(5, 3), [(r(3, 4), r(4)), (r(4, 2), r(1))]),
    ],
)


def scaled_where_given(x, p):
    if "a" in p:
        x = x * p["a"]
    return np.sum(x**2)


case(
    scaled_where_given,
    (r(4), {"a": r(4)}),
    other=[(r(3), {})],
    guarded=[raises("needs ", r(4), {"a": a}) for a in (r(1), 0.3)],
)


def beside_an_optional_one(xs, y=None):
    s = 0.0
    for x in xs:
        s = s + (np.sum(x * y) if y is not None else np.sum(x))
    return s


case(
    beside_an_optional_one,
    ([r(3), r(3)], r(3)),
    other=[([r(3), r(4)],), ([r(3), r(4)], None), ([r(2)], r(2))],
    guarded=[
        raises("y and the items of xs had one shape", [r(3), r(3), r(1)], r(3)),
        raises("y and the items of xs had one shape", [r(3)], r(1)),
    ],
)


def beside_an_optional_list(xs, ys=None):
    s = 0.0
    for k, x in enumerate(xs):
        s = s + (np.sum(x * ys[k]) if ys is not None else np.sum(x))
    return s


case(
    beside_an_optional_list,
    ([r(3), r(3)], [r(3), r(3)]),
    other=[([r(3), r(4)],), ([r(3), r(4)], None), ([r(2)], [r(2)])],
    guarded=[raises("the items of xs and the items of ys had one shape", [r(3)], [r(1)])],
)


def layers_by_number(x, params):
    h = x
    for i in range(len(params) // 2):
        h = np.tanh(h @ params[f"W{i}"] + params[f"b{i}"])
    return np.sum(h**2)


def numbered(*sizes):
    """Layers: for each the size before, behind and of the bias."""
    return {
        key: value
        for i, (n, m, k) in enumerate(sizes)
        for key, value in ((f"W{i}", r(n, m)), (f"b{i}", r(k)))
    }


case(
    layers_by_number,
    (r(2, 3), numbered((3, 4, 1), (4, 2, 1))),
    other=[(r(2, 3), numbered((3, 4, 1))), (r(2, 3), numbered((3, 4, 1), (4, 2, 1), (2, 5, 1)))],
    guarded=[
        raises("params['b...'].shape[0] was 1", r(2, 3), numbered((3, 4, 4))),
        raises("was 1", r(2, 3), numbered((3, 4, 1), (4, 2, 1), (2, 5, 5))),
    ],
    name="biases_of_size_one_by_number",
)
case(
    layers_by_number,
    (r(2, 3), numbered((3, 4, 4), (4, 2, 2))),
    other=[(r(2, 3), numbered((3, 4, 4))), (r(2, 3), numbered((3, 4, 4), (4, 2, 2), (2, 5, 5)))],
)


def biases_beside(x, Ws, d):
    for W, b in zip(Ws, d["b"]):
        x = np.tanh(x @ W + b)
    return np.sum(x**2)


case(
    biases_beside,
    (r(2, 3), [r(3, 4), r(4, 2)], {"b": [r(1), r(1)]}),
    other=[(r(2, 3), [r(3, 4)], {"b": [r(1)]})],
    guarded=[raises("d['b'][k].shape[0] was 1", r(2, 3), [r(3, 4)], {"b": [r(4)]})],
)


def added_one_by_one(x, *bs):
    for b in bs:
        x = np.tanh(x + b)
    return np.sum(x**2)


case(
    added_one_by_one,
    (r(2, 3), r(1), r(1)),
    other=[(r(2, 3), r(1))],
    guarded=[
        raises("bs[k].shape[0] was 1", r(2, 3), r(3)),
        raises("bs[k].shape[0] was 1", r(2, 3), r(1), r(1), r(3)),
    ],
)


def factors_by_name(x, d):
    return sum(np.sum(np.tanh(x * v)) for v in d.values())


case(
    factors_by_name,
    (r(3), {"a": r(1), "b": r(1)}),
    other=[(r(3), {"a": r(1)}), (r(4), {"a": r(1), "b": r(1), "c": r(1)})],
    guarded=[raises("d[k].shape[0] was 1", r(3), {"c": r(3)})],
)


def factors_named_alike(x, p):
    for i in range(len(p) // 2):
        x = np.tanh(x * p[f"gamma{i}"] + p[f"g{i}"])
    return np.sum(x)


def alike(*sizes):
    return {k: v for i, n in enumerate(sizes) for k, v in ((f"g{i}", r(n)), (f"gamma{i}", r(3)))}


case(
    factors_named_alike,
    (r(2, 3), alike(1, 1)),
    other=[(r(2, 3), alike(1)), (r(4, 3), alike(1, 1, 1))],
    guarded=[raises("p['g...'].shape[0] was 1", r(2, 3), alike(1, 1, 3))],
)


def factors_by_number(x, d):
    for k in d:
        x = np.tanh(x * d[k])
    return np.sum(x)


case(
    factors_by_number,
    (r(2, 3), {0: r(1), 1: r(1)}),
    other=[(r(2, 3), {4: r(1)})],
    guarded=[raises("d[k].shape[0] was 1", r(2, 3), {0: r(1), 1: r(1), 2: r(3)})],
)


def factors_by_keyword(x, **ps):
    for k in ps:
        x = np.tanh(x * ps[k])
    return np.sum(x)


case(
    factors_by_keyword,
    (r(2, 3),),
    {"a": r(1), "b": r(1)},
    other=[Call(r(3, 3), a=r(1), b=r(1), c=r(1))],
    guarded=[raises("ps[k].shape[0] was 1", r(2, 3), a=r(1), b=r(1), c=r(3))],
)
