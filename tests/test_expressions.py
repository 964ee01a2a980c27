"""Gates on the way through: expressions in the spellings people use go in, their modules are judged like tests/cases.

Each expression is a function of the names it reads; `VALUES` gives each name an example, and another one of other sizes.
"""

import ast
import builtins
import importlib.util

import numpy as np
import pytest

from tests.cases import Call, Case
from tests.cases.judge import judge

OLD = np.lib.NumpyVersion(np.__version__) < "2.1.0"
OF_NUMPY_2 = ("np.trapezoid(", "np.clip(x, min=")
r = np.random.default_rng(7).standard_normal
u = np.random.default_rng(8).uniform


def square(n):
    return r((n, n)) + 3 * np.eye(n)


VALUES = {
    "x": (r((3, 4)), r((2, 5))),
    "y": (r((3, 4)), r((2, 5))),
    "p": (u(0.4, 0.9, (3, 4)), u(0.4, 0.9, (2, 5))),
    "v": (r(4), r(5)),
    "w": (r(4), r(5)),
    "m": (r((4, 2)), r((5, 3))),
    "k": (r(3), r(2)),
    "q": (square(3), square(2)),
    "z": (r((2, 3, 4)), r((3, 2, 5))),
    "t": (r((2, 4, 3)), r((3, 5, 2))),
    "c": (r((3, 1)), r((2, 1))),
    "e": (r((4, 6)), r((2, 4))),
    "a": (0.7, -0.4),
    "b": (1.3, 0.6),
    "xs": ([0.3, -0.8, 0.5], [0.9, 0.1, -0.2, 0.6]),
    "rows": ([r(4), r(4)], [r(3), r(3), r(3)]),
    "i": (np.array([0, 2, 2]), np.array([1, 1])),
    "n": (2, 3),
}

