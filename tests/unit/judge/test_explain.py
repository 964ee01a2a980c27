"""Our lines beside wrong ones: those that set the gradient, each with its stage."""

import numpy as np

import codegen
from codegen.judge.explain import Solution, lines_about


def shifted(x, w):
    s = x * w
    t = np.tanh(s)
    return t + s


def solution():
    """The pair of `shifted`."""
    module = codegen.generate(shifted, np.array([0.5, 1.0]), np.array([2.0, 3.0]))
    return Solution(module.source, module.name, module.stages)


def test_all_lines_that_set_a_gradient_are_shown_with_the_stage_of_each():
    told, *lines = lines_about("ds", solution())
    assert told.startswith("explanation: ")
    assert [line.split() for line in lines] == [
        "ds = dout.copy() from the stage out = t + s".split(),
        "rule: a sum hands the upstream gradient to each of its terms".split(),
        "ds += (1 - t**2) * dt from the stage t = np.tanh(s)".split(),
        "rule: the local gradient of tanh is 1 - out**2".split(),
    ]


def test_a_gradient_is_found_whatever_it_is_called():
    _, line, rule = lines_about("grads['W']", solution())
    assert line.strip() == "dw = x * ds    from the stage s = x * w"
    assert rule.strip().startswith("rule: a product gives each factor")


def test_of_an_unknown_name_there_is_no_line():
    assert lines_about("dz", solution()) == []
