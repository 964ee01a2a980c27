"""Functions of other trades: numerical analysis, signals, statistics, physics, graphics, models keyed by words."""

import numpy as np

from tests.corpus import case, normal, raises, uniform

r = normal(71)
u = uniform(72)


# numerical analysis
def simpson(y, h):
    return h / 3 * (y[0] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum() + y[-1])


case(simpson, (r(7), 0.3), other=[(r(9), 0.1), (r(5), 0.2)])


def runge_kutta(y0, k, h):
    def slope(y):
        return np.array([y[1], -k * np.sin(y[0])])

    y = y0
    for _ in range(5):
        k1 = slope(y)
        k2 = slope(y + h / 2 * k1)
        k3 = slope(y + h / 2 * k2)
        k4 = slope(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


case(runge_kutta, (r(2), 1.3, 0.1), other=[(r(2), 0.4, 0.3)])


def thomas(low, mid, up, b):
    n = len(b)
    c, d = up.copy(), b.copy()
    c[0] = up[0] / mid[0]
    d[0] = b[0] / mid[0]
    for i in range(1, n):
        den = mid[i] - low[i] * c[i - 1]
        c[i] = up[i] / den
        d[i] = (b[i] - low[i] * d[i - 1]) / den
    x = np.zeros(n)
    x[-1] = d[-1]
    for i in range(n - 2, -1, -1):
        x[i] = d[i] - c[i] * x[i + 1]
    return x


case(thomas, (r(4), u(4) + 5, r(4), r(4)), other=[(r(6), u(6) + 5, r(6), r(6))])


def divided_differences(t, y, x):
    c = y.copy()
    for k in range(1, len(t)):
        c[k:] = (c[k:] - c[k - 1 : -1]) / (t[k:] - t[:-k])
    p = c[-1]
    for k in range(len(t) - 2, -1, -1):
        p = p * (x - t[k]) + c[k]
    return p


case(
    divided_differences,
    (np.arange(4.0) + u(4) / 3, r(4), 0.4),
    other=[(np.arange(5.0) + u(5) / 3, r(5), 1.4)],
)


def lagrange(t, y, x):
    total = 0.0
    for i in range(len(t)):
        basis = 1.0
        for j in range(len(t)):
            if i != j:
                basis *= (x - t[j]) / (t[i] - t[j])
        total += y[i] * basis
    return total


case(
    lagrange,
    (np.arange(4.0) + u(4) / 3, r(4), 0.4),
    other=[(np.arange(3.0) + u(3) / 3, r(3), 1.4)],
)


def clenshaw(c, x):
    b1 = b2 = 0.0
    for k in range(len(c) - 1, 0, -1):
        b1, b2 = c[k] + 2 * x * b1 - b2, b1
    return c[0] + x * b1 - b2


case(clenshaw, (r(5), 0.4), other=[(r(3), -0.7)])


def romberg(a, b, w):
    table = []
    for k in range(4):
        n = 2**k
        x = a + (b - a) * np.arange(n + 1) / n
        y = np.exp(-w * x**2)
        table.append((b - a) / n * (y.sum() - 0.5 * (y[0] + y[-1])))
    for j in range(1, 4):
        table = [(4**j * table[i + 1] - table[i]) / (4**j - 1) for i in range(len(table) - 1)]
    return table[0]


case(romberg, (0.1, 1.7, 0.8), other=[(-1.0, 0.5, 1.3)])


def aitken(x):
    d = np.diff(x)
    return x[:-2] - d[:-1] ** 2 / (d[1:] - d[:-1])


case(aitken, (np.cumsum(0.5 ** np.arange(6)) + u(6),), other=[(r(4),)])


def power_iteration(a, v):
    for _ in range(6):
        v = a @ v
        v = v / np.sqrt(v @ v)
    return v @ a @ v


case(power_iteration, (r(3, 3) + 3 * np.eye(3), r(3)), other=[(r(4, 4) + 3 * np.eye(4), r(4))])


def conjugate_gradient(a, b):
    a = a @ a.T + np.eye(len(b))
    x = np.zeros_like(b)
    res = b - a @ x
    p = res
    rr = res @ res
    for _ in range(2):
        ap = a @ p
        alpha = rr / (p @ ap)
        x = x + alpha * p
        res = res - alpha * ap
        new = res @ res
        p = res + new / rr * p
        rr = new
    return x


case(conjugate_gradient, (r(4, 4), r(4)), other=[(r(5, 5), r(5))])


# signals
def biquad(x, b, a):
    y = np.zeros_like(x)
    for n in range(len(x)):
        y[n] = b[0] * x[n]
        if n >= 1:
            y[n] += b[1] * x[n - 1] - a[0] * y[n - 1]
        if n >= 2:
            y[n] += b[2] * x[n - 2] - a[1] * y[n - 2]
    return y


case(biquad, (r(6), r(3), r(2) / 3), other=[(r(8), r(3), r(2) / 3), (r(3), r(3), r(2))])


def goertzel(x, w):
    s1, s2 = 0.0, 0.0
    c = 2 * np.cos(w)
    for v in x:
        s1, s2 = v + c * s1 - s2, s1
    return s1**2 + s2**2 - c * s1 * s2


case(goertzel, (r(6), 0.7), other=[(r(9), 1.1)])


def spectrum(x):
    n = x.shape[0]
    k = np.arange(n)
    angle = 2 * np.pi * np.outer(k, k) / n
    re, im = np.cos(angle) @ x, -np.sin(angle) @ x
    return np.log1p(re**2 + im**2)


case(spectrum, (r(5),), other=[(r(8),)])


def haar(x):
    parts = []
    while len(x) > 1:
        parts.append((x[::2] - x[1::2]) / np.sqrt(2))
        x = (x[::2] + x[1::2]) / np.sqrt(2)
    parts.append(x)
    return np.concatenate(parts[::-1])


case(haar, (r(8),), other=[(r(4),), (r(16),)])


def envelope(x, attack, release):
    level = 0.0
    out = []
    for v in np.abs(x):
        rate = attack if v > level else release
        level = rate * level + (1 - rate) * v
        out.append(level)
    return np.array(out)


case(envelope, (r(7), 0.3, 0.8), other=[(r(10), 0.5, 0.9)])


def overlap_add(frames, window, hop):
    count, size = frames.shape
    out = np.zeros(size + hop * (count - 1))
    for i in range(count):
        out[i * hop : i * hop + size] += frames[i] * window
    return out


case(overlap_add, (r(3, 4), r(4), 2), other=[(r(5, 6), r(6), 3), (r(2, 3), r(3), 1)])


def autocorrelation(x, lags):
    x = x - x.mean()
    return np.array([np.sum(x[: len(x) - k] * x[k:]) for k in range(lags)]) / np.sum(x**2)


case(autocorrelation, (r(7), 3), other=[(r(9), 4), (r(5), 2)])


def dtw_soft(x, y):
    n, m = len(x), len(y)
    d = np.full((n + 1, m + 1), 1e3)
    d[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            near = np.array([d[i - 1, j], d[i, j - 1], d[i - 1, j - 1]])
            d[i, j] = (x[i - 1] - y[j - 1]) ** 2 - np.log(np.sum(np.exp(-near)))
    return d[n, m]


case(dtw_soft, (r(3), r(4)), other=[(r(4), r(2))])


# statistics
def kalman(z, q, s):
    x, p = z[0], 1.0
    out = [x]
    for k in range(1, len(z)):
        p = p + q
        gain = p / (p + s)
        x = x + gain * (z[k] - x)
        p = (1 - gain) * p
        out.append(x)
    return np.stack(out)


case(kalman, (r(6), 0.1, 0.5), other=[(r(4), 0.3, 0.2)])


def forward_algorithm(log_start, log_move, log_seen):
    alpha = log_start + log_seen[0]
    for t in range(1, log_seen.shape[0]):
        scores = alpha[:, None] + log_move
        top = scores.max(axis=0)
        alpha = top + np.log(np.exp(scores - top).sum(axis=0)) + log_seen[t]
    top = alpha.max()
    return top + np.log(np.exp(alpha - top).sum())


case(forward_algorithm, (r(3), r(3, 3), r(4, 3)), other=[(r(2), r(2, 2), r(6, 2))])


def theil(y, t):
    n = len(y)
    slopes = [(y[j] - y[i]) / (t[j] - t[i]) for i in range(n) for j in range(i + 1, n)]
    return sum(slopes) / len(slopes)


case(theil, (r(4), np.arange(4.0) ** 1.1), other=[(r(5), np.arange(5.0) ** 1.2)])


def gini(x):
    x = np.sort(np.abs(x))
    n = len(x)
    return 2 * np.sum(np.arange(1, n + 1) * x) / (n * np.sum(x)) - (n + 1) / n


case(gini, (r(5),), other=[(r(8),)])


def gaussian_process(x, y, length, noise):
    gap = x[:, None] - x[None, :]
    k = np.exp(-0.5 * (gap / length) ** 2) + noise**2 * np.eye(len(x))
    low = np.linalg.cholesky(k)
    alpha = np.linalg.solve(k, y)
    return 0.5 * y @ alpha + np.sum(np.log(np.diag(low))) + 0.5 * len(x) * np.log(2 * np.pi)


case(gaussian_process, (r(4), r(4), 0.8, 0.6), other=[(r(6), r(6), 1.1, 0.5)])


def mixture(x, logits, mu, log_sigma):
    weights = np.exp(logits - logits.max())
    weights /= weights.sum()
    z = (x[:, None] - mu) / np.exp(log_sigma)
    density = weights * np.exp(-0.5 * z**2 - log_sigma) / np.sqrt(2 * np.pi)
    return -np.mean(np.log(density.sum(axis=1)))


case(mixture, (r(5), r(3), r(3), r(3)), other=[(r(4), r(2), r(2), r(2))])


def stick_breaking(v):
    p = 1 / (1 + np.exp(-v))
    rest = np.cumprod(1 - p)
    return np.concatenate([p, [1.0]]) * np.concatenate([[1.0], rest])


case(stick_breaking, (r(4),), other=[(r(2),), (r(6),)])


def concordance(x, y):
    mx, my = x.mean(), y.mean()
    vx, vy = x.var(), y.var()
    cov = np.mean((x - mx) * (y - my))
    return 2 * cov / (vx + vy + (mx - my) ** 2)


case(concordance, (r(5), r(5)), other=[(r(7), r(7))])


# physics
def leapfrog(q, p, m, steps):
    h = 0.05

    def force(q):
        gap = q[:, None, :] - q[None, :, :]
        far = np.sqrt((gap**2).sum(-1) + 0.1)
        return -(m[None, :, None] * gap / far[:, :, None] ** 3).sum(axis=1)

    p = p + 0.5 * h * force(q)
    for i in range(steps):
        q = q + h * p
        p = p + (h if i < steps - 1 else 0.5 * h) * force(q)
    return q, p


case(
    leapfrog,
    (r(3, 2), r(3, 2), u(3), 3),
    other=[(r(4, 3), r(4, 3), u(4), 2), (r(2, 2), r(2, 2), u(2), 1)],
)


def ising(s, j, h):
    return -j * np.sum(s * (np.roll(s, 1, 0) + np.roll(s, 1, 1))) - h * s.sum()


case(ising, (r(3, 4), 0.7, 0.2), other=[(r(5, 2), 0.3, 0.1)])


def heat(u0, alpha):
    v = u0.copy()
    for _ in range(4):
        v[1:-1] = v[1:-1] + alpha * (v[2:] - 2 * v[1:-1] + v[:-2])
    return v


case(heat, (r(6), 0.2), other=[(r(9), 0.4), (r(3), 0.1)])


def lattice_waves(e, b, c):
    for _ in range(3):
        b = b - c * np.diff(e)
        e = e.copy()
        e[1:-1] -= c * np.diff(b)
    return np.sum(e**2) + np.sum(b**2)


case(lattice_waves, (r(6), r(5), 0.4), other=[(r(4), r(3), 0.2)])


def lens_matrix(f, gaps, ray):
    for focal, gap in zip(f, gaps):
        ray = np.array([[1.0, gap], [0.0, 1.0]]) @ ray
        ray = np.array([[1.0, 0.0], [-1 / focal, 1.0]]) @ ray
    return ray


case(lens_matrix, (u(3) + 1, u(3), r(2)), other=[(u(2) + 1, u(2), r(2))])


# graphics
def rotate(q, v):
    q = q / np.linalg.norm(q)
    w, axis = q[0], q[1:]
    return v + 2 * np.cross(axis, np.cross(axis, v) + w * v)


case(rotate, (r(4), r(2, 3)), other=[(r(4), r(5, 3))])


def bezier(points, t):
    while len(points) > 1:
        points = (1 - t) * points[:-1] + t * points[1:]
    return points[0]


case(bezier, (r(4, 2), 0.3), other=[(r(3, 3), 0.6)])


def volume_render(sigma, color, step):
    alpha = 1 - np.exp(-sigma * step)
    through = np.cumprod(np.concatenate([np.ones(1), 1 - alpha[:-1]]))
    return (alpha * through) @ color


case(volume_render, (u(5), r(5, 3), 0.3), other=[(u(3), r(3, 3), 0.2)])


def phong(normal, light, view, color, shine):
    n = normal / np.sqrt(np.sum(normal**2, axis=-1, keepdims=True))
    lit = np.maximum(n @ light, 0)[:, None]
    mirrored = 2 * lit * n - light
    return color * lit + np.maximum(mirrored @ view, 0)[:, None] ** shine


case(phong, (r(4, 3), r(3), r(3), r(3), 3), other=[(r(6, 3), r(3), r(3), r(3), 2)])


def bilinear(image, ys, xs):
    y0, x0 = np.floor(ys).astype(int), np.floor(xs).astype(int)
    fy, fx = ys - y0, xs - x0
    top = image[y0, x0] * (1 - fx) + image[y0, x0 + 1] * fx
    bottom = image[y0 + 1, x0] * (1 - fx) + image[y0 + 1, x0 + 1] * fx
    return top * (1 - fy) + bottom * fy


case(
    bilinear,
    (r(4, 5), 1.4 * u(3) + 0.1, 1.8 * u(3)),
    other=[(r(3, 3), 0.9 * u(5) + 0.1, 0.9 * u(5) + 0.1)],
)


def smooth_union(p, centers, radii, k):
    d = np.linalg.norm(p - centers[0]) - radii[0]
    for c, rad in zip(centers[1:], radii[1:]):
        e = np.linalg.norm(p - c) - rad
        h = np.clip(0.5 + 0.5 * (e - d) / k, 0, 1)
        d = e * (1 - h) + d * h - k * h * (1 - h)
    return d


case(smooth_union, (r(3), r(3, 3), u(3), 2.5), other=[(r(2), r(4, 2), u(4), 3.5)])


def shoelace(p):
    x, y = p.T
    return 0.5 * np.abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


case(shoelace, (r(5, 2),), other=[(r(3, 2),)])


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
    refused='no gate is known for acts[act](x @ params[name + ".w"] +',
)


def weight_decay(params, rates):
    total = 0.0
    for name, value in params.items():
        kind = name.split("/")[-1]
        if kind in rates:
            total += rates[kind] * np.sum(value**2)
    return total


case(
    weight_decay,
    ({"a/w": r(2, 3), "a/b": r(3), "c/w": r(3)}, {"w": 0.1}),
    other=[({"a/w": r(4, 2), "a/b": r(2), "c/w": r(2)}, {"w": 0.3})],
)


def gated(x, p):
    gates = {g: 1 / (1 + np.exp(-(x @ p["w_" + g] + p["b_" + g]))) for g in "iof"}
    c = gates["i"] * np.tanh(x @ p["w_c"]) + gates["f"] * p["c0"]
    return gates["o"] * np.tanh(c)


def gated_params(d, h):
    p = {f"w_{g}": r(d, h) for g in "iofc"}
    p.update({f"b_{g}": r(h) for g in "iof"})
    return {**p, "c0": r(h)}


case(gated, (r(2, 3), gated_params(3, 4)), other=[(r(4, 2), gated_params(2, 3))])


def tree_sum(tree, w):
    total = np.tanh(tree["value"] @ w)
    for child in tree["children"]:
        total = total + 0.5 * tree_sum(child, w)
    return total


case(
    tree_sum,
    ({"value": r(3), "children": [{"value": r(3), "children": []}]}, r(3, 2)),
    other=[({"value": r(2), "children": [{"value": r(2), "children": []}]}, r(2, 4))],
)


# mixed
def magic_formula(slip, p):
    bx = p["B"] * slip
    return p["D"] * np.sin(p["C"] * np.arctan(bx - p["E"] * (bx - np.arctan(bx))))


case(
    magic_formula,
    (r(4), {"B": 1.2, "C": 1.1, "D": 0.9, "E": 0.3}),
    other=[(r(2), {"B": 0.7, "C": 1.4, "D": 1.9, "E": 0.1})],
)


def chemistry(c, rates, table):
    dc = np.zeros_like(c)
    for (left, right), k in zip(table, rates):
        flow = k
        for i in left:
            flow = flow * c[i]
        for i in left:
            dc[i] -= flow
        for i in right:
            dc[i] += flow
    return c + 0.1 * dc


case(
    chemistry,
    (u(4), u(2), [((0, 1), (2,)), ((2,), (0, 3))]),
    other=[(u(3), u(3), [((0, 0), (1,)), ((1,), (0, 2)), ((1, 2), (0,))])],
)


def pagerank(links, damping):
    n = len(links)
    p = np.full(n, 1 / n)
    a = links / links.sum(axis=0, keepdims=True)
    for _ in range(5):
        p = damping * a @ p + (1 - damping) / n
    return p


case(pagerank, (u(3, 3), 0.85), other=[(u(5, 5), 0.6)])


def option_tree(spot, up, rate, strike, steps):
    down = 1 / up
    chance = (np.exp(rate) - down) / (up - down)
    prices = spot * up ** np.arange(-steps, steps + 1, 2)
    value = np.maximum(prices - strike, 0)
    for _ in range(steps):
        value = np.exp(-rate) * (chance * value[1:] + (1 - chance) * value[:-1])
    return value[0]


case(option_tree, (1.0, 1.2, 0.03, 0.95, 4), other=[(1.3, 1.1, 0.01, 1.25, 6)])


def black_scholes(s, k, t, r_, vol):
    import math

    d1 = (math.log(s / k) + (r_ + vol**2 / 2) * t) / (vol * math.sqrt(t))
    d2 = d1 - vol * math.sqrt(t)
    cdf = lambda d: 0.5 * (1 + math.erf(d / math.sqrt(2)))  # noqa: E731
    return s * cdf(d1) - k * math.exp(-r_ * t) * cdf(d2)


case(black_scholes, (1.1, 1.0, 0.7, 0.05, 0.3), other=[(0.9, 1.2, 1.5, 0.02, 0.5)])


def ewma_volatility(returns, lam):
    var = returns[0] ** 2
    total = 0.0
    for x in returns[1:]:
        total += np.log(var) + x**2 / var
        var = lam * var + (1 - lam) * x**2
    return total / 2


case(ewma_volatility, (u(5), 0.8), other=[(u(8), 0.6)])


def robot_arm(angles, lengths):
    heading = np.cumsum(angles)
    joints = np.cumsum(np.stack([lengths * np.cos(heading), lengths * np.sin(heading)]), axis=1)
    return joints[:, -1]


case(robot_arm, (r(3), u(3)), other=[(r(5), u(5))])


def denavit(params):
    pose = np.eye(4)
    for a, alpha, d, theta in params:
        ct, st, ca, sa = np.cos(theta), np.sin(theta), np.cos(alpha), np.sin(alpha)
        pose = pose @ np.array(
            [
                [ct, -st * ca, st * sa, a * ct],
                [st, ct * ca, -ct * sa, a * st],
                [0.0, sa, ca, d],
                [0.0, 0.0, 0.0, 1.0],
            ]
        )
    return pose[:3, 3]


case(denavit, (r(2, 4),), other=[(r(3, 4),)])


def perspective(points, focal, rotation, shift):
    seen = points @ rotation.T + shift
    return focal * seen[:, :2] / seen[:, 2:]


case(
    perspective,
    (r(4, 3), 1.3, r(3, 3) / 5, np.array([0.1, 0.2, 4.0])),
    other=[(r(2, 3), 0.7, r(3, 3) / 5, np.array([0.3, -0.2, 5.0]))],
    guarded=[
        raises(
            "rotation.shape[0] was 3 when this code was made",
            r(2, 2),
            0.7,
            r(4, 2) / 5,
            np.array([0.3, -0.2, 5.0, 4.0]),
        )
    ],
)


def curvature(p):
    d1 = np.gradient(p, axis=0)
    d2 = np.gradient(d1, axis=0)
    return (d1[:, 0] * d2[:, 1] - d1[:, 1] * d2[:, 0]) / (d1**2).sum(1) ** 1.5


case(curvature, (np.cumsum(u(5, 2), axis=0),), other=[(np.cumsum(u(7, 2), axis=0),)])


def total_variation(image, eps):
    dy, dx = np.diff(image, axis=0)[:, :-1], np.diff(image, axis=1)[:-1]
    return np.sqrt(dy**2 + dx**2 + eps).mean()


case(total_variation, (r(3, 4), 0.1), other=[(r(5, 3), 0.2)])


def sobel(image, weight):
    out = 0.0
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            moved = np.roll(image, (i, j), axis=(0, 1))
            out = out + weight[i + 1, j + 1] * moved
    return np.hypot(out, out.T + 1.0)


case(sobel, (r(4, 4), r(3, 3)), other=[(r(5, 5), r(3, 3))])


def median_filter(x):
    padded = np.pad(x, 1, mode="edge")
    stack = np.stack([padded[:-2], padded[1:-1], padded[2:]])
    return np.sort(stack, axis=0)[1]


case(median_filter, (r(5),), other=[(r(8),)])


def ranks_correlation(x, y, t):
    soft = lambda v: (1 / (1 + np.exp(-(v[:, None] - v[None]) / t))).sum(1)  # noqa: E731
    a, b = soft(x), soft(y)
    a, b = a - a.mean(), b - b.mean()
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))


