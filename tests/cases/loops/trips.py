"""For and while loops: accumulators, carried names, nested loops, ranges of every kind."""

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(20), uniform(20)


def sum_loop(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i] ** 2
    return total


case(sum_loop, (r(4),), other=[(r(6),), (r(1),), (r(0),)])


def sum_loop_int_start(x):
    total = 0
    for i in range(x.shape[0]):
        total = total + x[i] * x[0]
    return total


case(sum_loop_int_start, (r(4),), other=[(r(6),), (r(1),)])


def product_loop(x):
    p = 1.0
    for i in range(len(x)):
        p *= x[i]
    return p


case(product_loop, (r(4),), other=[(r(6),), (r(1),)])


def one_trip_traced(x, w):
    h = 0.0
    for t in range(len(x)):
        h = h * w + x[t]
    return h


case(one_trip_traced, (r(1), 0.7), other=[(r(4), 0.5), (r(2), -0.5)])


def no_trip_traced(x, n):
    y = x * 2
    for _ in range(n):
        y = np.sin(y) * x
    return y


case(
    no_trip_traced,
    (r(3), 0),
    other=[(r(3), 0)],
    guarded=[raises("the body of this loop was not run with the example inputs", r(3), 2)],
)
case(no_trip_traced, (r(3), 2), name="no_trip_elsewhere", other=[(r(3), 0), (r(3), 1), (r(3), 4)])


def over_elements(xs):
    total = 0.0
    for x in xs:
        total += x * x
    return total


case(over_elements, (r(3),), other=[(r(5),)], name="over_elements_of_array")
case(over_elements, ([0.5, 1.5, -0.7],), name="over_elements_of_list", other=[([0.5],)])


def over_rows(X, w):
    loss = 0.0
    for row in X:
        loss += np.tanh(row @ w)
    return loss


case(over_rows, (r(3, 2), r(2)), other=[(r(1, 4), r(4)), (r(5, 2), r(2))])


def over_weights(x, Ws):
    for W in Ws:
        x = np.tanh(x @ W)
    return x


case(
    over_weights,
    (r(2, 3), [r(3, 4), r(4, 4), r(4, 2)]),
    other=[(r(2, 3), [r(3, 2)]), (r(1, 2), [r(2, 2), r(2, 5)])],
)


def enumerate_loop(xs, w):
    total = 0.0
    for i, x in enumerate(xs):
        total += (i + 1) * x * w
    return total


case(enumerate_loop, (r(3), 0.5), other=[(r(5), 1.5)])


def enumerate_from(xs):
    total = 0.0
    for power, x in enumerate(xs, start=1):
        total += x**power
    return total


case(enumerate_from, (u(3),), other=[(u(5),)])


def zip_loop(xs, ys):
    total = 0.0
    for a, b in zip(xs, ys, strict=True):
        total += a * b + a
    return total


case(zip_loop, (r(3), r(3)), other=[(r(5), r(5))])


def zip_with_passive(xs, weights):
    total = 0.0
    for x, w in zip(xs, weights, strict=True):
        total += w * x**2
    return total


case(zip_with_passive, (r(3), (1, 2, 3)), other=[(r(2), (4, 5))])


def reversed_loop(x):
    y = 0.0
    for i in reversed(range(len(x))):
        y = y * x[i] + x[i]
    return y


case(reversed_loop, (r(4),), other=[(r(2),)])


def step_range(x):
    y = 1.0
    for i in range(1, len(x), 2):
        y = y * x[i] + x[i - 1]
    return y


case(step_range, (r(5),), other=[(r(8),), (r(2),)])


def down_range(x):
    y = 0.0
    for i in range(len(x) - 1, -1, -1):
        y = np.sin(y) + x[i]
    return y


case(down_range, (r(4),), other=[(r(2),)])


def fixed_trips(x, w):
    for _ in range(3):
        x = np.tanh(x @ w)
    return x


case(fixed_trips, (r(2, 3), r(3, 3)), other=[(r(4, 2), r(2, 2))])


def nested_sum(x):
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            total += x[i, j] * x[i, 0]
    return total


