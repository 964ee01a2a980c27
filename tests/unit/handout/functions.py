"""Functions whose handouts are recomputed: loops, ties, branches, helpers, dicts, matrices, and the notes' own."""

from __future__ import annotations

# ruff: noqa: RET504, N803, N806  # forward functions as the course writes them
import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from tests.made import given

EXAMPLES = {
    "notes": (
        "compound sigmoid_neuron staged staged_compact matrix_multiply add multiply maximum "
        "reciprocal shift exp scale patterns"
    ),
    "layers": "affine affine_relu",
    "nets": "two_layer_net_staged",
    "normalization": "batchnorm",
    "recurrent": "rnn_step",
    "losses": "svm_loss softmax_loss",
    "sequences": "rnn",
    "dynamics": "gradient_descent newton_sqrt horner euler_pendulum kalman_filter",
}


def neuron(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1.0 / (1 + math.exp(-dot))
    return f


def fraction(x, y):
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    return f


def running(x, w):
    h = np.zeros(3)
    for t in range(4):
        a = x[t] * w + h
        h = np.tanh(a)
    return h


def logistic_map(x, r):
    for _ in range(3):
        x = r * x * (1 - x)
    return x


def long_map(x, r):
    for _ in range(6):
        x = r * x * (1 - x)
    return x


def tied(x, y):
    return max(x, y) * 3.0


def tied_minimum(x, y):
    low = np.minimum(x, y)
    return low * x


def relu_at_zero(x, w):
    h = np.maximum(0, x)
    return np.sum(h * w)


def relu_number(x, w):
    h = max(0.0, x)
    return h * w + x


def several_maxima(x):
    top = np.max(x)
    return top * 2.0


def distance(x, y):
    return abs(x - y) * 2.0


def halved_at_times(y):
    for _ in range(2):
        y = y * y
        if y > 10:
            y = y / 10
    return y


def changed_unless_large(x):
    y = np.sin(x)
    if x > 5:
        pass
    else:
        y = y * 2
        y = y * x
    return y


def unlike_sides(x, a):
    y = x * a
    z = x
    if a > 2:
        y = y * y
        y = y + x
    else:
        z = z * a
        y = 3 * y
    return y * z


def numbered_beside_items(x, x2):
    out2 = x[0] * x2
    out = x * out2
    out[1] = out[0] * out2
    return out


def of_items(p):
    return p["w"] * p["b 2"] + p["c"]


def chosen(x, y):
    if x > y:
        z = x * y
    else:
        z = x + y
    return z * 2.0


def otherwise(x, y):
    if x > y:
        z = x * y
    elif x > -y:
        z = x - y * x
    else:
        z = x + y
    return z * 2.0


def ternary(x, y):
    z = x * y if x > y else x + y
    return z * x


def scaled(x, w):
    a = x.dot(w)
    b = np.tanh(a)
    return b


def with_helper(x, w):
    y = scaled(x, w)
    return np.sum(y * y)


def with_dict(x, params):
    h = np.tanh(x.dot(params["W"]) + params["b"])
    return np.sum(h**2) * params["scale"]


def over_a_list(xs, w):
    total = 0.0
    for x in xs:
        total += w * x * x
    return total


def mean_and_spread(x):
    mu = np.mean(x)
    spread = np.sqrt(np.mean((x - mu) ** 2))
    return mu, spread


def appended(x, w):
    h = np.zeros(2)
    found = []
    for t in range(4):
        h = np.tanh(w * h + x[t])
        found.append(h)
    return np.stack(found)


def written(x, w):
    out = np.zeros(4)
    for i in range(4):
        out[i] = x[i] * w
    return out


def vector_times_matrix(x, W):
    s = x.dot(W)
    return s * s


def stacks(A, B):
    C = A @ B
    return C


def nested(x, w):
    total = 0.0
    for i in range(2):
        row = x[i] * w
        for j in range(3):
            if row[j] > 0:
                total += row[j] * row[j]
    return total


def halving(x):
    n = x
    while n > 1.0:
        n = n * 0.5 + 0.1
    return n * x


def in_single(x, w):
    s = x * w
    return np.sum(s * s)


def clipped(x, y):
    z = np.clip(x * y, -1.0, 1.0)
    return np.where(z > 0, z, 2 * z) + x


def branch_in_loop(xs):
    total = 1.0
    for i in range(4):
        if xs[i] > 0:
            total = total * xs[i]
        else:
            total = total - xs[i]
    return total


def quadratic_form(A, x):
    y = A.dot(x)
    return x.dot(y)


def negatives(x, y):
    a = x * y
    b = a * x
    return b - a * y


def softplus(x):
    return np.log(1 + np.exp(x))


def tiny_factor(w, x):
    return w * x


def attention(q, k, v):
    scores = q.dot(k.T) / 2.0
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    return p.dot(v)


def huber(r, delta):
    a = abs(r)
    if a <= delta:
        loss = 0.5 * r * r
    else:
        loss = delta * (a - 0.5 * delta)
    return loss


def hinge(s, m):
    return np.sum(np.maximum(0, s - m))


def with_momentum(w, v, lr):
    for t in range(3):
        g = 2.0 * w - 1.0
        v = 0.9 * v - lr * g
        w = w + v
    return w


def two_carried(a, b):
    for i in range(5):
        a, b = b, a + b * 0.5
    return b


def sort_three(a, b, c):
    lo = min(a, min(b, c))
    hi = max(a, max(b, c))
    return hi - lo


def tie_three(a, b, c):
    return max(a, b, c) * 2.0


def tie_in_loop(xs):
    best = xs[0]
    for i in range(1, 4):
        best = max(best, xs[i])
    return best * best


def squared_and_more(u):
    v = u * u
    return v + 1.0


def uses_twice(x, y):
    a = squared_and_more(x)
    b = squared_and_more(y * x)
    return a * b


def cross_entropy(x, p):
    z = p["w"] * x + p["b"]
    h = 1 / (1 + np.exp(-z))
    return -(p["y"] * np.log(h) + (1 - p["y"]) * np.log(1 - h))


def conv1d(x, w):
    n = len(x) - len(w) + 1
    out = np.zeros(n)
    for i in range(n):
        out[i] = np.sum(x[i : i + len(w)] * w)
    return out


def running_squares(x):
    s = 0.0
    out = []
    for v in x:
        s = s + v
        out.append(s * s)
    return sum(out)


def early_return(x, y):
    if x < 0:
        return x * y
    z = x + y
    return z * z


def unit_vector(v):
    n = np.linalg.norm(v)
    return v / n


def logsumexp(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


def powered(x, n):
    y = 1.0
    while n > 0:
        y = y * x
        n = n - 1
    return y


def two_outputs(a, b):
    s = a + b
    d = a - b
    return s * s, d * s


def outer_product(u, v):
    M = np.outer(u, v)
    return np.sum(M * M)


def einsum_bilinear(x, A, y):
    return np.einsum("i,ij,j->", x, A, y)


def layers_of_a_dict(x, params):
    h = x
    for k in range(3):
        h = np.tanh(h * params[f"w{k}"])
    return h


def masked_square(x, w):
    m = x > 0
    y = x[m] * w
    return np.sum(y**2)


def items_in_place(x):
    y = x.copy()
    y[1:] += y[:-1]
    y *= 2.0
    return np.sum(y * y)


def matvec_loop(A, x):
    for _ in range(2):
        x = A @ x
        x = x / np.sum(x)
    return x


def lost_in_rounding(x, y):
    z = x * 1e6 + y * 1e-6
    return z * 1e-3


def cross_product(a, b):
    return np.cross(a, b)


def mean_square(X, y, w):
    r = X @ w - y
    return np.mean(r**2)


def gru(x, h, W, U):
    z = 1 / (1 + np.exp(-(x @ W + h @ U)))
    return z * h + (1 - z) * np.tanh(x @ W)


def leaky_max(a, b):
    m = np.maximum(a, b) if a > 0 else np.minimum(a, b)
    return m * a


def nested_helper(x):
    return summed_square(summed_square(x) + 1.0)


def summed_square(u):
    v = u * u
    w = v + u
    return w * 0.5


def alternating(xs):
    s = 0.0
    for i, x in enumerate(xs):
        if i % 2 == 0:
            s += x * x
        else:
            s -= x
    return s


def while_tol(x):
    y = x
    k = 0
    while abs(y * y - x) > 1e-3 and k < 20:
        y = 0.5 * (y + x / y)
        k += 1
    return y


def minmax(x):
    lo, hi = np.min(x), np.max(x)
    return (x - lo) / (hi - lo)


def adam_like(g, m, v):
    m = 0.9 * m + 0.1 * g
    v = 0.99 * v + 0.01 * g**2
    return m / (np.sqrt(v) + 1e-8)


def params_list(x, ws):
    for w in ws:
        x = np.tanh(x @ w)
    return np.mean(x)


def pairwise(a):
    total = 0.0
    for i in range(3):
        for j in range(3):
            if i != j:
                total += abs(a[i] - a[j])
    return total


def sorted_sum(x, w):
    y = np.sort(x)
    return np.sum(y * w)


def cosine_of(a, b):
    return a.dot(b) / (np.linalg.norm(a) * np.linalg.norm(b))


def gelu(x):
    return 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3)))