case(ranks_correlation, (r(4), r(4), 0.5), other=[(r(6), r(6), 0.8)])


def sinkhorn(cost, eps):
    k = np.exp(-cost / eps)
    v = np.ones(cost.shape[1])
    for _ in range(4):
        w = 1 / (k @ v)
        v = 1 / (k.T @ w)
    return np.sum(w[:, None] * k * v * cost)


case(sinkhorn, (u(3, 4), 0.8), other=[(u(4, 2), 1.2)])


def crf(emissions, trans, tags):
    score = emissions[np.arange(len(tags)), tags].sum() + trans[tags[:-1], tags[1:]].sum()
    alpha = emissions[0]
    for e in emissions[1:]:
        alpha = np.logaddexp.reduce(alpha[:, None] + trans, axis=0) + e
    return np.logaddexp.reduce(alpha) - score


case(
    crf,
    (r(4, 3), r(3, 3), np.array([0, 2, 1, 1])),
    other=[(r(3, 2), r(2, 2), np.array([1, 0, 0]))],
)


def spline(knots, values, t):
    k = np.searchsorted(knots, t) - 1
    h = knots[k + 1] - knots[k]
    s = (t - knots[k]) / h
    m = np.gradient(values)
    return (
        (1 + 2 * s) * (1 - s) ** 2 * values[k]
        + s * (1 - s) ** 2 * h * m[k]
        + s**2 * (3 - 2 * s) * values[k + 1]
        + s**2 * (s - 1) * h * m[k + 1]
    )


