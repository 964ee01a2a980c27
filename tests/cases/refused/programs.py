"""What is refused, with the words of the refusal, in functions of courses, models and trades."""

from collections import deque

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(120), uniform(121)


class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, x):
        return x @ self.W + self.b


lin = Linear(r(3, 2), r(2))


def uses_module(x):
    return np.tanh(lin(x))


case(uses_module, (r(4, 3),), other=[(r(2, 3),)])


ACTS = {"tanh": np.tanh, "square": np.square, "sin": np.sin}


def acts_loop(x, plan):
    for name in plan:
        x = ACTS[name](x)
    return x


case(
    acts_loop,
    (r(3), ["tanh", "sin"]),
    other=[(r(4), ["tanh", "sin"])],
)


def moving_average(x, k):
    window = deque(maxlen=k)
    out = []
    for v in x:
        window.append(v)
        out.append(sum(window) / len(window))
    return np.array(out)


case(
    moving_average,
    (r(6), 3),
    other=[(r(8), 2)],
)


def cepstrum(x):
    f = np.abs(np.fft.rfft(x)) ** 2
    return np.fft.irfft(np.log(f + 0.1), len(x))


case(
    cepstrum, (r(6),), other=[(r(8),)], refused="no gate fits np.fft.irfft(np.log(f + 0.1), len(x))"
)


def fft_conv(x, h):
    n = len(x) + len(h) - 1
    return np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(h, n), n)


case(
    fft_conv,
    (r(5), r(3)),
    other=[(r(6), r(4))],
    refused="complex numbers are not supported",
)


# models keyed by words
def sequence_of_layers(x, params, plan):
    acts = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "none": lambda z: z}
    for name, act in plan:
        x = acts[act](x @ params[name + ".w"] + params[name + ".b"])
    return x


case(
    sequence_of_layers,
    (
        r(2, 3),
        {"in.w": r(3, 4), "in.b": r(4), "out.w": r(4, 2), "out.b": r(2)},
        [("in", "tanh"), ("out", "none")],
    ),
    other=[
        (
            r(5, 2),
            {"in.w": r(2, 3), "in.b": r(3), "out.w": r(3, 3), "out.b": r(3)},
            [("in", "tanh"), ("out", "none")],
        )
    ],
)
