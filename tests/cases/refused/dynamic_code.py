"""Functions made to break a generator: what cannot be right must be refused, never silently wrong."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(25), uniform(25)
COUNTER = {"calls": 0}


def evaluated(x):
    return eval("x * x")


case(evaluated, (r(3),), refused="eval() hides which values it reads, so its gradient cannot be")


def executed(x):
    scope = {"x": x}
    exec("y = x * x", scope)
    return scope["y"]


case(executed, (r(3),), refused="exec() hides which values it reads, so its gradient cannot be")


def locals_used(x):
    y = x * x
    return locals()["y"] * x


case(
    locals_used, (r(3),), refused="locals() hides which values it reads, so its gradient cannot be"
)


def counts_calls(x):
    COUNTER["calls"] += 1
    return x * x


case(counts_calls, (r(3),))


def through_python_list(x):
    values = x.tolist()
    return sum(v * v for v in values)


case(through_python_list, (r(3),), other=[(r(4),)])


def through_float(x):
    return float(x[0]) * float(x[1])


case(through_float, (r(3),), other=[(r(2),)])


def through_item(x):
    return x[0].item() * x.item(1)


case(through_item, (r(3),))


def through_int(x):
    return int(x[0] * 10) * x[1]


case(through_int, (r(3),), other=[(r(2),)])


def through_string(x):
    return float(str(x)) * x


case(through_string, (0.7,), refused="a traced value that travels as text, bytes or in an object")


def through_bytes(x):
    return np.frombuffer(x.tobytes()) * x


case(through_bytes, (r(3),), refused="a traced value that travels as text, bytes or in an object")


def through_integer_array(x):
    n = x.astype(int)
    return n * x


case(through_integer_array, (3 * r(3),), other=[(3 * r(2),)])


def through_vectorize(x):
    return np.vectorize(lambda v: v * v)(x)


case(through_vectorize, (r(3),))


def through_apply(x):
    return np.apply_along_axis(lambda row: row * row[0], 1, x)


case(
    through_apply,
    (r(2, 3),),
)


def through_object_array(x, y):
    a = np.array([x, y], dtype=object)
    return a[0] * a[1]


case(through_object_array, (0.5, 1.5), refused="no gate fits np.array([x, y], dtype=object)")


def through_array_of_arrays(x):
    a = np.array([x, x * 2], dtype=object)
    return np.sum(a[0] * a[1])


case(through_array_of_arrays, (r(4),), refused="an array of objects cannot be differentiated")


def through_complex(x):
    z = x + 1j * x**2
    return (z * z).real


case(through_complex, (r(3),), refused="complex numbers are not supported")


def through_key(x):
    table = {0.5: 2.0}
    return x * table.get(x, 1.0)


case(through_key, (0.6,), refused="no gate fits table.get(x, 1.0)")


def through_sort_key(x, y):
    a, b = sorted([x, y])
    return a * 2 + b * b


case(through_sort_key, (0.5, 1.5), other=[(1.5, 0.5)])


def through_size(x, n):
    y = np.zeros(int(n))
    return np.sum(y) + np.sum(x) * len(y)


case(through_size, (r(3), 2.0), wrt=("x",), other=[(r(3), 4.0)])


def trips_by_value(x):
    y = 0.0
    for _ in range(int(x)):
        y = y + x * x
    return y


case(trips_by_value, (3.5,), other=[(2.2,), (5.7,)])


def index_by_value(x, t):
    return x[int(t)] * t


case(index_by_value, (r(4), 2.5), other=[(r(4), 0.5)])


def hidden_in_comparison(x):
    return x if (y := x * x) > 1 else y


case(hidden_in_comparison, (1.5,), other=[(0.5,)])


def side_effect_in_condition(x):
    parts = [x]
    if parts.append(x * x) is None:
        return parts[1] * x
    return x


case(
    side_effect_in_condition,
    (r(3),),
    refused="a call that changes parts inside an expression is not supported",
)


def short_circuit(x, y):
    z = x > 0 and y * x
    return z * 2


case(short_circuit, (0.5, 1.5), refused="no gate is known for x > 0 and y * x")


def or_default(x, y):
    z = x * y or 1.0
    return z * x


case(or_default, (0.5, 1.5), refused="no gate is known for x * y or 1.0")


def bool_times(x):
    return (x > 0) * x + (x <= 0) * x * x


case(bool_times, (0.5,), other=[(-0.5,)])


def comparison_sum(x):
    return x * np.sum(x > 0) + np.count_nonzero(x < 0) * x**2


case(comparison_sum, (r(4),), other=[(r(6),)])
