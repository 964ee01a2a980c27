"""Values that travel by ways nobody looks at: globals, defaults, attributes, iterators, side effects, text and memory."""

import functools
import io
import json
import math
import pickle
import struct

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(91), uniform(91)
BUFFER = np.zeros(3)
STATE = {"w": np.zeros(3)}
LOG: list = []
RNG = np.random.default_rng(5)


def through_global_array(x):
    BUFFER[:] = x * x
    return BUFFER * x


case(
    through_global_array,
    (r(3),),
    refused="a traced value is put into BUFFER, which belongs to the module",
)


def through_global_dict(x):
    STATE["w"] = x * 2
    return STATE["w"] * x


case(
    through_global_dict,
    (r(3),),
    refused="a traced value is put into STATE, which belongs to the module",
)


def through_global_list(x):
    LOG.append(x * x)
    return LOG[-1] * x


case(
    through_global_list,
    (r(3),),
    refused="a traced value is put into LOG, which belongs to the module and",
)


def global_alias(x):
    b = BUFFER
    b[0] = x[0]
    return BUFFER[0] * x


case(
    global_alias, (r(3),), refused="a traced value is put into BUFFER, which belongs to the module"
)


def remembered(x, memory=[]):
    memory.append(x)
    return memory[-1] * memory[0]


case(remembered, (r(3),))


def default_array(x, w=np.ones(3)):
    y = w * x
    w[0] = 1.0
    return y * w


case(default_array, (r(3),))


def function_attribute(x):
    function_attribute.last = x * x
    return function_attribute.last * x


case(function_attribute, (r(3),))


class Box:
    pass


def through_class(x):
    Box.shared = x * x
    return Box.shared * x


case(through_class, (r(3),))


def through_iterator(x):
    it = iter([x, x * x])
    next(it)
    return next(it) * x


case(through_iterator, (r(3),), other=[(r(4),)])


def through_generator(x):
    values = (v * v for v in x)
    return next(values) * next(values)


case(through_generator, (r(3),), other=[(r(4),)])


def through_map(x):
    return sum(map(lambda v: v * v, x)) * x


case(through_map, (r(3),), other=[(r(4),)])


def through_filter(x):
    return sum(filter(lambda v: v > 0, x)) * x


case(through_filter, (r(4),), other=[(r(5),)])


def through_reduce(x):
    return functools.reduce(lambda a, b: a * b, x)


case(through_reduce, (r(3),), other=[(r(4),)])


def through_json(x):
    return np.array(json.loads(json.dumps(x.tolist()))) * x


case(through_json, (r(3),), refused="a traced value that travels as text, bytes or in an object")


def through_pickle(x):
    return pickle.loads(pickle.dumps(x)) * x


case(through_pickle, (r(3),), refused="a traced value that travels as text, bytes or in an object")


def through_struct(x):
    packed = struct.pack("d", x)
    return struct.unpack("d", packed)[0] * x


case(through_struct, (0.7,), refused="a traced value that travels as text, bytes or in an object")


def through_format(x):
    text = f"{x:.17g}"
    return float(text) * x


case(through_format, (0.7,), refused="a traced value that travels as text, bytes or in an object")


def through_join(x):
    text = ",".join(map(str, x))
    return np.array([float(t) for t in text.split(",")]) * x


case(through_join, (r(3),), refused="a traced value that travels as text, bytes or in an object")


def through_file(x):
    f = io.StringIO()
    f.write(repr(x))
    return float(f.getvalue()) * x


case(through_file, (0.7,), refused="a traced value that travels as text, bytes or in an object")


def through_save(x):
    f = io.BytesIO()
    np.save(f, x)
    f.seek(0)
    return np.load(f) * x


case(through_save, (r(3),), refused="a traced value that travels as text, bytes or in an object")


def through_view_of_bits(x):
    bits = x.view(np.int64)
    return bits.view(np.float64) * x


case(
    through_view_of_bits,
    (r(3),),
    refused="a traced value that travels as text, bytes or in an object",
)


def through_buffer(x):
    return np.frombuffer(memoryview(x), dtype=float) * x


case(through_buffer, (r(3),), refused="no gate fits np.frombuffer(memoryview(x), dtype=float)")


def through_hex(x):
    return float.fromhex(x.hex()) * x


case(through_hex, (0.7,), refused="a traced value that travels as text, bytes or in an object")


def through_ratio(x):
    a, b = x.as_integer_ratio()
    return a / b * x


case(through_ratio, (0.75,), refused="a traced value that travels as text, bytes or in an object")


def through_frexp(x):
    m, e = math.frexp(x)
    return m * 2.0**e * x


case(through_frexp, (0.7,), refused="no gate fits math.frexp(x)")


def through_modf(x):
    part, whole = math.modf(x)
    return part * x + whole


case(through_modf, (1.7,), other=[(2.3,)])


def through_integer_sum(x):
    n = int(round(x * 1000))
    return n / 1000 * x


case(through_integer_sum, (0.70041,))


def through_set(x, y):
    values = {x, y}
    return max(values) * min(values)


case(through_set, (0.5, 1.5), refused="no gate fits min(values)")


def through_dict_keys(x, y):
    table = {x: y}
    return list(table)[0] * table[x]


case(through_dict_keys, (0.5, 1.5), refused="no gate fits table[x]")


def through_exception(x):
    try:
        raise ValueError(x * x)
    except ValueError as error:
        return error.args[0] * x


case(through_exception, (r(3),), refused="catches something with the example inputs")


def through_default_argument(x):
    def g(*_, y=x * x):
        return y * x

    return g()


case(through_default_argument, (r(3),), refused="a default that is a traced value is not supported")


