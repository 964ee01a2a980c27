"""What containers hold: `opt["mode"]` in a backward pass comes out of the cache."""

import ast

import numpy as np
import pytest

import codegen
from codegen.backward.hold import copy_of, read_surely


def test_the_cache_holds_what_is_read_and_not_the_container():
    def f(x, opt):
        return x * x * opt["k"] if opt["mode"] == "a" else x

    text = codegen.generate(f, np.ones(3), {"mode": "a", "k": 2}).source
    assert 'cache = (x, opt["mode"], opt.get("k"))' in text
    assert 'if mode == "a":' in text


def test_weights_are_read_from_the_cache():
    def f(x, p):
        total = x @ p["W"] + p["b"]
        return np.tanh(total)

    text = codegen.generate(f, np.ones((2, 3)), {"W": np.ones((3, 4)), "b": np.ones(4)}).source
    assert 'cache = (x, p["W"], out)' in text
    assert "dtotal @ W.T" in text


def test_weights_in_dicts_in_a_dict_are_read_from_the_cache():
    def linear(x, w, b):
        return x @ w + b

    def f(x, p):
        return np.tanh(linear(np.tanh(linear(x, **p["in"])), **p["out"]))

    p = {k: {"w": np.ones((3, 3)), "b": np.ones(3)} for k in ("in", "out")}
    module = codegen.generate(f, np.ones((2, 3)), p)
    assert ".copy()" not in module.source.split("cache = ")[0]
    out, cache = module.forward(np.ones((2, 3)), p)
    before = module.backward(np.ones_like(out), cache)
    p["in"]["w"], p["out"] = 2 * p["in"]["w"], {"w": 0 * p["out"]["w"], "b": p["out"]["b"]}
    after = module.backward(np.ones_like(out), cache)
    np.testing.assert_array_equal(before[0], after[0])
    np.testing.assert_array_equal(before[1]["in"]["w"], after[1]["in"]["w"])


def test_a_dict_that_is_read_as_a_whole_too_is_kept_in_one_piece():
    def f(x, p, names):
        y = x @ p["W"]
        for name in names:
            y = y * p[name]
        return y

    text = codegen.generate(f, np.ones((2, 3)), {"W": np.ones((3, 4)), "a": 2.0}, ["a"]).source
    assert "cache = (x, p.copy(), [*names], steps)" in text


def test_what_the_function_has_made_itself_is_kept_as_it_is():
    def f(x):
        d = {"a": x[0] * 2}
        d["b"] = np.sin(x[1])
        return d["a"] * d["b"]

    assert "d[" not in codegen.generate(f, np.ones(2)).source.split("cache = ")[1].split(")")[0]


def test_a_list_of_numbers_is_kept_like_an_array():
    def f(w, x):
        return w[0] * x[0] + w[1] * x[1]

    text = codegen.generate(f, [1.0, 2.0], [3.0, 4.0]).source
    assert "cache = (w, x)" in text


def test_a_list_of_words_is_copied():
    assert copy_of("names", ["a", "b"], 1) == "[*names]"
    assert copy_of("steps", [{"n": 1}], 1) == "[part.copy() for part in steps]"
    deep = "{key: [[*part2] for part2 in part] for key, part in t.items()}"
    assert copy_of("t", {"a": [["x"]]}, 1) == deep


def through_all(ws, x):
    for w in ws:
        x = np.tanh(x @ w)
    return x


def in_each_trip(ws, x):
    for _ in range(2):
        layers = ws
        for w in layers:
            x = np.tanh(x @ w)
    return x


def through_pairs(ws, x):
    for w, v in ws:
        x = np.tanh(x @ w) @ v
    return x


def list_is_another_name(ws, list):
    for w in ws:
        list = np.tanh(list @ w)
    return list


@pytest.mark.parametrize(
    "function", [through_all, in_each_trip, through_pairs, list_is_another_name]
)
def test_a_tuple_may_come_where_the_example_has_a_list(function):
    w = np.array([[0.5, 0.2], [-0.3, 0.8]])
    ws = [[w, w.T], [w + 1, w]] if function is through_pairs else [w, w + 1]
    x, dout = np.array([0.1, 0.7]), np.array([1.0, 2.0])
    module = codegen.generate(function, ws, x)
    given = tuple(map(tuple, ws)) if function is through_pairs else tuple(ws)
    found, expected = (
        module.backward(dout, module.forward(one, x.copy())[1]) for one in (given, ws)
    )
    for got, wanted in zip(found, expected, strict=True):
        assert np.array_equal(got, wanted)


def test_what_one_side_reads_alone_is_not_read_surely():
    text = """
if o["a"] and o["b"]:
    y = o["c"] + o["d"]
else:
    y = o["c"]
z = [v for v in o["e"]] if o["f"] else o["g"]
"""
    found = {one for one in read_surely(ast.parse(text).body) if one.startswith("o[")}
    assert found == {'o["a"]', 'o["c"]', 'o["f"]'}


class Layer:
    def __init__(self, on, k):
        self.on, self.k = on, k


def test_switches_of_objects_in_a_loop_are_those_of_the_forward_pass():
    def f(layers, x, n):
        for i in range(n):
            layer = layers[i]
            x = np.tanh(x * layer.k) if layer.on else x * x
        return x

    x, layers = np.ones(3), [Layer(True, 2), Layer(False, 3)]
    module = codegen.generate(f, layers, x, 2)
    out, cache = module.forward(layers, x, 2)
    before = module.backward(np.ones(3), cache)
    layers[0].k, layers[1].on = 7, True
    np.testing.assert_array_equal(module.backward(np.ones(3), cache), before)
