"""Functions of further trades: meshes, orbits, speech, words, finance, grids of pressure."""

import math
from collections import defaultdict, deque

import numpy as np

from tests.corpus import case, normal, uniform

r = normal(91)
u = uniform(92)
ACTS = {"tanh": np.tanh, "square": np.square, "sin": np.sin}


def acts_loop(x, plan):
    for name in plan:
        x = ACTS[name](x)
    return x


case(
    acts_loop,
    (r(3), ["tanh", "sin"]),
    other=[(r(4), ["tanh", "sin"])],
    refused="no gate is known for ACTS[name](x)",
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
    refused="a traced value that travels as text, bytes or in an object",
)


def grouped(values, labels):
    sums = defaultdict(float)
    for v, k in zip(values, labels):
        sums[k] += v**2
    return sums["a"] * sums["b"]


case(grouped, (r(4), ["a", "b", "a", "b"]), other=[(r(3), ["b", "b", "a"])])


def kepler(e, m):
    big = m
    for _ in range(6):
        big = big - (big - e * np.sin(big) - m) / (1 - e * np.cos(big))
    return np.stack([np.cos(big) - e, np.sqrt(1 - e**2) * np.sin(big)])


case(kepler, (0.3, r(3)), other=[(0.5, r(5))])


def newton_polar(a):
    for _ in range(4):
        a = 0.5 * (a + np.linalg.inv(a).T)
    return a


case(newton_polar, (r(3, 3) + 3 * np.eye(3),), other=[(r(2, 2) + 3 * np.eye(2),)])


def quat_mul(a, b):
    w1, x1, y1, z1 = np.moveaxis(a, -1, 0)
    w2, x2, y2, z2 = np.moveaxis(b, -1, 0)
    return np.stack(
        [
            w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
            w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
            w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
            w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
        ],
        axis=-1,
    )


case(quat_mul, (r(3, 4), r(3, 4)), other=[(r(2, 4), r(2, 4))])


def slerp(a, b, t):
    a = a / np.linalg.norm(a)
    b = b / np.linalg.norm(b)
    om = np.arccos(np.clip(a @ b, -1, 1))
    return (np.sin((1 - t) * om) * a + np.sin(t * om) * b) / np.sin(om)


case(slerp, (r(4), r(4), 0.3), other=[(r(3), r(3), 0.7)])


def triangle_area(verts, faces):
    a, b, c = verts[faces[:, 0]], verts[faces[:, 1]], verts[faces[:, 2]]
    return 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()


case(
    triangle_area,
    (r(5, 3), np.array([[0, 1, 2], [1, 2, 3], [2, 3, 4]])),
    other=[(r(4, 3), np.array([[0, 1, 2], [3, 1, 2]]))],
)


def vertex_normals(verts, faces):
    n = np.cross(verts[faces[:, 1]] - verts[faces[:, 0]], verts[faces[:, 2]] - verts[faces[:, 0]])
    out = np.zeros_like(verts)
    for k in range(3):
        np.add.at(out, faces[:, k], n)
    return out / (np.linalg.norm(out, axis=1, keepdims=True) + 0.1)


case(
    vertex_normals,
    (r(5, 3), np.array([[0, 1, 2], [1, 2, 3], [2, 3, 4]])),
    other=[(r(4, 3), np.array([[0, 1, 2], [3, 1, 2]]))],
)


def raytrace(o, d, centre, radius):
    oc = o - centre
    b = oc @ d
    disc = b * b - oc @ oc + radius**2
    if disc < 0:
        return 0.0 * radius
    t = -b - math.sqrt(disc)
    hit = o + t * d
    return ((hit - centre) / radius) @ np.array([0.3, 0.4, 0.5])


case(
    raytrace,
    (np.array([0.0, 0.1, -3.0]), np.array([0.0, 0.0, 1.0]), np.array([0.2, 0.1, 0.3]), 1.2),
    other=[(np.array([0.2, 0.1, -3.0]), np.array([0.1, 0.0, 0.9]), np.array([0.2, 0.1, 0.3]), 1.5)],
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
    refused="no gate fits np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(h,",
)


def stft_power(x, w):
    frames = np.lib.stride_tricks.sliding_window_view(x, len(w))[::2] * w
    return np.sum(np.abs(np.fft.fft(frames, axis=1)) ** 2, axis=0)


case(
    stft_power,
    (r(8), r(4)),
    other=[(r(10), r(3))],
    refused="complex numbers cannot be differentiated",
)


def levinson(acf):
    a = np.array([1.0])
    e = acf[0]
    for k in range(1, len(acf)):
        refl = -(a @ acf[k:0:-1]) / e
        ext = np.concatenate([a, [0.0]])
        a = ext + refl * ext[::-1]
        e = e * (1 - refl**2)
    return a * e


case(levinson, (np.array([3.0, 1.0, 0.5, 0.2]),), other=[(np.array([2.0, 0.4, 0.3]),)])


def hmm_viterbi_score(start, move, emit):
    s = start + emit[0]
    for e in emit[1:]:
        s = np.max(s[:, None] + move, axis=0) + e
    return s.max()


case(hmm_viterbi_score, (r(3), r(3, 3), r(4, 3)), other=[(r(2), r(2, 2), r(5, 2))])


