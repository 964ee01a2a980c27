"""Arguments and results of every kind: outputs, keywords, stars, defaults, dtypes, 0-d arrays."""

import numpy as np

from tests.cases import Call, case, normal, raises, uniform

r, u = normal(6), uniform(6)


def two_outputs(x, y):
    return x * y, np.sin(x)


case(two_outputs, (r(3), r(3)), other=[(r(2), r(2))])


def output_and_its_factor(h, x):
    return h, h * x


case(output_and_its_factor, (r(3), r(3)))


def same_output_twice(x):
    h = x * x
    return h, h


case(same_output_twice, (r(3),))


def output_and_stage(x, w):
    h = np.tanh(x @ w)
    return h, h * h


case(output_and_stage, (r(2, 3), r(3, 3)))


def three_outputs_scalar(x, y):
    loss = x * y
    return loss, x + y, loss * loss


case(three_outputs_scalar, (0.5, 1.5))


def output_and_count(scores, y):
    loss = np.sum(scores**2)
    correct = np.sum(np.argmax(scores, axis=1) == y)
    return loss, correct


case(output_and_count, (r(3, 4), np.array([0, 1, 3])), other=[(r(2, 5), np.array([4, 0]))])


def output_none(x):
    return x * x, None


case(output_none, (r(3),))


def input_returned(x):
    return x


case(input_returned, (r(3),), other=[(r(2, 2),)], name="input_returned_array")
case(input_returned, (0.5,), name="input_returned_scalar")


def input_and_function(x, y):
    return x, x * y


case(input_and_function, (r(3), r(3)))


def input_returned_twice(x):
    return x, x


case(input_returned_twice, (r(3),))


def constant_output(x):
    return 3.0


case(constant_output, (r(3),))


def passive_output(x):
    return np.zeros_like(x)


case(passive_output, (r(3),))


def partly_constant_output(x):
    return x * x, np.ones(3)


case(partly_constant_output, (r(3),))


def returns_nothing(x):
    x * x


case(returns_nothing, (r(3),), refused="returns nothing")


def no_float_argument(n):
    return n * n


case(
    no_float_argument,
    (np.array([1, 2]),),
    refused="no argument of no_float_argument is a float or a float array",
)


def unused_argument(x, y):
    return x * x


case(unused_argument, (r(3), r(2)))
case(unused_argument, (0.5, 1.5), name="unused_scalar")


def used_in_comparison_only(x, t):
    return x * (x > t)


case(used_in_comparison_only, (r(3), 0.1), other=[(r(3), -0.5)])


def keyword_only(x, *, scale, shift=0.5):
    return x * scale + shift


case(keyword_only, (r(3),), {"scale": 2.0, "shift": 1.5}, other=[Call(r(2), scale=0.5, shift=1.0)])


def positional_only(x, y, /, z):
    return x * y + z * x


case(positional_only, (r(3), r(3), r(3)))


def star_args(*args):
    return args[0] * args[1] + args[2]


case(star_args, (r(3), r(3), r(3)))


def star_args_after(x, *ws):
    return x * ws[0] + ws[1]


case(star_args_after, (r(3), r(3), r(3)))


def star_kwargs(x, **params):
    return x * params["w"] + params["b"]


case(star_kwargs, (r(3),), {"w": r(3), "b": r(3)})


def defaults_used(x, scale=2.0, mode="mul"):
    return x * scale if mode == "mul" else x + scale


case(defaults_used, (r(3),), wrt=("x",))
case(defaults_used, (r(3), 0.5, "add"), name="defaults_given", other=[(r(2), 1.5, "mul")])


def called_by_keywords(x, y):
    return x * y + x


case(called_by_keywords, (), {"y": r(3), "x": r(3)}, other=[Call(r(2), y=r(2))])


def wrt_one(x, y):
    return x * y


case(wrt_one, (r(3), r(3)), wrt=("y",))


def wrt_middle(x, w, b):
    return np.tanh(x @ w + b)


case(wrt_middle, (r(2, 3), r(3, 2), r(2)), wrt=("w", "b"), other=[(r(3, 2), r(2, 4), r(4))])


def scaled_power(x, p=2.0, scale=1.0):
    return scale * np.sum(np.abs(x) ** p)


def keywords_of_a_dict(x, options):
    return scaled_power(2 * x, **options)


def items_of_a_list(x, options):
    return scaled_power(2 * x, *options)


def keywords_of_a_copy(x, options):
    own = {**options, "p": 3.0}
    return scaled_power(2 * x, **own)


case(
    keywords_of_a_dict,
    (r(3), {"p": 2.0}),
    wrt=["x"],
    other=[(r(3), {"p": 3.0})],
    guarded=[raises("the keys of options were p", r(3), {"p": 2.0, "scale": 4.0})],
)
case(
    items_of_a_list,
    (r(3), [2.0]),
    wrt=["x"],
    other=[(r(3), [3.0])],
    guarded=[raises("options had 1 items", r(3), [2.0, 4.0])],
)
case(
    keywords_of_a_copy,
    (r(3), {"p": 2.0}),
    wrt=["x"],
    guarded=[raises("the keys of own were p", r(3), {"p": 2.0, "scale": 4.0})],
)


def squashed(x, w=2.0, *, b=0.5):
    return np.tanh(x * w) + w * b


def default_behind_a_power(x):
    return scaled_power(x * 2.0, 3.0) + scaled_power(x)


def default_behind_an_argument(x, w):
    return squashed(x, w, b=w) + squashed(x, b=x[0]) + squashed(x)


case(default_behind_a_power, (u(3),), other=[(u(5),)])
case(default_behind_an_argument, (r(3), 1.5), other=[(r(4), 0.7)])
