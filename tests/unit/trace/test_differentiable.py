"""Tests of what is differentiated: which arguments count."""

import numpy as np
import pytest

from codegen import CheckError
from codegen.passes import generate


def averaged(x, options):
    mean = options["mean"]
    if options["mode"] == "train":
        options["mean"] = 0.9 * mean + 0.1 * np.mean(x)
    return x - mean


def averaged_by_a_helper(x, options):
    return averaged(x * 2, options) * x


def weighted(x, options):
    return x * options["w"] if options["mode"] == "train" else x


@pytest.mark.parametrize("function", [averaged, averaged_by_a_helper])
def test_arrays_that_are_kept_among_options_are_no_arguments(function):
    options = {"mode": "train", "mean": np.ones(3)}
    assert generate(function, np.ones(3), options).wrt == ("x",)
    assert generate(function, np.ones(3), options, wrt=("x", "options")).wrt == ("x", "options")


def test_arrays_among_options_that_are_only_read_are():
    module = generate(weighted, np.ones(3), {"mode": "train", "w": np.ones(3)})
    assert module.wrt == ("x", "options")


def descent(w, g, momentum=0.0, decay=0.0):
    if decay:
        g = g + decay * w
    if momentum != 0:
        g = momentum * w + g
    return w - g


def test_a_number_that_says_that_something_is_not_done_is_left_out():
    module = generate(descent, np.ones(3), np.ones(3))
    assert module.wrt == ("w", "g")
    assert any("momentum is left out" in note for note in module.check().notes)
    assert generate(descent, np.ones(3), np.ones(3), 0.9).wrt == ("w", "g", "momentum", "decay")
    with pytest.raises(CheckError, match="momentum"):
        generate(descent, np.ones(3), np.ones(3), wrt=("w", "momentum"))


class Dropout:
    def __init__(self):
        self.param = {"mode": "train", "p": 0.5, "seed": 3}
        self.w = np.ones(3)

    def forward(self, x):
        if self.param["mode"] == "test":
            return x * self.w
        np.random.seed(self.param["seed"])
        return x * self.w * (np.random.rand(*x.shape) < self.param["p"]) / self.param["p"]


def test_options_that_an_object_holds_are_no_arguments():
    net = Dropout()
    assert generate(net.forward, np.ones((2, 3))).wrt == ("self.w", "x")
    assert generate(net.forward, np.ones((2, 3)), wrt="self.param").wrt == ("self.param",)


def by_mode(x, options):
    out = None
    if options["mode"] == "train":
        out = x * 2
    elif options["mode"] == "test":
        out = x
    return out.astype(x.dtype, copy=False)


def test_a_guard_behind_a_chain_of_tests_names_all_of_them():
    module = generate(by_mode, np.ones(3), {"mode": "train"})
    with pytest.raises(NotImplementedError) as raised:
        module.forward(np.ones(3), {"mode": "other"})
    asked = 'options["mode"] == "train" or options["mode"] == "test"'
    assert str(raised.value) == f"needs {asked}"
