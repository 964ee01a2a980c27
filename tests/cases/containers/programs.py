"""Lists, tuples and dicts, in functions of courses, models and trades."""

import math
from collections import defaultdict

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(110), uniform(111)


def bn_param_dict(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    if mode == "train":
        mu = x.mean(axis=0)
        var = x.var(axis=0) + eps
        std = np.sqrt(var)
        z = (x - mu) / std
        out = gamma * z + beta
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * (std**2)
    elif mode == "test":
        out = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out


case(
    bn_param_dict,
    (r(5, 3), r(3), r(3), {"mode": "train"}),
    other=[(r(4, 2), r(2), r(2), {"mode": "test", "running_mean": r(2), "running_var": u(2)})],
    wrt=["x", "gamma", "beta"],
)


def lab(n, c):
    return np.arange(n) * 7 % c


def fc_net(X, y, params, num_layers, reg):
    out = X
    for i in range(1, num_layers):
        out = np.maximum(0, out.dot(params["W%d" % i]) + params["b%d" % i])
    scores = out.dot(params["W%d" % num_layers]) + params["b%d" % num_layers]
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    N = len(y)
    loss = np.sum(-np.log(p[np.arange(N), y])) / N
    for i in range(1, num_layers + 1):
        loss += 0.5 * reg * np.sum(params["W" + str(i)] ** 2)
    return loss


def fp(*d):
    return {
        **{f"W{i+1}": r(d[i], d[i + 1]) * 0.5 for i in range(len(d) - 1)},
        **{f"b{i+1}": r(d[i + 1]) for i in range(len(d) - 1)},
    }


case(
    fc_net,
    (r(3, 4), lab(3, 2), fp(4, 5, 3, 2), 3, 0.1),
    other=[(r(2, 3), lab(2, 4), fp(3, 4), 1, 0.1), (r(2, 3), lab(2, 2), fp(3, 4, 2), 2, 0.1)],
    wrt=["X", "params"],
)


def layer_norm(x, g, b, eps=1e-5):
    mu = x.mean(axis=-1, keepdims=True)
    var = ((x - mu) ** 2).mean(axis=-1, keepdims=True)
    return g * (x - mu) / np.sqrt(var + eps) + b


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def softmax(x, axis=-1):
    x = x - x.max(axis=axis, keepdims=True)
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def transformer_block(x, params, n_heads=2):
    B, T, D = x.shape
    h = layer_norm(x, params["g1"], params["b1"])
    qkv = h @ params["Wqkv"]
    q, k, v = np.split(qkv, 3, axis=-1)
    hd = D // n_heads
    q = q.reshape(B, T, n_heads, hd).transpose(0, 2, 1, 3)
    k = k.reshape(B, T, n_heads, hd).transpose(0, 2, 1, 3)
    v = v.reshape(B, T, n_heads, hd).transpose(0, 2, 1, 3)
    scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(hd)
    mask = np.triu(np.ones((T, T)), k=1).astype(bool)
    scores = np.where(mask, -1e9, scores)
    att = softmax(scores) @ v
    att = att.transpose(0, 2, 1, 3).reshape(B, T, D)
    x = x + att @ params["Wo"]
    h = layer_norm(x, params["g2"], params["b2"])
    x = x + gelu(h @ params["W1"]) @ params["W2"]
    return x


def tp(D):
    return dict(
        g1=r(D),
        b1=r(D),
        Wqkv=r(D, 3 * D) * 0.3,
        Wo=r(D, D) * 0.3,
        g2=r(D),
        b2=r(D),
        W1=r(D, 2 * D) * 0.3,
        W2=r(2 * D, D) * 0.3,
    )


case(transformer_block, (r(2, 3, 4), tp(4)), other=[(r(1, 4, 6), tp(6))])


def bezier(points, t):
    pts = [p for p in points]
    while len(pts) > 1:
        pts = [(1 - t) * a + t * b for a, b in zip(pts[:-1], pts[1:])]
    return pts[0]


case(bezier, (r(4, 2), 0.3), other=[(r(6, 2), 0.6)])


def binomial_tree(S, K, rr, sigma, n):
    dt = 1.0 / n
    up = math.exp(sigma * math.sqrt(dt))
    dn = 1 / up
    p = (math.exp(rr * dt) - dn) / (up - dn)
    vals = [max(S * up**j * dn ** (n - j) - K, 0.0) for j in range(n + 1)]
    for i in range(n, 0, -1):
        vals = [math.exp(-rr * dt) * (p * vals[j + 1] + (1 - p) * vals[j]) for j in range(i)]
    return vals[0]


case(binomial_tree, (100.0, 95.0, 0.05, 0.2, 3), other=[(90.0, 95.0, 0.03, 0.3, 5)])


def grouped(values, labels):
    sums = defaultdict(float)
    for v, k in zip(values, labels):
        sums[k] += v**2
    return sums["a"] * sums["b"]


case(grouped, (r(4), ["a", "b", "a", "b"]), other=[(r(3), ["b", "b", "a"])])


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


def paths_in_a_list(step, turn):
    ways = [step + turn, turn + step, 2 * step + 3 * turn]
    return min(ways) * step + np.max([step * turn, turn * step, 0.1]) + max([turn, step])


case(paths_in_a_list, (1.0, 2.0), other=[(0.4, 0.3)])


def elo(ratings, games, k):
    ratings = dict(ratings)
    for winner, loser in games:
        e = 1 / (1 + 10 ** ((ratings[loser] - ratings[winner]) / 4))
        ratings[winner] = ratings[winner] + k * (1 - e)
        ratings[loser] = ratings[loser] - k * (1 - e)
    return ratings["a"] * ratings["b"] - ratings["c"]


case(
    elo,
    ({"a": 1.0, "b": 1.2, "c": 0.8}, [("a", "b"), ("c", "a")], 0.3),
    other=[({"a": 1.0, "b": 1.2, "c": 0.8}, [("a", "b"), ("c", "a"), ("b", "c")], 0.2)],
)


def circuit(values, parts):
    total = 0.0
    for part in parts:
        total = total + {"R": values["R"], "L": values["L"] * 2.0, "C": 1 / values["C"]}[part]
    return total


case(
    circuit,
    ({"R": 1.0, "L": 1.2, "C": 0.8}, ["R", "C", "R"]),
    other=[({"R": 2.0, "L": 1.2, "C": 0.8}, ["L", "C"])],
)


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


def autocorrelation(x, lags):
    x = x - x.mean()
    return np.array([np.sum(x[: len(x) - k] * x[k:]) for k in range(lags)]) / np.sum(x**2)


case(autocorrelation, (r(7), 3), other=[(r(9), 4), (r(5), 2)])


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


def slopes(x, h):
    t = np.linspace(0, 1, x.shape[1]) ** 2
    along = np.gradient(x[0], t) * np.gradient(x[1], axis=0)
    return np.gradient(x, h, axis=1) * np.gradient(x, axis=0) + np.gradient(x, axis=-1) * along


def theil(y, t):
    n = len(y)
    slopes = [(y[j] - y[i]) / (t[j] - t[i]) for i in range(n) for j in range(i + 1, n)]
    return sum(slopes) / len(slopes)


case(theil, (r(4), np.arange(4.0) ** 1.1), other=[(r(5), np.arange(5.0) ** 1.2)])


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
    refused="tree_sum calls itself for the dicts in tree",
)
case(
    tree_sum,
    ({"value": r(3), "children": [{"value": r(3), "children": []}]}, r(3, 2)),
    name="tree_sum_by_w",
    wrt=("w",),
    other=[({"value": r(2), "children": [{"value": r(2), "children": []}] * 2}, r(2, 4))],
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
