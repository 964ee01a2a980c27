"""Options, switches and counts that the caller changes between the two passes: the judge gives every container and
object other ones before it asks for the gradients once more."""

import numpy as np

from tests.cases import Call, case, normal, uniform

r, u = normal(711), uniform(712)


def mode_of_a_dict(x, opt):
    if opt["mode"] == "train":
        return x * x
    return x * 3


case(mode_of_a_dict, (u(3), {"mode": "train"}), other=[(u(3), {"mode": "test"})])


class Net:
    def __init__(self, training=True):
        self.training = training
        self.w = u(3)
        self.k = 2
        self.layers = [3, 4]

    def forward(self, x):
        if self.training:
            return x * x * self.w * self.k * self.layers[0]
        return x * x


case(Net().forward, (u(3),), name="attributes_of_a_network")


def trained(net, x):
    if net.training:
        return x * x * net.k
    return x * x * x


case(trained, (Net(), u(3)), wrt=("x",), other=[(Net(False), u(4))], name="switch_of_an_object")


class Options:
    def __init__(self, mode="a", keep=True):
        self.power, self.axis, self.keep, self.mode = 2, 0, keep, mode


def two_switches(x, options):
    y = x.sum(axis=options.axis) ** options.power
    if options.mode == "a" and options.keep:
        y = y * y
    return y


case(
    two_switches,
    (u(3, 2), Options()),
    other=[(u(4, 3), Options(keep=False)), (u(4, 3), Options("b"))],
)


def asked_on_one_side(x, opt):
    y = x * x
    if opt.get("reg"):
        y = y * opt["k"] * x
    return y


case(asked_on_one_side, (u(3), {"reg": True, "k": 3}), other=[(u(3), {"k": 2}), (u(3), {})])


def deep_items(x, c):
    if x.sum() > 0:
        y = x * x * c["a"]["n"]
    else:
        y = x * c["b"][1] * x
    return y


case(
    deep_items,
    (u(3), {"a": {"n": 3}, "b": [1, 2]}),
    other=[(-u(3), {"a": {"n": 3}, "b": [1, 2]}), (-u(3), {"b": [1, 2]})],
)


def words_of_a_list(x, steps):
    for step in steps:
        if step == "square":
            x = x * x
        else:
            x = np.sin(x)
    return x


case(words_of_a_list, (u(3), ["square", "sine"]), other=[(u(3), []), (u(2), ["square"])])


def layers_as_dicts(x, layers):
    for layer in layers:
        y = x @ layer["W"]
        x = np.tanh(y) if layer["act"] == "tanh" else y * y
    return x


case(
    layers_as_dicts,
    (u(3, 3), [{"W": u(3, 3), "act": "tanh"}, {"W": u(3, 3), "act": "square"}]),
    other=[(u(2, 3), [{"W": u(3, 2), "act": "square"}])],
)


def counts_in_a_dict(x, opts):
    for _ in range(opts["n"]):
        x = x * x * opts["k"]
    return x


case(counts_in_a_dict, (u(3), {"n": 2, "k": 3}), other=[(u(3), {"n": 0, "k": 1})])


def length_of_a_list(x, seen):
    return x * x * len(seen)


case(length_of_a_list, (u(3), [1, 2]), other=[(u(3), [1])])


def helper(x, opt):
    y = np.sin(x) * opt["k"]
    if opt["square"]:
        y = y * y
    z = y + x
    w = z * np.exp(-z)
    return w * w


def in_a_helper(x, opt):
    return helper(x, opt) * helper(x * 2, {"k": 3, "square": False})


case(in_a_helper, (u(3), {"k": 2, "square": True}), other=[(u(3), {"k": 1, "square": False})])


def a_part_by_name(x, opt):
    inner = opt["inner"]
    y = x * x
    for _ in range(2):
        y = y * inner["k"] if inner["on"] else y * y
    return y


case(
    a_part_by_name,
    (u(3), {"inner": {"k": 2, "on": True}}),
    other=[(u(3), {"inner": {"k": 2, "on": False}})],
)


def weights_and_mode(x, p):
    y = x @ p["W"]
    return np.tanh(y) if p["mode"] == "tanh" else y * y


case(
    weights_and_mode,
    (u(2, 3), {"W": u(3, 4), "mode": "tanh"}),
    other=[(u(2, 3), {"W": u(3, 4), "mode": "square"})],
)


def by_keyword(x, *, options):
    return x ** options["power"] if options["power"] > 1 else x


case(by_keyword, (u(3),), {"options": {"power": 3}}, other=[Call(u(3), options={"power": 1})])


def options_or_none(x, opt):
    y = x * x
    if opt and opt["inner"]:
        y = y * opt["inner"]["k"] * x
    return y


case(
    options_or_none,
    (u(3), {"inner": {"k": 2}}),
    other=[(u(3), None), (u(3), {}), (u(3), {"inner": None}), (u(3), {"inner": {"k": 3}})],
)


def put_in_place_of(x, opt):
    y = x * x * opt["k"]
    opt = {"k": 5}
    return y * x * opt["k"]


case(put_in_place_of, (u(3), {"k": 3}), other=[(u(4), {"k": 2})])


def changed_by_itself(x, opt):
    y = x
    for _ in range(3):
        y = y * x * opt["k"]
        opt["k"] += 1
    return y


case(changed_by_itself, (u(3), {"k": 3}), other=[(u(4), {"k": 1})])


def taken_out(x, opt):
    y = x * x * opt["k"]
    opt.pop("k")
    return y * x


case(taken_out, (u(3), {"k": 3}), other=[(u(4), {"k": 1})])


def inner_replaced(x, opt):
    if opt["on"]:
        y = x * x * opt["inner"]["k"]
        opt["inner"] = {"k": 8}
    else:
        y = x
    return y * x


case(
    inner_replaced,
    (u(3), {"on": True, "inner": {"k": 3}}),
    other=[(u(3), {"on": False}), (u(4), {"on": True, "inner": {"k": 2}})],
)