case(
    spline,
    (np.arange(5.0), r(5), np.array([0.3, 1.4, 3.2])),
    other=[(np.arange(4.0), r(4), np.array([2.3, 0.6]))],
)


def lorenz(state, sigma, rho, beta, steps):
    path = [state]
    for _ in range(steps):
        x, y, z = path[-1]
        move = np.array([sigma * (y - x), x * (rho - z) - y, x * y - beta * z])
        path.append(path[-1] + 0.01 * move)
    return np.array(path)


case(lorenz, (r(3), 10.0, 28.0, 2.7, 3), other=[(r(3), 9.0, 20.0, 2.0, 5)])


def shallow_water(h, v, dt):
    flux = 0.5 * (h[1:] * v[1:] + h[:-1] * v[:-1])
    push = 0.5 * (v[1:] ** 2 + v[:-1] ** 2) / 2 + 9.8 * 0.5 * (h[1:] + h[:-1])
    new_h, new_v = h.copy(), v.copy()
    new_h[1:-1] -= dt * (flux[1:] - flux[:-1])
    new_v[1:-1] -= dt * (push[1:] - push[:-1])
    return {"h": new_h, "v": new_v}


case(shallow_water, (u(5), r(5), 0.01), other=[(u(7), r(7), 0.02)])


def embedding_bag(words, table):
    total = 0.0
    for word, count in words.items():
        total = total + count * table[word]
    return total / sum(words.values())


case(
    embedding_bag,
    ({"a": 2, "b": 1}, {"a": r(3), "b": r(3), "c": r(3)}),
    other=[({"c": 1, "b": 3}, {"a": r(2), "b": r(2), "c": r(2)})],
)


def expression(tree, env):
    if isinstance(tree, str):
        return env[tree]
    head, left, right = tree
    a, b = expression(left, env), expression(right, env)
    if head == "add":
        return a + b
    return a * b


case(
    expression,
    (("add", ("mul", "x", "y"), "x"), {"x": 1.3, "y": -0.4}),
    other=[(("add", ("mul", "x", "x"), "y"), {"x": 0.3, "y": 0.7})],
)


def slopes(x, h):
    t = np.linspace(0, 1, x.shape[1]) ** 2
    along = np.gradient(x[0], t) * np.gradient(x[1], axis=0)
    return np.gradient(x, h, axis=1) * np.gradient(x, axis=0) + np.gradient(x, axis=-1) * along


case(slopes, (r(3, 4), 0.4), other=[(r(2, 5), 0.7)])