case(nested_sum, (r(2, 3),), other=[(r(4, 2),), (r(1, 1),)])


def nested_carried(x, w):
    h = 0.0
    for i in range(x.shape[0]):
        g = h
        for j in range(x.shape[1]):
            g = np.tanh(g * w + x[i, j])
        h = h + g * g
    return h


case(nested_carried, (r(2, 3), 0.7), other=[(r(4, 2), 0.5), (r(1, 1), 1.5)])


def triangular(x):
    total = 0.0
    for i in range(len(x)):
        for j in range(i):
            total += np.cos(x[i] - x[j])
    return total


case(triangular, (r(4),), other=[(r(2),), (r(5),)])


def matrix_product_loops(a, b):
    n, k = a.shape
    m = b.shape[1]
    c = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            for p in range(k):
                c[i, j] += a[i, p] * b[p, j]
    return c


case(matrix_product_loops, (r(2, 3), r(3, 2)), other=[(r(1, 2), r(2, 4))])


def two_loops(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i]
    mean = total / len(x)
    var = 0.0
    for i in range(len(x)):
        var += (x[i] - mean) ** 2
    return var / len(x)


case(two_loops, (r(4),), other=[(r(2),)])


def a_switch_asked_twice_in_a_trip(x, n, flag):
    s = np.sum(x)
    for i in range(n):
        if i > 1 and flag:
            for v in x:
                s = np.sin(s) + v
            if not flag:
                break
        s = s * x[0]
    return s


case(
    a_switch_asked_twice_in_a_trip,
    (np.array([0.3, -0.7, 1.1]), 3, True),
    other=[(np.array([0.3, -0.7]), 2, False), (np.array([0.9, 0.2, 0.4]), 4, True)],
)


def carried_number_put_back_in_a_branch(target, a):
    v = 0.2
    for _ in range(4):
        slope = a + 3 * v**2
        v = v - (a * v + v**3 - target) / slope
        if not 1e-4 < v < 3.0:
            v = 1.5
    return v


case(
    carried_number_put_back_in_a_branch,
    (0.7, 1.3),
    other=[(2.0, 0.5), (-8.0, 0.2)],
)


def from_the_second_row_on(x, rows):
    total = np.zeros(3)
    for k, row in enumerate(rows):
        if k > 0:
            total = total + row * x
    return total


case(from_the_second_row_on, (r(3), r(2, 3)), other=[(r(3), r(4, 3)), (r(3), r(1, 3))])


def two_orders_of_trips(x, rows):
    total = np.zeros(3)
    for row in rows:
        for j, v in enumerate(row):
            if j > 0:
                total = total * v + np.tanh(v * x)
    return total


case(two_orders_of_trips, (r(3), r(2, 4, 3)), other=[(r(3), r(4, 2, 3))])


def one_addend_in_the_example(x, rows):
    return sum(row * x for j, row in enumerate(rows) if j != 0)


case(
    one_addend_in_the_example,
    (r(3), [r(3), r(3)]),
    other=[(r(3), [r(3), r(3), r(3), r(3)])],
)


def products_with_what_came_before(x):
    total = 0.0
    for i in range(len(x)):
        for v in x[:i]:
            total += v * x[i]
    return total


case(products_with_what_came_before, (r(6),), other=[(r(5),), (r(2),)])


def wrapped_angle(angle):
    while angle > np.pi:
        angle -= 2.0 * np.pi
    while angle < -np.pi:
        angle += 2.0 * np.pi
    return angle


case(wrapped_angle, (4.0,), other=[(0.5,), (-5.0,), (14.0,)])


def heading(yaw, v, delta):
    return v * np.cos(wrapped_angle(yaw + v * np.tan(delta)))


case(heading, (3.0, 1.5, 0.4), other=[(0.3, 1.5, 0.4), (-3.0, 1.5, -0.4)])


def shifted_twice_over(x, n):
    y = x * x
    for _ in range(n):
        y = y + 2.0
    return y * x


case(shifted_twice_over, (np.array([1.5, 2.0]), 2), wrt=["x"], other=[(np.array([0.5]), 0)])