def through_closure_list(x):
    box = []

    def put(v):
        box.append(v * v)

    put(x)
    return box[0] * x


case(through_closure_list, (r(3),))


def shuffled_in_place(x):
    y = x * 1.0
    np.random.default_rng(3).shuffle(y)
    return y * x


case(shuffled_in_place, (r(4),), refused="a call that changes y in place is not supported")


def nan_to_num_in_place(x):
    y = x * 2.0
    np.nan_to_num(y, copy=False, nan=1.0)
    y[0] = np.nan
    np.nan_to_num(y, copy=False, nan=1.0)
    return y * x


case(nan_to_num_in_place, (r(4),))


def put_along_axis(x, v):
    y = x * 1.0
    np.put_along_axis(y, np.array([[0], [1]]), v, axis=1)
    return y * x


case(put_along_axis, (r(2, 3), r(2, 1)), refused="a call that changes y in place is not supported")


def partitioned_in_place(x):
    y = x * 1.0
    y.partition(1)
    return y * np.arange(len(x))


case(partitioned_in_place, (r(4),), refused="a call that changes y in place is not supported")


def clipped_by_position(x):
    y = x * 2.0
    np.clip(y, -0.5, 0.5, y)
    return y * x


case(clipped_by_position, (r(5),), refused="a call that changes y in place is not supported")


def median_of_a_kind(x):
    y = x * 1.0
    z = np.quantile(y, 0.5, keepdims=True, method="inverted_cdf")
    return z * x


case(median_of_a_kind, (r(3),), refused="no gate fits np.quantile(y, 0.5")


def flat_iterator(x):
    y = x * 1.0
    y.flat[1] = 5.0
    y.flat[2] *= 3.0
    return y * x


case(flat_iterator, (r(2, 3),), refused="no gate is known for y.flat")


def nditer_written(x):
    y = x * 1.0
    with np.nditer(y, op_flags=["readwrite"]) as it:
        for v in it:
            v[...] = v * 2
    return y * x


case(nditer_written, (r(3),), refused="a with statement over a traced value is not supported")


def real_part_written(x):
    y = x * 1.0
    y.real[0] = 2.0
    return y * x


case(real_part_written, (r(3),))


def shape_assigned(x):
    y = x * 1.0
    z = y
    y.shape = (3, 2)
    return z * 2


case(
    shape_assigned,
    (r(2, 3),),
    refused="Write y = y.reshape((3, 2)).",
)


def stride_trick(x):
    y = x * 1.0
    w = np.lib.stride_tricks.sliding_window_view(y, 2)
    y[0] = 3.0
    return w.sum(axis=1) * x[1:]


case(stride_trick, (r(4),), refused="y is changed in place while w shares its memory")


def printed(x):
    print("x is", x, f"{x.sum():.3f}")
    return x * x


case(printed, (r(3),))


def asserted(x):
    y = x * x
    assert np.all(np.isfinite(y)), f"bad {y}"
    assert y.shape == x.shape
    return y


case(asserted, (r(3),))


def sampled(x, rng):
    noise = rng.standard_normal(x.shape)
    return x * noise


case(sampled, (r(3), np.random.default_rng(1)), wrt=("x",))


def draws_of_the_global_generator(x):
    mask = RNG.random(x.shape) < 0.5
    return x * mask


case(
    draws_of_the_global_generator,
    (r(3),),
    refused="the value of RNG, a Generator, cannot be written into the module",
)


def seeded_dropout(x, p, seed):
    rng = np.random.default_rng(seed)
    h = np.tanh(x)
    h = h * (rng.random(h.shape) < p) / p
    return h * x


case(seeded_dropout, (r(3, 2), 0.5, 3), wrt=("x",), other=[(r(2, 2), 0.7, 4)])


def noise_in_a_loop(x, seed):
    rng = np.random.default_rng(seed)
    for _ in range(3):
        x = x + 0.1 * rng.standard_normal(x.shape) * x
    return x


case(noise_in_a_loop, (r(3), 3), other=[(r(2), 4)])


def random_branch(x, seed):
    rng = np.random.default_rng(seed)
    if rng.random() < 0.5:
        return x * x
    return x * 3


case(random_branch, (r(3), 1), other=[(r(3), 2), (r(3), 3)])


def random_order(x, seed):
    rng = np.random.default_rng(seed)
    h = 0.0
    for i in rng.permutation(len(x)):
        h = np.tanh(h + x[i])
    return h


case(random_order, (r(4), 3))


def random_choice(x, seed):
    rng = np.random.default_rng(seed)
    idx = rng.choice(len(x), size=3)
    y = x[idx]
    y *= rng.normal(size=3)
    return y


case(random_choice, (r(4), 3), other=[(r(5), 2)])


def legacy_seed(x):
    np.random.seed(0)
    w = np.random.randn(3, 3)
    return np.tanh(x @ w) * np.random.rand(3)


case(legacy_seed, (r(2, 3),), other=[(r(4, 3),)])


def unseeded(x):
    return x + 0.1 * np.random.randn(*x.shape) * x


case(unseeded, (r(3),))


def reparametrised(mu, logvar, seed):
    eps = np.random.default_rng(seed).standard_normal(mu.shape)
    return mu + np.exp(0.5 * logvar) * eps


case(reparametrised, (r(3), r(3), 1), other=[(r(2), r(2), 2)])


def through_percent(x, c):
    return np.sum(x) * float("%.3f" % c)


case(through_percent, (r(3), 1.5), refused="a traced value that travels as text")


def pieces_that_read(x, c):
    return np.sum(np.piecewise(x, [x < 0], [lambda v: v * c, lambda v: v + c]))


case(pieces_that_read, (r(3), 1.5), other=[(r(5), -0.5)])
