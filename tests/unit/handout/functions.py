"""Functions whose handouts are recomputed: loops, ties, branches, helpers, dicts, matrices, and the notes' own."""

from __future__ import annotations

# ruff: noqa: RET504, N803, N806  # forward functions as the course writes them
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from codegen.inputs import example_inputs

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
}


def examples() -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    """Return every function by name, with its example."""
    found = {}
    for module, names in EXAMPLES.items():
        home = importlib.import_module(f"examples.{module}")
        for name in names.split():
            function = getattr(home, name)
            inputs = example_inputs(function)
            assert not inputs.kwargs
            found[name] = (function, tuple(inputs.args))
    return found | {function.__name__: (function, args) for function, args in OWN.items()}
