"""Variables that hold an object or None: the best of several, what a search has found, a hit or no hit."""

import numpy as np

from tests.cases import case


class Body:
    def __init__(self, x, y):
        self.x, self.y = x, y


class Hit:
    def __init__(self, t, p):
        self.t, self.p = t, p


def hit(body, s):
    d = body.x - s
    if d < 0:
        return None
    return Hit(d, body.y * s)


class Bodies:
    def __init__(self):
        self.bodies = [Body(0.3, 0.1), Body(0.9, 0.4), Body(0.2, 0.7)]

    def largest(self, s):
        best = None
        for b in self.bodies:
            if best is None or b.x * s > best.x * s:
                best = b
        return best.y * s

    def smallest_above(self, s):
        best, least = None, np.inf
        for b in self.bodies:
            if s < b.x < least:
                best, least = b, b.x
        return best.y * s + least * best.x if best else s**2

    def first_above(self, s):
        found = None
        for b in self.bodies:
            if b.x > s:
                found = b
                break
        if found is None:
            return s**2
        return found.y * s + found.x

    def never_asked(self, s):
        best, value = None, -np.inf
        for b in self.bodies:
            if b.x * s > value:
                value = b.x * s
                best = b
        return best.y * value

    def nearest_hit(self, s):
        best = None
        for b in self.bodies:
            h = hit(b, s)
            if h is not None and (best is None or h.t < best.t):
                best = h
        if best is None:
            return 0.0
        return best.t * best.p

    def last_answer(self, s):
        last = None
        for b in self.bodies:
            last = hit(b, s)
        if last is None:
            return s**2
        return last.t * last.p


for method in (
    Bodies().largest,
    Bodies().smallest_above,
    Bodies().first_above,
    Bodies().never_asked,
    Bodies().nearest_hit,
    Bodies().last_answer,
):
    others = [(0.1,), (0.8,), (1.2,), (-0.4,)]
    case(method, (0.25,), other=others, name=method.__name__)


def on_one_side(x, s):
    h = None
    if s > 0:
        h = Hit(s, x)
    if h is None:
        return np.sum(x)
    return h.t * np.sum(h.p**2)


case(on_one_side, (np.array([0.3, -0.4]), 0.3), other=[(np.array([0.3, -0.4, 1.2]), -0.7)])


def by_ternary(x, s):
    h = Hit(s, x) if s > 0 else None
    return h.t * np.sum(h.p**2) if h is not None else np.sum(x)


case(by_ternary, (np.array([0.3, -0.4]), -0.3), other=[(np.array([0.3, -0.4, 1.2]), -0.7)])


class Sphere:
    def __init__(self, c, r, color):
        self.c, self.r, self.color = c, r, color

    def hit(self, o, d):
        oc = o - self.c
        b = oc @ d
        disc = b * b - (oc @ oc - self.r**2)
        if disc < 0:
            return None
        t = -b - np.sqrt(disc)
        return t if t > 1e-4 else None


class Scene:
    def __init__(self, light):
        a, b, c = np.array([0.0, 0.0, 5.0]), np.array([0.3, 0.2, 3.0]), np.array([3.0, 0.0, 6.0])
        colors = np.array([[0.9, 0.2, 0.1], [0.1, 0.8, 0.3], [0.4, 0.2, 0.7]])
        spheres = zip((a, b, c), (1.0, 0.7, 1.0), colors, strict=True)
        self.spheres, self.light = [Sphere(*one) for one in spheres], light

    def trace(self, o, d):
        best_t = np.inf
        best = None
        for s in self.spheres:
            t = s.hit(o, d)
            if t is not None and t < best_t:
                best_t = t
                best = s
        if best is None:
            return np.zeros(3)
        p = o + best_t * d
        n = (p - best.c) / best.r
        to_light = self.light - p
        to_light = to_light / np.linalg.norm(to_light)
        return best.color * max(0.0, n @ to_light)


def ray(x, y, *d):
    return np.array([x, y, 0.0]), np.array(d) / np.linalg.norm(d)


case(
    Scene(np.array([5.0, 5.0, -5.0])).trace,
    ray(0.05, 0.03, 0.02, 0.01, 1.0),
    other=[
        ray(-0.5, -0.3, 0.02, 0.01, 1.0),
        ray(0.1, 0.2, 0.45, 0.01, 1.0),
        ray(0.1, 0.2, 0.0, 1.0, 0.2),
    ],
    name="nearest_sphere",
)