def softmax_ce(z, y):
    z = z - z.max()
    lse = np.log(np.exp(z).sum())
    return lse - z[y]


def matrix_power(A):
    B = A
    for k in range(3):
        B = B.dot(A)
    return np.trace(B)


def relu_tie_matrix(X, W):
    H = np.maximum(X @ W, 0)
    return H.sum()


def dictout(x, y):
    return {"s": x + y, "p": x * y}


def spread_out(a, b):
    c = a[:, None] * b
    return c.sum(axis=0)


def clip_edge(x):
    return np.clip(x, 0.0, 1.0) * 3.0


def product_of_all(x):
    return np.prod(x)


def running_sums(x):
    c = np.cumsum(x)
    return np.sum(c * c)


def raised_in_a_dict(p):
    return p["a"] ** p["n"] * p["b"] + math.exp(p["b"])


def settings_inside(cfg, x):
    y = x * cfg["layers"]["w"] ** cfg["layers"]["k"]
    return cfg["scale"] * np.sum(y)


def halved_until_small(x):
    n = 0
    while x > 1.5:
        x = x / 2
        n += 1
    return x * n


class Pair(NamedTuple):
    a: float
    b: float


@dataclass
class Settings:
    w: float
    n: int = 2


def of_a_pair(p):
    return p.a * p[1] + p.a**2