def edit(cost, a, b):
    prev = [j * cost["ins"] for j in range(len(b) + 1)]
    for i, ca in enumerate(a):
        cur = [prev[0] + cost["del"]]
        for j, cb in enumerate(b):
            cur.append(
                min(
                    prev[j + 1] + cost["del"],
                    cur[j] + cost["ins"],
                    prev[j] + (0.0 if ca == cb else cost["sub"]),
                )
            )
        prev = cur
    return prev[-1]


case(
    edit,
    ({"ins": 1.0, "del": 1.1, "sub": 1.3}, "kitten", "sitting"),
    other=[({"ins": 1.0, "del": 1.1, "sub": 1.3}, "ab", "bcd")],
)


def tfidf(counts, idf):
    out = {}
    for doc, words in counts.items():
        out[doc] = sum(n * idf[w] for w, n in words.items())
    return out


case(
    tfidf,
    ({"x": {"a": 2, "b": 1}, "y": {"b": 4}}, {"a": 0.3, "b": 0.8}),
    other=[({"x": {"b": 1}, "y": {"b": 4, "a": 1}}, {"a": 0.3, "b": 0.8})],
)


def poisson_jacobi(f, n):
    p = np.zeros_like(f)
    for _ in range(n):
        p[1:-1, 1:-1] = 0.25 * (
            p[2:, 1:-1] + p[:-2, 1:-1] + p[1:-1, 2:] + p[1:-1, :-2] - f[1:-1, 1:-1]
        )
    return p


case(poisson_jacobi, (r(4, 5), 3), other=[(r(5, 4), 2)])


def sph(p, h):
    d2 = np.sum((p[:, None] - p[None]) ** 2, axis=2)
    w = np.maximum(0, h * h - d2) ** 3
    rho = w.sum(axis=1)
    return np.sum(rho**1.4)


case(sph, (r(4, 2), 1.7), other=[(r(5, 3), 1.4)])


def rbf_fit(x, y, q, s):
    k = lambda a, b: np.exp(-((a[:, None] - b) ** 2) / s)  # noqa: E731
    return k(q, x) @ np.linalg.solve(k(x, x) + 0.1 * np.eye(len(x)), y)


case(rbf_fit, (r(4), r(4), r(3), 0.8), other=[(r(5), r(5), r(2), 1.2)])


def gauss_legendre(a, b, c):
    t, w = np.polynomial.legendre.leggauss(4)
    x = 0.5 * (b - a) * t + 0.5 * (a + b)
    return 0.5 * (b - a) * np.sum(w * np.exp(c * x))


case(gauss_legendre, (0.1, 1.4, 0.6), other=[(0.5, 1.1, -0.4)])


def horner(coefs, x):
    return np.polyval(coefs, x) * np.polyval(coefs[:-1], x)


case(horner, (r(4), r(3)), other=[(r(3), r(5))])


def circ_mean(a, w):
    return np.arctan2(np.sum(w * np.sin(a)), np.sum(w * np.cos(a)))


case(circ_mean, (r(4), u(4)), other=[(r(6), u(6))])


def skew(x):
    z = (x - x.mean(0)) / x.std(0, ddof=1)
    return np.mean(z**3, axis=0) + np.mean(z**4, axis=0) - 3


case(skew, (r(5, 2),), other=[(r(7, 3),)])


def energy_distance(x, y):
    far = lambda a, b: np.abs(a[:, None] - b[None]).mean()  # noqa: E731
    return 2 * far(x, y) - far(x, x) - far(y, y)


case(energy_distance, (r(4), r(3)), other=[(r(5), r(6))])


def winsor(x, q):
    lo, hi = np.quantile(x, q), np.quantile(x, 1 - q)
    return np.clip(x, lo, hi).mean()


case(winsor, (r(7), 0.2), wrt=("x",), other=[(r(10), 0.2)])


def nelson_siegel(t, p):
    b0, b1, b2, tau = p["level"], p["slope"], p["curve"], p["tau"]
    e = np.exp(-t / tau)
    load = (1 - e) / (t / tau)
    return b0 + b1 * load + b2 * (load - e)


case(
    nelson_siegel,
    (u(4), {"level": 0.04, "slope": -0.02, "curve": 0.01, "tau": 1.7}),
    other=[(u(3), {"level": 0.03, "slope": 0.02, "curve": 0.04, "tau": 1.1})],
)


def cheapest(x, y, z):
    return min(x, y, z) * max(x, y * z, z)


case(cheapest, (1.0, 2.0, 3.0), other=[(3.0, 1.0, 2.0), (3.0, 2.0, 1.0)])


def paths(step, turn):
    """Both ways round cost the same: each must be counted once."""
    right, down = step + turn, turn + step
    return min(right, down, 2 * step + 3 * turn) * step


case(paths, (1.0, 2.0), other=[(0.4, 0.3)])


def paths_in_a_list(step, turn):
    ways = [step + turn, turn + step, 2 * step + 3 * turn]
    return min(ways) * step + np.max([step * turn, turn * step, 0.1]) + max([turn, step])


case(paths_in_a_list, (1.0, 2.0), other=[(0.4, 0.3)])
