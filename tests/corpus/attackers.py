"""Functions made to break a generator: what cannot be right must be refused, never silently wrong."""

import numpy as np

from tests.corpus import Call, case, normal, uniform

r, u = normal(25), uniform(25)
COUNTER = {"calls": 0}


def evaluated(x):
    return eval("x * x")


case(evaluated, (r(3),), refused=None)


def executed(x):
    scope = {"x": x}
    exec("y = x * x", scope)
    return scope["y"]


case(executed, (r(3),), refused=None)


def locals_used(x):
    y = x * x
    return locals()["y"] * x


case(locals_used, (r(3),), refused=None)


def counts_calls(x):
    COUNTER["calls"] += 1
    return x * x


case(counts_calls, (r(3),), refused=None)


def through_python_list(x):
    values = x.tolist()
    return sum(v * v for v in values)


case(through_python_list, (r(3),), other=[(r(4),)], refused=None)


def through_float(x):
    return float(x[0]) * float(x[1])


case(through_float, (r(3),), other=[(r(2),)], refused=None)


def through_item(x):
    return x[0].item() * x.item(1)


case(through_item, (r(3),), refused=None)


def through_int(x):
    return int(x[0] * 10) * x[1]


case(through_int, (r(3),), other=[(r(2),)], refused=None)


def through_string(x):
    return float(str(x)) * x


case(through_string, (0.7,), refused=None)


def through_bytes(x):
    return np.frombuffer(x.tobytes()) * x


case(through_bytes, (r(3),), refused=None)


def through_integer_array(x):
    n = x.astype(int)
    return n * x


case(through_integer_array, (3 * r(3),), other=[(3 * r(2),)])


def through_vectorize(x):
    return np.vectorize(lambda v: v * v)(x)


case(through_vectorize, (r(3),), refused=None)


def through_apply(x):
    return np.apply_along_axis(lambda row: row * row[0], 1, x)


case(through_apply, (r(2, 3),), refused=None)


def through_object_array(x, y):
    a = np.array([x, y], dtype=object)
    return a[0] * a[1]


case(through_object_array, (0.5, 1.5), refused=None)


def through_complex(x):
    z = x + 1j * x**2
    return (z * z).real


case(through_complex, (r(3),), refused=None)


def through_key(x):
    table = {0.5: 2.0}
    return x * table.get(x, 1.0)


case(through_key, (0.6,), refused=None)


def through_sort_key(x, y):
    a, b = sorted([x, y])
    return a * 2 + b * b


case(through_sort_key, (0.5, 1.5), other=[(1.5, 0.5)], refused=None)


def through_size(x, n):
    y = np.zeros(int(n))
    return np.sum(y) + np.sum(x) * len(y)


case(through_size, (r(3), 2.0), wrt=("x",), other=[(r(3), 4.0)], refused=None)


def trips_by_value(x):
    y = 0.0
    for _ in range(int(x)):
        y = y + x * x
    return y


case(trips_by_value, (3.5,), other=[(2.2,), (5.7,)], refused=None)


def index_by_value(x, t):
    return x[int(t)] * t


case(index_by_value, (r(4), 2.5), other=[(r(4), 0.5)], refused=None)


def hidden_in_comparison(x):
    return x if (y := x * x) > 1 else y


case(hidden_in_comparison, (1.5,), other=[(0.5,)])


def side_effect_in_condition(x):
    parts = [x]
    if parts.append(x * x) is None:
        return parts[1] * x
    return x


case(side_effect_in_condition, (r(3),), refused=None)


def short_circuit(x, y):
    z = x > 0 and y * x
    return z * 2


case(short_circuit, (0.5, 1.5), refused=None)


def or_default(x, y):
    z = x * y or 1.0
    return z * x


case(or_default, (0.5, 1.5), refused=None)


def bool_times(x):
    return (x > 0) * x + (x <= 0) * x * x


case(bool_times, (0.5,), other=[(-0.5,)])


def comparison_sum(x):
    return x * np.sum(x > 0) + np.count_nonzero(x < 0) * x**2


case(comparison_sum, (r(4),), other=[(r(6),)])


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


case(returns_generator, (r(3),), refused=True)


def returns_string(x):
    return str(x)


case(returns_string, (0.5,), refused=True)


def writes_global(x):
    global SEEN
    SEEN = x * 2
    return SEEN * x


case(writes_global, (r(3),), refused=None)


def many_arguments(a, b, c, d, e, f, g, h, i, j, k, l, m):  # noqa: E741
    return a * b + c * d + e * f + g * h + i * j + k * l + m


case(many_arguments, tuple(r() for _ in range(13)))


def deep_expression(x):
    return np.sin(np.cos(np.tanh(np.sin(np.cos(np.tanh(np.sin(x * x) + x) * x) + x) * x) + x) * x)


case(deep_expression, (r(3),))


def wide_expression(x, y):
    return x * y + x / (2 + y**2) + x * x * y + np.sin(x) * y + x * np.cos(y) + y * np.exp(x) - x + y


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


case(zero_gradient_everywhere, (r(3),), refused=None)


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


case(stateful_iterator, (r(3),), refused=None)