def of_settings(d, x):
    return d.w * x**d.n


def positive_ones(x):
    return x[x > 0].sum() + x[-1]


def moved_entries(x):
    y = np.roll(np.cumsum(np.sort(x)), 1)
    return np.sum(np.tanh(y) ** 2)


def with_diagonal(x, s):
    K = np.outer(x, x)
    np.fill_diagonal(K, s * s)
    return np.sum(K**3)


def grown(x, y):
    v = [x]
    v.extend([x * y, y])
    v.insert(0, y * y)
    return v[0] * v[1] + v[2] ** 2


def filled_behind(x, s):
    y = x * 2
    y[1:].fill(s)
    return np.sum(y**2)


def counted_times(h, rate):
    times = [0]
    values = [1.0]
    while len(times) < 4:
        values.append(values[-1] * (1 + rate * h))
        times.append(times[-1] + h)
    return times, values


def begun_anew(x):
    out = np.zeros(2)
    for k in range(2):
        T = np.eye(2)
        for j in range(2):
            A = np.zeros((2, 2))
            A[0] = [np.cos(x[k, j]), np.sin(x[k, j])]
            A[1, 1] = 1.0
            T = T @ A
        out[k] = T[0, 1]
    return out


def starred(axis, h):
    a = axis * np.sin(h)
    return np.array([*a, np.cos(h)])


def in_a_dict(x, w):
    h = {-1: x}
    for t in range(2):
        h[t] = np.tanh(w * h[t - 1])
    return np.sum(h[1] * h[0])


