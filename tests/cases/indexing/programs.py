"""Indices and slices, in functions of courses, models and trades."""

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(106), uniform(107)


def lab(n, c):
    return np.arange(n) * 7 % c


def svm_vec2(W, X, y):
    scores = X @ W
    cs = scores[range(len(y)), y][:, np.newaxis]
    L = np.maximum(scores - cs + 1.0, 0.0)
    return np.mean(np.sum(L, axis=1) - 1)


case(svm_vec2, (r(4, 3), r(5, 4), lab(5, 3)), other=[(r(3, 5), r(4, 3), lab(4, 5))])


def softmax_vec(W, X, y, reg):
    num_train = X.shape[0]
    scores = X.dot(W)
    scores -= np.max(scores, axis=1, keepdims=True)
    probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = -np.sum(np.log(probs[np.arange(num_train), y]))
    loss = loss / num_train + reg * np.sum(W * W)
    return loss


case(
    softmax_vec,
    (r(4, 3), r(5, 4), lab(5, 3), 0.1),
    other=[(r(3, 5), r(4, 3), lab(4, 5), 0.2)],
    wrt=["W", "X"],
)


def softmax_lse(scores, y):
    N = scores.shape[0]
    lse = np.log(np.sum(np.exp(scores), axis=1))
    return np.mean(lse - scores[np.arange(N), y])


case(softmax_lse, (r(4, 3), lab(4, 3)), other=[(r(3, 5), lab(3, 5))])


Y4 = np.array([0, 2, 1, 1])


Y3 = np.array([1, 0, 3])


def cross_entropy(scores, y):
    N = scores.shape[0]
    probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    return -np.sum(np.log(probs[np.arange(N), y])) / N


case(cross_entropy, (r(4, 3), Y4), other=[(r(3, 5), Y3)])


def cross_entropy_mean(scores, y):
    scores = scores - np.max(scores, axis=1, keepdims=True)
    probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    correct_logprobs = -np.log(probs[range(len(y)), y])
    return np.mean(correct_logprobs)


case(cross_entropy_mean, (r(4, 3), Y4), other=[(r(3, 5), Y3)])


def cross_entropy_and_probs(scores, y):
    e = np.exp(scores)
    probs = e / np.sum(e, axis=1, keepdims=True)
    loss = -np.mean(np.log(probs[np.arange(len(y)), y]))
    return loss, probs


case(cross_entropy_and_probs, (r(4, 3), Y4), other=[(r(3, 5), Y3)])


def cross_entropy_log_softmax(x, y):
    shifted = x - np.max(x, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted), axis=1, keepdims=True)
    log_probs = shifted - np.log(Z)
    N = x.shape[0]
    return -np.sum(log_probs[np.arange(N), y]) / N


case(cross_entropy_log_softmax, (r(4, 3), Y4), other=[(r(3, 5), Y3)])


def cross_entropy_weighted(scores, y, weights):
    e = np.exp(scores)
    probs = e / np.sum(e, axis=1, keepdims=True)
    return np.sum(-np.log(probs[np.arange(len(y)), y]) * weights)


case(cross_entropy_weighted, (r(4, 3), Y4, u(4)), other=[(r(3, 5), Y3, u(3))])


def gp_nll(X, y, log_l, log_s, log_n):
    sq = np.sum(X**2, axis=1)[:, None] + np.sum(X**2, axis=1)[None, :] - 2 * X @ X.T
    K = np.exp(2 * log_s) * np.exp(-0.5 * sq / np.exp(2 * log_l)) + np.exp(2 * log_n) * np.eye(
        len(X)
    )
    L = np.linalg.cholesky(K)
    a = np.linalg.solve(K, y)
    return 0.5 * y @ a + np.sum(np.log(np.diag(L))) + 0.5 * len(y) * np.log(2 * np.pi)


case(gp_nll, (r(4, 2), r(4), 0.1, 0.2, -0.5), other=[(r(3, 3), r(3), 0.3, 0.1, -0.2)])


def giou(b1, b2):
    x1 = np.maximum(b1[:, 0], b2[:, 0])
    y1 = np.maximum(b1[:, 1], b2[:, 1])
    x2 = np.minimum(b1[:, 2], b2[:, 2])
    y2 = np.minimum(b1[:, 3], b2[:, 3])
    inter = np.clip(x2 - x1, 0, None) * np.clip(y2 - y1, 0, None)
    a1 = (b1[:, 2] - b1[:, 0]) * (b1[:, 3] - b1[:, 1])
    a2 = (b2[:, 2] - b2[:, 0]) * (b2[:, 3] - b2[:, 1])
    union = a1 + a2 - inter
    iou = inter / union
    return 1 - iou.mean()


def boxes(n):
    a = u(n, 2)
    return np.concatenate([a, a + u(n, 2)], axis=1)


case(giou, (boxes(4), boxes(4)), other=[(boxes(2), boxes(2))])


def tv(img):
    dh = img[:, 1:, :] - img[:, :-1, :]
    dw = img[:, :, 1:] - img[:, :, :-1]
    return np.sum(dh**2) + np.sum(np.abs(dw))


