"""Sizes, counts and masks a generator might freeze; expressions wide and deep."""

import numpy as np

from tests.corpus import Call, case, normal, uniform

r, u = normal(46), uniform(46)


def overflow_guard(x):
    with np.errstate(over="ignore"):
        return np.where(x > 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


case(overflow_guard, (r(4),), other=[(np.array([3.0, -3.0]),)])


def double_where(x):
    safe = np.where(x > 0, x, 1.0)
    return np.where(x > 0, np.log(safe), 0.0)


case(double_where, (r(4),), other=[(r(6),)])


def ties(x):
    return np.max(x) * 2


case(ties, (np.array([1.0, 3.0, 2.0]),), other=[(np.array([0.5, 0.2]),)])


def freeze_constant(x, n):
    scale = 1.0 / n
    total = sum(range(n))
    return x * scale * total


case(freeze_constant, (r(3), 4), other=[(r(3), 7)])


def frozen_shape_arithmetic(x):
    n, d = x.shape
    k = n * d // 2 + len(x)
    return x * k / (n + d)


case(frozen_shape_arithmetic, (r(2, 2),), other=[(r(3, 4),), (r(4, 3),)])


def frozen_reshape(x):
    n = x.shape[0]
    return x.reshape(n // 2, 2, -1).sum(axis=1)


case(frozen_reshape, (r(4, 4),), other=[(r(6, 2),), (r(2, 3),)])


def equal_sizes(a, b, c):
    return np.mean(a, axis=0) * np.sum(b, axis=1) + np.mean(c)


case(equal_sizes, (r(3, 3), r(3, 3), r(3, 3)), other=[(r(5, 2), r(2, 4), r(1, 7))])


def split_by_size(x, w):
    k = w.shape[0]
    return x[:, :k] @ w + x[:, k:].sum(axis=1, keepdims=True)


case(split_by_size, (r(2, 4), r(2, 2)), other=[(r(3, 5), r(1, 3)), (r(1, 3), r(2, 4))])


def mean_of_sliced(x):
    return np.mean(x[1:], axis=0) + np.mean(x[:, 1:])


case(mean_of_sliced, (r(3, 3),), other=[(r(4, 2),), (r(2, 5),)])


def mean_of_concatenated(x, y):
    return np.mean(np.concatenate((x, y), axis=0), axis=0) ** 2


case(mean_of_concatenated, (r(2, 3), r(2, 3)), other=[(r(1, 2), r(4, 2))])


def infinite_looking(x):
    k = 0
    while not k > 2:
        x = x * 0.9 + 0.1
        k = k + 1
    return x


case(infinite_looking, (r(3),))


def assertion_on_value(x):
    assert x > 0, "positive only"
    return x**0.5


case(assertion_on_value, (0.5,), other=[(1.5,)])


def returns_generator(x):
    return (x * k for k in range(3))


case(returns_generator, (r(3),), refused="a generator or set of traced values is not supported")


def returns_string(x):
    return str(x)


case(returns_string, (0.5,), refused="the function returns text, which has no gradient")


def writes_global(x):
    global SEEN
    SEEN = x * 2
    return SEEN * x


case(writes_global, (r(3),), refused="a function that changes global variables cannot be")


def many_arguments(a, b, c, d, e, f, g, h, i, j, k, l, m):  # noqa: E741
    return a * b + c * d + e * f + g * h + i * j + k * l + m


case(many_arguments, tuple(r() for _ in range(13)))


def deep_expression(x):
    return np.sin(np.cos(np.tanh(np.sin(np.cos(np.tanh(np.sin(x * x) + x) * x) + x) * x) + x) * x)


case(deep_expression, (r(3),))


def wide_expression(x, y):
    return (
        x * y + x / (2 + y**2) + x * x * y + np.sin(x) * y + x * np.cos(y) + y * np.exp(x) - x + y
    )


case(wide_expression, (r(3), r(3)))


def name_of_builtin_gradient(el, ate, range_):
    el = el * ate
    ate = np.sin(el)
    return ate * range_


case(name_of_builtin_gradient, (r(3), r(3), r(3)))


def keyword_like(x, lambda_, class_):
    return x * lambda_ + class_ * x


case(keyword_like, (r(3),), {"lambda_": 0.5, "class_": 1.5}, other=[Call(r(2), 1.0, 2.0)])


def zero_gradient_everywhere(x):
    return np.sign(x) * 2.0


case(zero_gradient_everywhere, (r(3),))


def detached(x):
    mask = np.asarray(x > 0, dtype=float)
    weights = np.floor(x) + mask
    return weights * x


case(detached, (r(4),), other=[(r(2),)])


def same_value_two_paths(x):
    a = np.exp(x)
    b = np.exp(x)
    a = a * b
    return a + b


case(same_value_two_paths, (r(3),))


def stateful_iterator(x):
    parts = iter([x, x * x, x * 3])
    return next(parts) * next(parts) + next(parts)


case(stateful_iterator, (r(3),), refused="no gate fits next(parts)")


def seen_in_a_set(x):
    seen = set()
    total = 0.0
    for i in range(len(x)):
        if i % 3 not in seen:
            seen.add(i % 3)
            total = total + x[i] ** 2
    return total


def generator_kept(x):
    squares = (v * v for v in x)
    return sum(squares) + x[0]


case(seen_in_a_set, (r(5),), other=[(r(2),), (r(7),)])
case(generator_kept, (r(3),), other=[(r(5),)], refused="no gate fits sum(squares)")