draw = np.random.default_rng(15).standard_normal
OWN: dict[Callable[..., Any], tuple[Any, ...]] = {
    logistic_map: (0.3, 3.2),
    long_map: (0.3, 3.2),
    tied: (2.0, 2.0),
    tied_minimum: (-1.5, -1.5),
    relu_at_zero: (np.array([1.0, 0.0, -2.0]), np.array([0.5, 3.0, 2.0])),
    relu_number: (0.0, 2.0),
    several_maxima: (np.array([1.0, 3.0, 3.0]),),
    distance: (1.5, 1.5),
    chosen: (3.0, 2.0),
    otherwise: (1.0, 2.0),
    ternary: (1.0, 2.0),
    with_helper: (draw((4, 3)), draw((3, 2))),
    with_dict: (draw((4, 3)), {"W": draw((3, 2)), "b": draw(2), "scale": 0.5}),
    over_a_list: ([1.0, -2.0, 0.5], 1.5),
    mean_and_spread: (draw(5),),
    appended: (draw((4, 2)), draw(2)),
    written: (draw(4), 1.5),
    vector_times_matrix: (draw(3), draw((3, 2))),
    stacks: (draw((2, 3, 4)), draw((2, 4, 2))),
    nested: (draw((2, 3)), draw(3)),
    halving: (5.0,),
    in_single: (draw(3).astype(np.float32), draw(3).astype(np.float32)),
    clipped: (0.3, -2.0),
    branch_in_loop: ([0.5, -1.5, 2.0, 3.0],),
    quadratic_form: (draw((3, 3)), draw(3)),
    negatives: (-2.0, -3.0),
    softplus: (0.7,),
    tiny_factor: (0.001, 1000.0),
    attention: (draw((2, 3)), draw((4, 3)), draw((4, 2))),
    huber: (2.0, 1.0),
    hinge: (np.array([1.0, 2.0, 0.5]), np.array([1.0, 0.5, 1.5])),
    with_momentum: (1.5, 0.2, 0.1),
    two_carried: (1.0, 1.0),
    sort_three: (1.0, 3.0, 2.0),
    tie_three: (2.0, 2.0, 1.0),
    tie_in_loop: ([1.0, 2.0, 2.0, 0.5],),
    uses_twice: (1.5, -0.5),
    cross_entropy: (2.0, {"w": 0.5, "b": -0.3, "y": 1.0}),
    conv1d: (draw(5), draw(2)),
    running_squares: ([1.0, -2.0, 0.5],),
    early_return: (1.0, 2.0),
    unit_vector: (np.array([3.0, 4.0]),),
    logsumexp: (np.array([1.0, 3.0, 2.0]),),
    powered: (1.3, 3),
    two_outputs: (1.5, -2.0),
    with_diagonal: (draw(3), 0.5),
    grown: (0.5, 0.7),
    begun_anew: (draw((2, 2)),),
    starred: (draw(3), 0.4),
    in_a_dict: (draw(3), 0.7),
    filled_behind: (draw(3), 0.4),
    counted_times: (0.5, -0.3),
    outer_product: (draw(2), draw(3)),
    einsum_bilinear: (draw(2), draw((2, 3)), draw(3)),
    layers_of_a_dict: (0.7, {"w0": 1.1, "w1": -0.4, "w2": 2.0}),
    masked_square: (np.array([1.0, -1.0, 2.0]), 1.5),
    items_in_place: (draw(4),),
    matvec_loop: (abs(draw((3, 3))), abs(draw(3))),
    lost_in_rounding: (1.5, 2.5),
    cross_product: (draw(3), draw(3)),
    mean_square: (draw((4, 3)), draw(4), draw(3)),
    gru: (draw((2, 3)), draw((2, 4)), draw((3, 4)), draw((4, 4))),
    leaky_max: (1.0, 2.0),
    nested_helper: (0.5,),
    alternating: ([1.0, 2.0, -1.5],),
    while_tol: (2.0,),
    minmax: (draw(4),),
    adam_like: (0.3, 0.1, 0.2),
    params_list: (draw((2, 3)), [draw((3, 3)), draw((3, 2))]),
    pairwise: (np.array([1.0, 1.0, 2.0]),),
    sorted_sum: (draw(4), draw(4)),
    cosine_of: (draw(3), draw(3)),
    gelu: (0.8,),
    softmax_ce: (draw(4), 2),
    matrix_power: (draw((2, 2)),),
    relu_tie_matrix: (np.array([[1.0, -1.0], [2.0, 0.5]]), np.array([[1.0, 1.0], [1.0, -2.0]])),
    dictout: (2.0, -3.0),
    spread_out: (draw(3), draw((3, 2))),
    clip_edge: (1.0,),
    product_of_all: (draw(4),),
    running_sums: (draw(4),),
    raised_in_a_dict: ({"a": 2.0, "b": -1.5, "n": 3},),
    settings_inside: ({"layers": {"w": 2.0, "k": 2}, "scale": 0.5}, np.array([1.0, 2.0])),
    halved_until_small: (100.0,),
    moved_entries: (draw(4),),
    positive_ones: (np.array([1.0, -2.0, 3.0]),),
}


def examples() -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    """Return every function by name, with its example."""
    found = {}
    for module, names in EXAMPLES.items():
        home = importlib.import_module(f"examples.{module}")
        for name in names.split():
            function = getattr(home, name)
            inputs = given(function)
            assert not inputs.kwargs
            found[name] = (function, tuple(inputs.args))
    return found | {function.__name__: (function, args) for function, args in OWN.items()}