EXPRESSIONS = """
x + y - 2 * x
x * y / (1 + p)
-x / p + (+y)
1 / p - 3 / p
p**2 + p**3 + p**0.5 + p**-1 + p**-0.5 + p**1.5
p**4 + p**5 + p**2.5 + p**-3
2**x + np.e**y + 2.5**a
p**y
p ** abs(y)
np.power(p, a)
np.float_power(p, 3)
x % 0.7 + np.mod(x, 1.3)
np.fmod(x, 0.7)
x // 0.7 * y
np.add(x, y) * np.subtract(x, y) / np.divide(y, p)
np.multiply(x, np.negative(y)) + np.true_divide(x, p)
np.exp(x) + np.exp2(x) + np.expm1(y)
np.log(p) + np.log2(p) * np.log10(p) + np.log1p(p)
np.sqrt(p) + np.cbrt(p) + np.square(x) + np.reciprocal(p)
np.sin(x) * np.cos(x) + np.tan(p)
np.arcsin(p) + np.arccos(p) * np.arctan(x)
np.sinh(x) * np.cosh(y) - np.tanh(x)
np.arcsinh(x) + np.arccosh(1 + p) + np.arctanh(p)
np.arctan2(x, p) + np.hypot(x, y)
np.abs(x) + np.absolute(y) + np.fabs(x) + abs(y)
np.logaddexp(x, y) + np.logaddexp2(x, a)
sum(np.meshgrid(v, k, indexing="ij")) ** 2
np.select([x > 0.5, x > 0], [x, 2 * y], default=y * x)
np.select([x > y], [x])
np.sinc(x) + np.deg2rad(x) + np.radians(x) + np.rad2deg(y) + np.degrees(y)
np.maximum(x, y) * np.minimum(x, 0.1) + np.fmax(x, a) + np.fmin(b, y)
np.maximum(0, x) + np.maximum(y, 0.0)
np.clip(x, -0.5, 0.5) + y.clip(-0.2, None) + np.clip(y, None, 0.3)
x.clip(min=-0.5) + x.clip(max=0.5) + np.clip(x, min=-0.3, max=0.6)
np.clip(x, a, b)
np.where(x > 0, x, 0.1 * x)
np.where(x > y, x, y) + np.where(y > 0, 1.0, x)
np.where(a > 0, a * b, b)
np.nan_to_num(x) + np.real(x) + x.real + np.conj(y) + y.conj()
np.copysign(p, y)
np.heaviside(x, 0.5) * y + np.sign(x) * y
np.floor(x) * y + np.ceil(y) * x + np.rint(x) + np.trunc(y) * x + np.round(x, 1) * y
1 / (1 + np.exp(-x))
1.0 / (np.exp(-x) + 1)
np.exp(x) / (1 + np.exp(x))
(1 + np.exp(-x)) ** -1
x * (x > 0) + y * (y >= 0)
max(a, b) * min(a, b) + max(a, 0)
np.sum([a, b]) * np.exp(xs).sum() + np.max([a, b])
np.mean([a, b])
np.concatenate([[a], v, [b, 1.0]])
np.hstack([a, v, b])
np.array([[a, b], xs[:2]])
np.dot(xs, xs)
max(a, b, 0.1) * min(a, b, 3.0)
max([a, b, 0.2]) + min((a, b))
max(xs) * min(xs)
sum(xs) * a
sum([a, b, a * b])
sum(xs) / len(xs)
sum(xs, 0.0) * sum([a, b], 1.0)
(xs + [a, b])[1] * xs[0]
sum(rows) * 2
sum([v, w, v]) * w
np.sum(xs) * np.max(xs) + np.mean(xs)
np.min((a, b)) + np.mean((a, b))
sum(v) * max(v)
sum(x)
abs(a) + pow(b, 3) + round(a) * b + float(a)
math.exp(a) + math.log(b) * math.sqrt(b) + math.sin(a) * math.cos(b)
math.tan(a) + math.atan(a) * math.asin(a / 2) + math.acos(b / 2)
math.sinh(a) + math.cosh(a) * math.tanh(b) + math.asinh(a) + math.acosh(1 + b) + math.atanh(a / 2)
math.log(b, 2) + math.log2(b) + math.log10(b) * math.log1p(b) + math.expm1(a)
math.pow(b, 2.5) + math.fabs(a) + math.hypot(a, b) + math.atan2(a, b)
math.hypot(a, b, 1.0) + math.degrees(a) + math.radians(b) + math.copysign(b, a)
math.floor(b) * a + math.ceil(a) * b
math.fsum(xs) * math.fsum([a, b])
math.prod(xs)
math.prod([a, b, 2.0])
math.dist(xs, [0.0] * len(xs))
math.erf(a) + math.erfc(b)
np.sum(x) * np.sum(y, axis=0)
np.sum(x, 1) * x.sum(axis=-1) + x.sum(axis=1, keepdims=True)[:, 0]
z.sum(axis=(0, 2)) * np.sum(z, axis=(0, -1)) + z.sum()
np.sum(z, (0, 1), keepdims=True) + z.sum(keepdims=True)
np.mean(x) * x.mean(axis=0) + np.mean(x, 1, keepdims=True)
np.mean(z, axis=(0, 1)) + z.mean((1, 2), keepdims=True)
np.max(x) * x.max(axis=0) + np.amax(x, axis=1, keepdims=True)
np.min(x) * x.min(0) + np.amin(x, 1, keepdims=True) + np.min(z)
z.max(axis=(0, 1)) + np.max(z, axis=-1, keepdims=True)
np.prod(v) + np.prod(x) + x.prod(axis=0)
np.var(x) + np.std(x, axis=0) * x.var(axis=0) + x.std(axis=1, keepdims=True)
np.var(x, ddof=1) + np.std(x, axis=1, ddof=1, keepdims=True)
np.std(z, axis=(0, 2)) * z.var(axis=(0, 2), ddof=1)
np.nansum(x, axis=0) * np.nanmean(x) + np.nanmax(x)
np.average(x) + np.average(x, axis=0) + np.average(p, weights=p**2)
np.average(x, axis=1, weights=v)
np.average(x, axis=0, weights=p) + np.average(x, axis=0, weights=k)
np.median(x) + np.median(v)
np.median(x, axis=1)
np.quantile(x, 0.3) + np.percentile(v, 40)
np.ptp(x) + np.ptp(x, axis=0)
np.cumsum(v) * v.cumsum()
np.cumsum(x, axis=1) + x.cumsum(axis=0) + np.cumsum(x).reshape(x.shape)
np.cumprod(v) + v.cumprod()
np.cumprod(p, axis=1)
np.diff(v) * np.ediff1d(v)
np.diff(x, axis=0) ** 2
np.diff(x)
np.trapezoid(v)
np.trapezoid(v, dx=0.3)
np.trapezoid(v, w)
np.log(np.sum(np.exp(x), axis=1))
x - np.log(np.sum(np.exp(x), axis=1, keepdims=True)) + np.log(np.sum(np.exp(v)))
np.max(x) + np.log(np.sum(np.exp(x - np.max(x))))
np.max(x, axis=1, keepdims=True) + np.log(np.sum(np.exp(x - np.max(x, axis=1, keepdims=True)), axis=1, keepdims=True))
x @ v + x.dot(w) + np.dot(x, v) + np.matmul(x, w)
v @ m + v.dot(m) + np.dot(w, m)
x @ m
x.dot(m) + np.dot(x, m) + np.matmul(x, m)
v @ w + v.dot(w) * np.dot(v, w)
z @ m + z.dot(m)
z @ v + np.dot(z, w)
z @ t
v @ t
x.T @ x + (y.T @ x).T
z @ z.transpose(0, 2, 1)
np.matmul(z, np.swapaxes(z, -1, -2))
v.dot(t)
np.dot(m.T, t)
np.outer(v, w) + np.outer(v, v)
np.inner(v, w) * np.inner(x, v)
np.inner(x, y)
np.vdot(v, w) + np.vdot(x, y)
np.kron(v, k)
np.kron(x, q)
np.tensordot(x, m, axes=1) + np.tensordot(x, m, axes=([1], [0]))
np.tensordot(z, t, axes=([1, 2], [2, 1]))
np.tensordot(z, t, axes=([2, 0], [1, 0]))
np.tensordot(x, y)
np.tensordot(v, k, axes=0)
np.einsum("ij,jk->ik", x, m)
np.einsum("ij,ij->i", x, y) + np.einsum("ij,j", x, v)
np.einsum("bij,bjk->bik", z, t)
np.einsum("...ij,...jk->...ik", z, t)
np.einsum("...i,i->...", z, v)
np.einsum("ii", q) * np.einsum("ii->i", q)
np.einsum("i,j,i->j", v, w, v)
np.einsum("ij->ji", x) + np.einsum("ij->j", x)[:, None]
np.einsum("i,ij,kj->k", k, x, y, optimize=True)
np.linalg.norm(x) * np.linalg.norm(v)
np.linalg.norm(x, axis=1) + np.linalg.norm(x, axis=-1, keepdims=True)[:, 0]
np.linalg.norm(v, 1) + np.linalg.norm(v, 2) + np.linalg.norm(v, np.inf) + np.linalg.norm(v, 3)
np.linalg.norm(x, ord=1, axis=1) + np.linalg.norm(x, 2, 1) + np.linalg.norm(x, np.inf, axis=1)
np.linalg.norm(x, "fro")
np.linalg.det(q) * np.trace(q)
np.linalg.slogdet(q)[1] + np.trace(q, 1)
np.linalg.inv(q) @ q.T
np.linalg.solve(q, k) + np.linalg.solve(q, q[:, 0])
np.linalg.solve(q, x)
np.linalg.matrix_power(q, 2) + np.linalg.matrix_power(q, 3) + np.linalg.matrix_power(q, 4)
np.linalg.multi_dot([x, m, m.T])
np.linalg.pinv(m)
np.linalg.eigvalsh(q @ q.T) * np.linalg.svd(q, compute_uv=False)
np.linalg.cholesky(q @ q.T)
x.reshape(-1) * np.ravel(y) + x.flatten()
x.reshape(x.shape[1], -1) + np.reshape(y, (y.shape[1], y.shape[0]))
x.T * np.transpose(y) + x.transpose()
z.transpose(2, 0, 1) * np.transpose(z, (2, 0, 1))
np.swapaxes(z, 0, 2) + z.swapaxes(0, -1) + np.moveaxis(np.moveaxis(z, 0, -1), 1, 0)
np.rollaxis(z, 2) * np.rollaxis(z, 2, 0)
np.expand_dims(v, 0) * np.expand_dims(v, axis=1) + v[:, None] + v[np.newaxis]
np.squeeze(c) * c.squeeze(axis=1) + c[:, 0]
np.atleast_2d(v) + np.atleast_1d(v)
np.concatenate([x, y]) * np.concatenate((y, x), axis=0)
np.concatenate([x, y, x], axis=1) + np.concatenate([y, x, y], axis=-1)
np.concatenate([v, np.zeros(2), w])
np.concatenate(rows) ** 2
np.stack([v, w]) + np.stack((w, v), axis=0)
np.stack([x, y], axis=1) * np.stack([x, y], axis=-1).swapaxes(1, 2)
np.stack(rows)
np.vstack([x, y, v]) * 2
np.vstack((v, w)) + np.hstack([v, w]).reshape(2, -1)
np.hstack([x, y]) + np.hstack((x, c, y[:, 1:]))
np.column_stack((v, w)) * np.column_stack([w, v])
np.column_stack([x, c])
np.dstack([x, y]) + np.dstack((x, y))
np.append(v, w) * np.append(w, v)
np.append(x, y, axis=1)
np.append(v, a)
np.split(x, [1], axis=1)[1]
np.hsplit(e, 2)[0] * np.split(e, 2, axis=1)[1]
np.vsplit(e, 2)[1] + np.array_split(e, 2)[0]
np.tile(v, 2) + np.tile(v, n)[: 2 * v.size]
np.tile(x, (2, 1)) * np.tile(y, (2, 1))
np.tile(v, (n, 1))
np.repeat(v, 2) * v.repeat(2)
np.repeat(x, n, axis=1) + np.repeat(x, n, axis=-1)
np.repeat(x, 2)
np.repeat(v[:3], [1, 0, 2])
np.roll(v, 1) * np.roll(x, -1, axis=1)
np.roll(x, (1, 2), axis=(0, 1))
np.flip(x) + np.flip(x, 0) * np.fliplr(x) + np.flipud(x) + x[::-1]
np.rot90(x) + np.rot90(y, 3)[::-1]
np.pad(x, 1) * np.pad(y, ((1, 1), (1, 1)))
np.pad(x, ((0, 0), (n, n)), mode="constant")
np.pad(v, (1, 2), "constant", constant_values=1.0)
np.broadcast_to(v, x.shape) * x
np.broadcast_to(a, (2, 3)) * b
np.array([a, b, a * b]) * 2
np.array([[a, b], [b, 1.0]]) @ np.array([a, b])
np.array(xs) ** 2
np.asarray(x) * np.array(y) + np.asarray([v, w])[0]
np.array([v, w, v * w])
np.array(rows).T
x.copy() * np.copy(y) + np.ascontiguousarray(x.T).T
x.astype(float) * y.astype(np.float64)
x.astype(int) * y + (x > 0).astype(float)
float(np.sum(x)) * np.float64(a) + v.sum().item()
np.diag(v) + np.diag(w)
np.diag(q) * np.diagonal(q) + q.diagonal()
np.diag(v, 1)
np.tril(x) + np.triu(y, 1) * np.tril(x, -1)
np.full((2, 3), a) * b
np.full_like(x, a) + x
np.zeros_like(x) + x * np.ones_like(x) + np.ones(x.shape) * x
np.linspace(a, b, 5)
sum(np.meshgrid(v, k)) * 2
x[i % 2] * 2
x[0] * x[:, 1].sum() + x[-1, 1:].sum()
x[1:] * x[:-1] + x[..., ::2].sum()
x[x > 0]
np.take(v, i) + v.take(i)
np.take(x, i, axis=1) * x.take([0], axis=1)
np.take_along_axis(x, np.argsort(x, axis=1), axis=1)
np.choose(i % 2, [k[0], k[1]])
np.compress(v > 0, v)
np.extract(v > 0, v) * 2
np.insert(v, 1, a)
np.delete(v, 1) ** 2
np.sort(v) * np.sort(x, axis=None)[: v.size]
np.sort(x) + np.sort(x, axis=0)
np.sort(v)[::-1][:2]
x[np.arange(x.shape[0]), np.argmax(x, axis=1)]
np.convolve(v, k) * 2
np.convolve(v, k, mode="valid") + np.correlate(v, k)
np.convolve(v, k, mode="same")
np.interp(0.3, np.array([0.0, 1.0]), np.array([a, b]))
np.cross(k[:3], np.array([1.0, 2.0, 3.0])) if k.size > 2 else k * 1.0
scipy.special.expit(x) + scipy.special.logit(p)
scipy.special.erf(x) * scipy.special.gammaln(p)
scipy.special.xlogy(p, p) + scipy.special.rel_entr(p, 1 - p)
scipy.special.logsumexp(x) + scipy.special.logsumexp(x, axis=1)
scipy.special.softmax(x, axis=1) * scipy.special.log_softmax(x, axis=1)
scipy.special.softmax(v)
np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
np.exp(v) / np.sum(np.exp(v))
np.exp(x - np.max(x, axis=1, keepdims=True)) / np.sum(np.exp(x - np.max(x, axis=1, keepdims=True)), axis=1, keepdims=True)
np.isfinite(x) * y + np.isnan(x) * x
x.size * a + x.ndim * b + len(v) * a + np.shape(x)[0] * b
np.sqrt(x.shape[1]) * a
np.searchsorted(np.array([0.0, 1.0]), v) * w
np.polyval([a, b, 1.0], 2.0)
np.allclose(x, y) * a + np.array_equal(x, y) * b
np.add.reduce(x)
np.multiply.outer(v, w)
x.sum(axis=0).max() * np.square(x).mean()
((x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)) @ m
np.bincount(i, minlength=3)[:2].sum() * a
""".strip().splitlines()