case(tv, (r(1, 3, 4),), other=[(r(2, 4, 3),)])


def triangle_area(verts, faces):
    a, b, c = verts[faces[:, 0]], verts[faces[:, 1]], verts[faces[:, 2]]
    return 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()


case(
    triangle_area,
    (r(5, 3), np.array([[0, 1, 2], [1, 2, 3], [2, 3, 4]])),
    other=[(r(4, 3), np.array([[0, 1, 2], [3, 1, 2]]))],
)


def sph(p, h):
    d2 = np.sum((p[:, None] - p[None]) ** 2, axis=2)
    w = np.maximum(0, h * h - d2) ** 3
    rho = w.sum(axis=1)
    return np.sum(rho**1.4)


case(sph, (r(4, 2), 1.7), other=[(r(5, 3), 1.4)])


def horner(coefs, x):
    return np.polyval(coefs, x) * np.polyval(coefs[:-1], x)


case(horner, (r(4), r(3)), other=[(r(3), r(5))])


def index_with_repeats(x, idx):
    return x[idx]


case(index_with_repeats, (r(3), np.array([0, 0, 2, 0])), other=[(r(4), np.array([3, 3]))])


def homography(h, p):
    q = np.concatenate([p, np.ones((len(p), 1))], axis=1) @ h.T
    return q[:, :2] / q[:, 2:3]


case(
    homography,
    (r(3, 3) / 5 + np.eye(3) * 2, r(4, 2)),
    other=[(r(3, 3) / 5 + np.eye(3) * 2, r(6, 2))],
)


def voronoi(p, sites, beta):
    d = ((p[:, None] - sites) ** 2).sum(-1)
    w = np.exp(-beta * d)
    w /= w.sum(1, keepdims=True)
    return w @ sites


case(voronoi, (r(4, 2), r(3, 2), 1.5), other=[(r(5, 3), r(2, 3), 0.5)])


def catmull(p, t):
    m = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2
    powers = t[:, None] ** np.arange(4)
    return powers @ m @ p


case(catmull, (r(4, 2), u(3)), other=[(r(4, 3), u(5))])


def tonemap(img, exposure, gamma):
    lum = img @ np.array([0.2126, 0.7152, 0.0722])
    scaled = exposure * lum / (1 + exposure * lum)
    return (img / lum[..., None] * scaled[..., None]) ** (1 / gamma)


case(tonemap, (u(2, 3, 3), 1.3, 2.2), other=[(u(3, 2, 3), 0.7, 1.8)])


def markov_entropy(p):
    p = np.exp(p) / np.exp(p).sum(1, keepdims=True)
    n = len(p)
    a = np.vstack([(p.T - np.eye(n))[:-1], np.ones(n)])
    pi = np.linalg.solve(a, np.eye(n)[-1])
    return -np.sum(pi[:, None] * p * np.log(p))


case(markov_entropy, (r(3, 3),), other=[(r(4, 4),)])


# numerical analysis
def simpson(y, h):
    return h / 3 * (y[0] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum() + y[-1])


case(simpson, (r(7), 0.3), other=[(r(9), 0.1), (r(5), 0.2)])


def aitken(x):
    d = np.diff(x)
    return x[:-2] - d[:-1] ** 2 / (d[1:] - d[:-1])


case(aitken, (np.cumsum(0.5 ** np.arange(6)) + u(6),), other=[(r(4),)])


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


# graphics
def rotate(q, v):
    q = q / np.linalg.norm(q)
    w, axis = q[0], q[1:]
    return v + 2 * np.cross(axis, np.cross(axis, v) + w * v)


case(rotate, (r(4), r(2, 3)), other=[(r(4), r(5, 3))])


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


def robot_arm(angles, lengths):
    heading = np.cumsum(angles)
    joints = np.cumsum(np.stack([lengths * np.cos(heading), lengths * np.sin(heading)]), axis=1)
    return joints[:, -1]


case(robot_arm, (r(3), u(3)), other=[(r(5), u(5))])


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


def median_filter(x):
    padded = np.pad(x, 1, mode="edge")
    stack = np.stack([padded[:-2], padded[1:-1], padded[2:]])
    return np.sort(stack, axis=0)[1]


case(median_filter, (r(5),), other=[(r(8),)])


def bags_of_words(emb, tokens, W):
    vecs = emb[tokens]
    return vecs.mean(axis=1) @ W


case(
    bags_of_words,
    (r(5, 4), np.array([[0, 1], [3, 3]]), r(4, 3)),
    other=[(r(6, 2), np.array([[0, 1, 1], [3, 3, 0], [5, 1, 2]]), r(2, 3))],
)


def sums_of_places(x, places):
    picked = x[places]
    return picked.sum(axis=0) ** 2


case(
    sums_of_places,
    (r(5), np.array([0, 1, 1, 4])),
    other=[(r(3), np.array([2, 2]))],
)


def means_of_chosen(x, chosen):
    picked = x[chosen]
    return picked.mean(axis=0) ** 2


case(
    means_of_chosen,
    (r(4, 2), np.array([True, False, True, True])),
    other=[(r(3, 3), np.array([False, True, True]))],
)
