"""Calls: helpers of this and another module, lambdas, closures, partial, decorators, import spellings."""

from functools import partial

import numpy as np

from tests.cases import case, normal, raises, uniform
from tests.cases.calls import library
from tests.cases.calls.library import affine, relu
from tests.cases.calls.library import sigmoid as σ

r, u = normal(5), uniform(5)
LAMBDA = 0.1
WEIGHTS = np.array([0.2, -0.5, 1.5])
SIZES = (2, 3)
TABLE = {"scale": 2.0, "w": np.array([1.0, 2.0, 3.0])}


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def square(x):
    y = x * x
    return y


def two_stages(x, w):
    h = np.tanh(x * w)
    return h * h + x


def one_line_helper(x, y):
    return (x + sigmoid(y)) / (sigmoid(x) + (x + y) ** 2)


case(one_line_helper, (3.0, -4.0), other=[(0.5, 0.25)])
case(one_line_helper, (u(3), u(3)), name="one_line_helper_arrays", other=[(u(2, 2), u(2, 2))])


def staged_helper(x, w):
    return two_stages(x, w) * w


case(staged_helper, (r(3), r(3)))


def helper_twice(x, w):
    return two_stages(two_stages(x, w), w)


case(helper_twice, (r(3), r(3)))


def last_of(parts, w):
    a = parts[-1] * w
    b = np.sin(a)
    return a * b


def helper_of_a_growing_list(x, w, n):
    parts = [x]
    for _ in range(n):
        parts.append(np.tanh(last_of(parts, w) + x))
    return parts[-1] + parts[0]


case(helper_of_a_growing_list, (0.5, 0.7, 3), other=[(0.2, -1.3, 5), (0.2, 0.3, 0)])


def sum_of_last(parts, count):
    total = parts[-1] * 1.0
    for k in range(2, count + 1):
        total = total + parts[-k] * parts[-1]
    return total


def two_growing_lists(x, w, n):
    xs, ws = [x, x * w], [w]
    for k in range(n):
        xs.append(sum_of_last(xs, 2) * ws[-1])
        if k % 2:
            ws.append(np.tanh(sum_of_last(ws, 1) + x))
    return xs[-1] + ws[-1]


case(two_growing_lists, (0.5, 0.7, 4), other=[(0.2, -1.3, 5), (0.2, 0.3, 0)])


def helper_same_argument_twice(x):
    return two_stages(x, x)


case(helper_same_argument_twice, (r(3),))


def helper_of_other_module(x, w, b):
    return relu(affine(x, w, b))


case(helper_of_other_module, (r(2, 3), r(3, 4), r(4)), other=[(r(3, 2), r(2, 2), r(2))])


def helper_by_attribute(x, w, b):
    return library.sigmoid(library.affine(x, w, b)) * library.SCALE


case(helper_by_attribute, (r(2, 3), r(3, 4), r(4)))


def helper_with_module_constants(x):
    return library.scaled(x) * x


case(helper_with_module_constants, (r(2, 3),))


def helper_calls_helper(x):
    return library.deep(x)


case(helper_calls_helper, (r(4, 3),), other=[(r(5, 3),)])


def helper_with_default(x):
    return library.normalized(x) * library.normalized(x, eps=1.0)


case(helper_with_default, (r(4, 3),), other=[(r(3, 2),)])


def helper_returns_pair(x, y):
    a, b = library.pair(x, y)
    return a * b


case(helper_returns_pair, (r(3), r(3)))


def helper_pair_partly_used(x, y):
    _, b = library.pair(x, y)
    return b * y


case(helper_pair_partly_used, (r(3), r(3)))


def helper_pair_kept(x, y):
    both = library.pair(x, y)
    return both[0] * both[1]


case(helper_pair_kept, (r(3), r(3)))


def helper_renamed(x):
    return σ(x) * sigmoid(x)


case(helper_renamed, (r(3),))


def helper_keywords(x, w, b):
    return affine(b=b, w=w, x=x)


case(helper_keywords, (r(2, 3), r(3, 4), r(4)))


def helper_result_hides_name(x, w):
    h = x * w
    y = square(h)
    h = square(y)
    return h * y


case(helper_result_hides_name, (r(3), r(3)))


def helper_on_passive(x, n):
    k = square(n)
    return x * k


