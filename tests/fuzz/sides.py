"""One statement at a time put on a side that neither the example nor small changes of it take. In: choices. Out: a `Program`.

Whatever stands there was traced by a forced run only. The other arguments take the side; their gradients must be right, or the module
must say that the side was never judged.
"""

from __future__ import annotations

import numpy as np

from tests.fuzz import Choices, Program

HEAD = """
import numpy as np


def settle(z, s):
    z = z * s
    s = s + 1.0
    return z + s


def changed(z, s):
    z[0] = z[0] * s
    return z


def f(x, y, k, i, p):
    c = 1.5
    u = x * 1.0
    v = np.sin(x) + y
    d = {"a": c, "x": u}
    q = np.array([1.0, 2.0, 3.0])
    parts = [u * 1.0, v * 1.0]
    a = y * 2.0
"""
TESTS = [
    "k > 1000",
    "len(x) > 50",
    "np.sum(x) > 900",
    "k == 77",
    "not k < 500",
    "x[0] > 100.0 or k > 900",
    "k % 7 == 5",
]
STATEMENTS = [
    # passive values
    "c = 3.0",
    "c += 1.0",
    "c = d['a'] * 2.0; d['a'] = 5.0",
    "q[0], q[1] = q[1], q[0]",
    "q[1:] = q[:-1].copy()",
    "q = q[::-1]",
    "q *= 2.0",
    "q[i] = 4.0",
    "np.add.at(q, i, 1.0)",
    "d['a'] = c * 4.0; c = 7.0",
    "d = {**d, 'a': 9.0}",
    "i = i[::-1]",
    "i = np.array([1, 1])",
    "k = 3",
    # traced values
    "a = np.sum(u * v)",
    "a += np.sum(p['w'] ** 2)",
    "a = a * c; c = a",
    "a, y = y, a",
    "u, v = v, u",
    "u = v",
    "u = v[::-1]",
    "u += v",
    "u *= a",
    "v = u; v = v * 2.0",
    "u[0] = a",
    "u[0], u[1] = u[1], u[0]",
    "u[1:] *= 3.0",
    "u[i] = a",
    "u[i] += v[:2]",
    "np.add.at(u, i, a)",
    "u[u > 0] = 0.0",
    "u[0] = u[1] = np.sin(u[2]) * u[0]",
    "t = u[:2]; t *= 2.0",
    "t = u.reshape(-1); t[0] = a",
    "t = u; t += 1.0",
    "d['x'] = v * 2.0",
    "d['x'] = d['x'] * a",
    "d['x'] += v",
    "d['a'] = a; c = a * 2.0",
    "parts.append(u * a)",
    "parts[0] = v * 3.0",
    "parts = parts[::-1]",
    "parts = [z * 2.0 for z in parts]",
    "parts.pop()",
    "u = settle(u, a)",
    "u = changed(u * 1.0, a)",
    "a = settle(a, c)",
    "for j in range(k % 5): u = u * 0.5 + x",
    "for j in range(len(u)): u[j] = u[j] * v[j]",
    "for j in range(1, 3): u[j] = u[j - 1] * v[j]",
    "u = np.where(u > 0, u, v)",
    "u = np.maximum(u, v)",
    "u = x / np.sum(x ** 2)",
    "u = np.sqrt(x ** 2 + 1.0)",
    "u = np.cumsum(u)",
    "v = np.zeros(len(x)); v[0] = a",
    "g = lambda z: z * a; a = a + 1.0; u = g(u)",
    "p['b'] * 1.0",
    "a = p['b']; v = v * p['w']",
    "return v * a",
    "return u * c + p['w']",
]


def program(draw: Choices) -> Program:
    """One statement behind one test."""
    statement, test = draw.choice(STATEMENTS), draw.choice(TESTS)
    level, lines = "    ", [f"if {test}:"]
    lines += [f"    {part}" for part in statement.split("; ")]
    where = draw.randint(0, 2)
    if where == 1:
        lines = ["for trip in range(2):", *(level + line for line in lines)]
    elif where == 2:
        lines += ["else:", f"    {draw.choice(['a = a + 1.0', 'u = u * 0.5', 'c = 2.5'])}"]
    after = draw.choice(["", "u = u * 2.0", "a = a * y", "v[0] = 0.0"])
    lines += [after] if after else []
    lines.append(
        "return (u * c + v * d['a'] + d['x']) * a + np.sum(q) * x + sum(parts) + p['w'] * p['b']"
    )
    return Program(
        HEAD + "\n".join(level + line for line in lines) + "\n", arguments(0, 3, 2), OTHER
    )


def arguments(seed: int, n: int, k: int, shift: float = 0.0) -> tuple[object, ...]:
    """Arguments of f of length n."""
    rng = np.random.default_rng(seed)
    x, w = rng.uniform(0.2, 1.0, n) + shift, rng.uniform(-1.0, 1.0, n)
    y, b = float(rng.uniform(0.2, 1.0)), float(rng.uniform(0.2, 1.0))
    return x, y, k, np.array([0, 2]), {"w": w, "b": b}


OTHER = (
    arguments(1, 3, 2000),
    arguments(2, 3, 77),
    arguments(3, 60, 2),
    arguments(4, 3, 2, 400.0),
    arguments(5, 4, 75),
)