def reads(expression):
    tree = ast.parse(expression, mode="eval")
    found = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)]
    return [n for n in dict.fromkeys(found) if n in VALUES]


def loaded(text, folder, number):
    """Return the function `forward` of a file, so that it has a source."""
    file = folder / f"forward{number}.py"
    file.write_text(text)
    spec = importlib.util.spec_from_file_location(f"forward{number}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.forward


def function(
    expression, folder, number, imports="import math\nimport numpy as np\nimport scipy.special"
):
    """Return a function that returns an expression."""
    header = f"def forward({', '.join(reads(expression))}):"
    return loaded(f"{imports}\n\n\n{header}\n    return {expression}\n", folder, number)


def verdict(expression, folder, number, imports=None):
    made = function(expression, folder, number, *([imports] if imports else []))
    names = reads(expression)
    example, other = (Call(*(VALUES[n][k] for n in names)) for k in (0, 1))
    wanted = tuple(n for n in names if n not in ("i", "n"))
    try:
        made(*other.args)
        others = [other]
    except (ValueError, IndexError):
        others = []
    return judge(Case(expression, made, example, wanted, others))


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("number", range(len(EXPRESSIONS)), ids=lambda i: EXPRESSIONS[i])
def test_expression_is_differentiated_rightly(number, tmp_path):
    expression = EXPRESSIONS[number]
    if OLD and any(word in expression for word in OF_NUMPY_2):
        pytest.skip("NumPy 1.26 has no such function, or no such argument")
    found = verdict(expression, tmp_path, number)
    assert found.outcome == "right", found.detail


@pytest.mark.parametrize(
    ("imports", "expression"),
    [
        ("import numpy as xp", "xp.exp(x) * xp.sum(y, axis=0)"),
        ("from numpy import exp as e_, sum, tanh", "e_(x) * sum(tanh(y), axis=0)"),
        ("import numpy\nimport math as mm", "numpy.log(p) * mm.exp(a)"),
        ("from math import exp, log\nimport numpy as np", "exp(a) * log(b) + np.exp(x)"),
        ("import numpy as np\nfrom numpy.linalg import norm, solve", "norm(x) * solve(q, k)"),
        ("import numpy as np\nfrom scipy import special", "special.expit(x)"),
        ("import numpy as np\nfrom scipy.special import erf, expit", "erf(x) + expit(x)"),
        ("import numpy as np\nimport numpy.linalg as la", "la.inv(q) @ la.norm(q, axis=0)"),
    ],
)
def test_names_of_imports_do_not_matter(imports, expression, tmp_path):
    found = verdict(expression, tmp_path, abs(hash(expression)) % 10**6, imports)
    assert found.outcome == "right", found.detail


def test_names_read_are_known():
    for expression in EXPRESSIONS:
        tree = ast.parse(expression, mode="eval")
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        assert names - {"np", "math", "scipy"} - set(dir(builtins)) <= set(VALUES)