case(helper_on_passive, (r(3), 2), other=[(r(3), 3)])


def helper_passive_and_traced(x):
    return two_stages(x, WEIGHTS) + two_stages(WEIGHTS, x)


case(helper_passive_and_traced, (r(3),))


def lambda_inside(x, y):
    g = lambda a: a * np.sin(a)  # noqa: E731
    return g(x) * g(y)


case(lambda_inside, (r(3), r(3)))


def lambda_over_local(x, y):
    s = x * y
    g = lambda a: a * s  # noqa: E731
    return g(x) + g(y)


case(lambda_over_local, (r(3), r(3)))


anonymous = lambda x, y: x * y + np.sin(x)  # noqa: E731
case(anonymous, (r(3), r(3)), name="lambda_itself")


def inner_function(x, y):
    def gate(a, b):
        h = a * b
        return np.tanh(h) + h

    return gate(x, y) * gate(y, x)


case(inner_function, (r(3), r(3)))


def closure(x, y):
    scale = np.sum(x)

    def inner(a):
        return a * scale

    return inner(x) + inner(y)


case(closure, (r(3), r(3)))


def made(scale, w):
    def layer(x):
        return np.tanh(x * scale) * w

    return layer


case(made(2.0, WEIGHTS), (r(3),), name="closure_from_factory")


def partial_inside(x, y):
    double = partial(two_stages, w=y)
    return double(x)


case(partial_inside, (r(3), r(3)))


def passed_function(x, act):
    return act(x) * x


case(
    passed_function,
    (r(3), np.tanh),
    guarded=[raises("act was np.tanh when this code was made", r(3), np.sin)],
)


def function_table(x, kind):
    table = {"relu": relu, "tanh": np.tanh, "sigmoid": sigmoid}
    return table[kind](x) * x


case(
    function_table,
    (r(3), "tanh"),
    other=[(r(3), "sigmoid"), (r(4), "relu")],
)


def make_layer(w, b):
    def layer(x):
        return np.tanh(x @ w + b)

    return layer


def factory_inside(x, w, b):
    layer = make_layer(w, b)
    return layer(x) * 2


case(factory_inside, (r(2, 3), r(3, 2), r(2)), other=[(r(3, 2), r(2, 4), r(4))])


def two_factories(x, w, v, b):
    first = make_layer(w, b)
    second = make_layer(v, b)
    h = first(x)
    return second(h) + h


case(two_factories, (r(2, 3), r(3, 3), r(3, 3), r(3)))


GLOBAL_LAYER = make_layer(np.array([[0.2, -0.5], [0.3, 0.7]]), np.array([0.1, 0.2]))


def closure_of_module(x):
    return GLOBAL_LAYER(x) * x


case(closure_of_module, (r(3, 2),))


def sibling_closures(x, y):
    s = x * y

    def scaled(a):
        return a * s

    def twice(a):
        h = scaled(a)
        return h + scaled(h)

    return twice(x) * twice(y)


case(sibling_closures, (r(3), r(3)))


def helper_changes_argument(x, y):
    h = x * 1.0
    scale_in_place(h, y)
    return h * x


def scale_in_place(h, y):
    h *= y
    h += 1


case(helper_changes_argument, (r(3), r(3)))


def helper_fills_buffer(x):
    out = np.zeros_like(x)
    for i in range(len(x)):
        fill(out, i, x[i] ** 2)
    return out * x


def fill(out, i, v):
    out[i] = v


case(helper_fills_buffer, (r(3),), other=[(r(5),)])


def helper_changes_callers_argument(x):
    scale_in_place(x, 2.0)
    return x * x


case(helper_changes_callers_argument, (r(3),))


def lambda_factory(x, y):
    times = lambda s: (lambda v: v * s)  # noqa: E731
    return times(y)(x) + times(2.0)(x)


case(lambda_factory, (r(3), r(3)))


def star_pass_through(x, y):
    args = (x, y)
    return two_stages(*args) + starred(*args, scale=2.0)


def starred(*parts, **options):
    total = parts[0] * options["scale"]
    for p in parts[1:]:
        total = total + p * p
    return total


case(star_pass_through, (r(3), r(3)))


def kwargs_pass_through(x, y):
    options = {"w": y}
    return two_stages(x, **options)


case(kwargs_pass_through, (r(3), r(3)))


