"""Decorated functions: wrappers with `*args` and `**kwargs` that change the arguments, and call one another."""

import functools
import inspect

import numpy as np

from tests.cases import Call, case, normal

r = normal(4)


def all_arrays(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        args = list(args)
        for i, value in enumerate(args):
            if value is not None:
                args[i] = np.asarray(value)
        kwargs = {key: np.asarray(value) for key, value in kwargs.items()}
        return function(*args, **kwargs)

    return wrapper


def arrays(*names):
    def decorator(function):
        spec = inspect.getfullargspec(function)

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            args = list(args)
            for i, (name, value) in enumerate(zip(spec.args, args)):
                if name in names:
                    args[i] = np.asarray(value)
            return function(*args, **kwargs)

        return wrapper

    return decorator


@all_arrays
def weighted(x, w, bias=None):
    return x * w if bias is None else x * w + bias


@arrays("x")
def swish(x, beta=1.0):
    return weighted(x, 1 / (1 + np.exp(-weighted(beta, x))), bias=0.5 * x)


case(weighted, (r(3), 2.0), other=[(r(4), 0.5)])
case(swish, (r(3),), other=[(r(4), 0.7)])


def counting(function):
    def counted(x):
        counted.calls += 1
        return function(x)

    counted.calls = 0
    return counted


@counting
def wave(x):
    return np.sin(x)


def two_waves(x):
    return wave(x) + 0.5 * wave(2 * x)


case(two_waves, (r(3),), refused="keeps something in attributes of its own")


def handed_on(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@handed_on
def of_a_phase(x, *, phase="liquid", scale=3.0):
    return scale * x**2 if phase == "liquid" else x


case(of_a_phase, (r(3),), other=[(r(4),)])


@handed_on
def filled_beyond(x, fill=np.nan, top=np.inf, ends=(-1, 2.0)):
    inside = np.where(np.isnan(fill), x * ends[1], fill)
    return np.minimum(inside, top)


case(filled_beyond, (r(3),), other=[(r(4),)])


@handed_on
def of_a_function(x, mode="plain", shape=np.sin):
    return shape(x) if mode == "plain" else x


case(of_a_function, (r(3),), refused="the default of shape of the decorated function")


def without_warnings(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        with np.errstate(all="ignore"):
            return function(*args, **kwargs)

    return wrapper


def each_by_number(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        args = list(args)
        for k in range(len(args)):
            args[k] = np.asarray(args[k])
        return function(*args, **kwargs)

    return wrapper


def mapped(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        args = tuple(map(np.asarray, args))
        return function(*args, **kwargs)

    return wrapper


def first_doubled(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        args = [args[0] * 2, *args[1:]]
        return function(*args, **kwargs)

    return wrapper


def first_squared(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        args = (args[0] ** 2,) + args[1:]
        return function(*args, **kwargs)

    return wrapper


def one_by_one(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        new = []
        for a in args:
            a = np.asarray(a)
            new.append(a)
        return function(*new, **kwargs)

    return wrapper


def never_none(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        for value in kwargs.values():
            if value is None:
                raise ValueError("None is not a number")
        for word in kwargs:
            if word == "weight":
                raise ValueError("there is no weight")
        return function(*args, **kwargs)

    return wrapper


def filled_in(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        if "scale" in kwargs and kwargs["scale"] is None:
            kwargs["scale"] = 1.0
        return function(*args, **kwargs)

    return wrapper


def product(x, y):
    return np.sum(x * y)


for decorator in (
    without_warnings,
    each_by_number,
    mapped,
    first_doubled,
    first_squared,
    one_by_one,
):
    case(decorator(product), (r(3), r(3)), other=[(r(4), r(4))], name=decorator.__name__)


@never_none
def never_without(x, scale=1.0):
    return np.sum(x) * scale


@filled_in
def filled(x, scale=1.0):
    return np.sum(x * x) * scale


case(never_without, (r(3),), {"scale": 2.0}, other=[Call(r(4), scale=0.5)])
case(filled, (r(3),), {"scale": 2.0}, other=[Call(r(4), scale=0.5)])


mode = "plain"  # a parameter of a wrapper that has this name is another thing


def by_mode(function):
    @functools.wraps(function)
    def wrapper(x, mode="double", *args):
        if mode == "double" and len(args) == 1:
            return 2 * function(x, *args)
        return function(x, *args)

    return wrapper


product_by_mode = by_mode(product)


def of_a_mode(x, w, mode):
    return product_by_mode(x, mode, w)


case(
    of_a_mode,
    (r(3), r(3), "double"),
    other=[(r(4), r(4), "double"), (r(3), r(3), "plain")],
)


def of_the_other_mode(x, w, mode):
    return product_by_mode(x, mode, w)


case(
    of_the_other_mode,
    (r(3), r(3), "plain"),
    other=[(r(4), r(4), "plain"), (r(3), r(3), "double")],
)


def scaled(x, scale=2.0):
    return np.sum(x * x) * scale


scaled_in = filled_in(scaled)


def filled_without(x):
    return scaled_in(x)


case(filled_without, (r(3),), other=[(r(4),)])


def shifted_by_the_first(f):
    def wrapper(x, **words):
        more = {**words, "shift": x[0]}
        return f(x, **more)

    return wrapper


@shifted_by_the_first
def scaled_and_shifted(x, scale=1.0, shift=0.0):
    return x * scale + shift


def words_written_out(x, a):
    return scaled_and_shifted(x, scale=a) * scaled_and_shifted(x)


case(words_written_out, (r(3), 2.0), other=[(r(4), 1.0)])


def with_options_of_its_own(f):
    def inner(*args, **options):
        first, *rest = args
        return f(first * 2, *rest, **options)

    return inner


@with_options_of_its_own
def product_with_a_factor(x, y, factor=2.0):
    return x * y * factor


def first_and_rest(x, y):
    return product_with_a_factor(x, y) + product_with_a_factor(y, x, factor=3.0)


case(first_and_rest, (0.7, 1.3), other=[(r(3), r(3))])


def turned_round(f):
    @functools.wraps(f)
    def inner(*args):
        a, *middle, z = args
        return f(z, *middle, a) * len(middle)

    return inner


@turned_round
def three_at_a_time(x, y, z):
    return x - y * z


def both_ends_and_the_middle(x, y):
    return three_at_a_time(x, y, x * y)


case(both_ends_and_the_middle, (0.7, 1.3), other=[(r(3), r(3))])


def rest_changed(f):
    def inner(*args, **options):
        first, *rest = args
        first = first * 2
        rest[0] = rest[0] + first
        return f(first, *rest, **options)

    return inner


@rest_changed
def scaled_product(x, y, scale=1.0):
    return x * y * scale


def rest_that_changes(x, y):
    return scaled_product(x, y, scale=3.0) + x


case(rest_that_changes, (0.7, 1.3), other=[(0.2, -0.4)])
