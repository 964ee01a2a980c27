"""Every form of assignment, and statements that only look on: prints, asserts, f-strings."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(3), uniform(3)


def tuple_assignment(x, y):
    a, b = x * y, x + y
    return a * b


case(tuple_assignment, (r(3), r(3)))


def nested_assignment(x, y):
    (a, (b, c)), d = (x, (y, x * y)), 2.0
    return a * b + c * d


case(nested_assignment, (r(3), r(3)))


def starred_assignment(x):
    first, *middle, last = x
    return first * last + middle[0] * middle[1]


case(starred_assignment, ([0.5, 1.5, -0.7, 0.2],))


def starred_call(v, w):
    return np.add(*[v * w, w])


case(starred_call, (r(3), r(3)))


def chained_assignment(x, y):
    a = b = x * y
    return a * np.sin(b)


case(chained_assignment, (r(3), r(3)))


def chained_then_changed(x, y):
    a = b = x * y
    a = a * 2
    return a * b


case(chained_then_changed, (r(3), r(3)))


def chained_alias_in_place(x, y):
    a = b = x * y
    a += y
    return a * b


case(chained_alias_in_place, (r(3), r(3)))


def annotated_assignment(x: np.ndarray, w: float) -> float:
    y: np.ndarray = x * w
    total: float = np.sum(y * y)
    return total


case(annotated_assignment, (r(3), 0.7))


def walrus(x, y):
    return (s := x + y) * s + np.tanh(s)


case(walrus, (r(3), r(3)))


def walrus_in_call(x):
    y = np.exp(z := x * 0.5) * z
    return y + z


case(walrus_in_call, (r(3),))


def augmented_add(x, y):
    z = x * y
    z += x
    z += y * 2
    return z


case(augmented_add, (r(3), r(3)))


def augmented_multiply(x, y):
    z = x + 1.0
    z *= y
    z *= z
    return z


case(augmented_multiply, (r(3), r(3)))


def augmented_scalar(x, y):
    z = x
    z += y
    z *= x
    z -= y * z
    z /= 2 + x**2
    return z


case(augmented_scalar, (0.5, -1.5))


def augmented_divide(x, y):
    z = x * 1.0
    z /= y
    z -= x
    return z * z


case(augmented_divide, (r(3), u(3)))


def augmented_power(x):
    z = x * 0.5
    z **= 2
    return z + x


case(augmented_power, (r(3),))


def augmented_matmul(x, w):
    x = x * 2
    x @= w
    return np.tanh(x)


case(augmented_matmul, (r(3, 3), r(3, 3)))


def augmented_scalar_name_of_array_sum(x):
    total = 0.0
    total += np.sum(x)
    total += np.sum(x**2)
    return total


case(augmented_scalar_name_of_array_sum, (r(3),))


def named_and_read_again(x):
    shares = (e := np.exp(x)) / e.sum()
    return np.concatenate([p := shares * x, p])


case(named_and_read_again, (r(3),), other=[(r(5),)])


def doubled(a, b):
    c = a * b
    return np.exp(c) * c


def named_and_handed_on(x):
    return doubled((t := np.sin(x)), t) + t


case(named_and_handed_on, (r(3),), other=[(r(5),)])


# what is read before a walrus binds it anew


def read_and_bound_anew(x):
    y = x + (x := 2 * x)
    return np.sum(y * x)


case(read_and_bound_anew, (r(3),), other=[(r(5),)])


def counter_in_an_index(x):
    i = 0
    return x[i] * x[(i := i + 1)] + x[i]


case(counter_in_an_index, (r(3),), other=[(r(5),)])


def change_from_step_to_step(x, trips):
    total = 0.0
    for _ in range(trips):
        total += np.sum(x - (x := np.tanh(x)))
    return total


case(change_from_step_to_step, (r(3), 2), other=[(r(4), 3), (r(2), 0)])


def asked_of_both(x):
    if np.sum(x) < np.sum(x := 2 * x):
        return np.sum(x**2)
    return np.sum(x)


case(asked_of_both, (np.array([1.0, 2.0]),), other=[(np.array([-1.0, 0.3, 0.2]),)])


def bound_again_in_one_expression(x, y):
    return (y := y * x) + (x := x * y) * (y := y + x)


case(bound_again_in_one_expression, (0.5, 0.6), other=[(-0.5, 2.0)])


def items_between_two_walruses(x, y):
    z = [y := y * 2, x * y, (y := y + 1) * x, y]
    return z[0] * z[1] + z[2] * z[3]


case(items_between_two_walruses, (r(3), 0.6), other=[(r(4), 2.0)])


# walruses where nothing is assigned, returned or tested


def in_a_call_of_its_own(x, seen):
    seen.append(y := x * 2)
    np.sin(y := y * x)
    (y := y + 1)
    return y * x


case(in_a_call_of_its_own, (0.7, []), other=[(-1.2, [])])


def in_an_assertion(x):
    assert (y := x * 2) != 0 and (z := y * x) != 1, "no"
    return y * z


case(in_an_assertion, (0.7,), other=[(-1.2,)])


def in_the_place_of_an_item(x):
    z = np.zeros(3)
    z[(i := 1)] = x
    z[i + 1] = (w := x * z[i])
    (v := z)[0] = w
    return z.sum() * w * v[1]


case(in_the_place_of_an_item, (0.7,), other=[(-1.2,)])


def in_a_context(x):
    with np.errstate(all=(mode := "ignore")):
        y = x * len(mode)
    return (y := y * x) * y


case(in_a_context, (r(3),), other=[(r(5),)])


def in_a_lambda(x):
    f = lambda v: (t := v * x) * t  # noqa: E731
    return f(2.0) + f(x)


case(in_a_lambda, (0.7,), other=[(-1.2,)])


def in_a_place_behind_the_value(x, s):
    z = np.zeros(4)
    i = 0
    z[(i := i + 1)] = x[i] * s
    z[(i := i + 1)] = x[i] * s
    z[(j := 3)] = z[(k := 0)] = s * x[0] + i
    return z * x[j] * (k + 1)


case(in_a_place_behind_the_value, (r(4), 0.7), other=[(r(5), -0.3)])


def in_a_place_before_what_is_added(x, s):
    z = x * 1.0
    z[(n := 2)] *= s
    z[n] += (n := 1) * s
    z[0] += (z := z * 2)[n]
    z[int((y := z * s).size > 2)] += y[1]
    return z * y


case(in_a_place_before_what_is_added, (r(4), 0.7), other=[(r(3), -0.3)])