def nonlocal_counter(x, y):
    count, total = 0, x

    def step(v):
        nonlocal count, total
        count += 1
        total = total * v + count
        return total

    a = step(y)
    b = step(a)
    return total * a + b


case(nonlocal_counter, (r(3), r(3)))


def default_array(x, w=WEIGHTS):
    return two_defaults(x) * w


def two_defaults(x, w=WEIGHTS):
    h = x * w
    return h * np.tanh(h)


case(default_array, (r(3),), wrt=("x",))


def with_option(a, b=None, scale=1.0, mode="t"):
    z = np.tanh(a) if mode == "t" else np.sin(a)
    z = z * a * scale
    if b is not None:
        z = z + b * a
    z = z + np.exp(-z * z)
    return z * z


def option_given_and_left_out(x, b=None, mode="t"):
    a = with_option(x, b, mode=mode)
    c = with_option(a, scale=0.5)
    d = with_option(c, mode="s", b=x)
    return a * c + d


case(option_given_and_left_out, (r(3), r(3)), other=[(r(3), None), (r(2), r(2), "s")])


def scaled_parts(a, b):
    a, b = np.asarray(a), np.asarray(b)
    out = np.empty(np.broadcast(a, b).shape)
    out[..., 0] = a[..., 0] * b[..., 0]
    out[..., 1:] = a[..., 0, np.newaxis] * b[..., 1:]
    return out


def given_its_own_result(q, v):
    return scaled_parts(q, scaled_parts(v, q))


case(given_its_own_result, (r(2, 4), r(2, 4)), other=[(r(3, 3), r(3, 3))])


def counted(trips):
    """Count the trips.

    The text behind the first line is not copied.
    """
    total = 0
    for k in range(trips):
        total += k
    return total


def times_counted(x, trips):
    return np.sum(x * counted(trips))


case(times_counted, (r(3), 4), other=[(r(4), 5)])


def clamped(x):
    x[x < 1] = 0.5
    return x * x


def clamped_products(x, w):
    """What `dot` gives is new: the helper may change it."""
    return np.sum(clamped(x.dot(w)) * w.sum()) + np.sum(clamped(np.cumprod(x, axis=1)))


case(clamped_products, (u(2, 3) + 0.7, u(3, 3)), other=[(u(1, 2), u(2, 2))])


def lowered_softmax(x):
    x -= np.max(x)
    x = np.exp(x)
    x /= np.sum(x)
    return x


def score_of_a_word(v, k, words):
    p = lowered_softmax(np.dot(words, v))
    return -np.log(p[k])


case(score_of_a_word, (r(3), 1, r(4, 3)), other=[(r(2), 0, r(5, 2))])


def products_by_a_helper(x):
    return np.cumprod(x)


def clamped_by_two(x):
    return np.sum(clamped(products_by_a_helper(x)))


case(clamped_by_two, (u(4),), refused="the helper clamped changes its argument x in place")


def last_taken(xs):
    return xs.pop()


def taken_by_a_helper(x):
    xs = [x, x * x, np.sin(x), np.exp(x)]
    last_taken(xs)
    y = last_taken(xs) * 2
    return y * last_taken(xs) + xs[0] * len(xs)


case(taken_by_a_helper, (0.7,), other=[(0.2,)])


def predator_and_prey(y, a, b):
    return np.array([a * y[0] - b * y[0] * y[1], b * y[0] * y[1] - a * y[1]])


def runge_kutta(y, a, b, h):
    k1 = predator_and_prey(y, a, b)
    k2 = predator_and_prey(y + 0.5 * h * k1, a, b)
    k3 = predator_and_prey(y + 0.5 * h * k2, a, b)
    k4 = predator_and_prey(y + h * k3, a, b)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def turned(p, q):
    return p[0] * q[0] - p[1] * q[1], p[0] * q[1] + p[1] * q[0]


def turned_often(p, q):
    z = turned(p, q)
    z = turned(z, p)
    z = turned(z, z)
    return z[0] * z[1]


case(runge_kutta, (u(2), 0.7, 0.4, 0.1), other=[(r(2), 0.2, 0.9, 0.3)])
case(turned_often, ((0.3, 0.4), (0.5, -0.1)), other=[((0.2, 0.9), (-0.7, 0.4))])
