"""Deep formulas: generated from text whose depth is beyond Python's usual limit, and right."""

import importlib.util
import sys

import numpy as np

import codegen

X, W = np.array([0.3, 0.2, 0.9]), np.array([0.9, 1.1, 1.0])


def function_of(path, *lines):
    """The function `f` of a module with these lines."""
    path.write_text("\n".join(["import numpy as np", "", "", *lines, ""]))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.f


def test_a_sum_of_three_hundred_products(tmp_path):
    terms = [f"x[{k % 3}] * w[{(k + 1) % 3}]" for k in range(300)]
    f = function_of(tmp_path / "wide_sum.py", "def f(x, w):", f"    return {' + '.join(terms)}")
    module = codegen.generate(f, X, W)
    out, cache = module.forward(X, W)
    assert np.isclose(out, f(X, W))
    dx, dw = module.backward(1.0, cache)
    assert np.allclose(dx, 100 * np.roll(W, -1))
    assert np.allclose(dw, 100 * np.roll(X, 1))


def test_a_caller_that_stands_deep_gets_the_same_text(tmp_path):
    terms = " + ".join([f"x[{k % 3}] * w[0]" for k in range(90)])
    f = function_of(tmp_path / "deep_caller.py", "def f(x, w):", f"    return {terms}")

    def below(levels):
        return codegen.generate(f, X, W).source if levels == 0 else below(levels - 1)

    assert below(0) == below(sys.getrecursionlimit() // 2)


def test_formulas_nested_twenty_deep(tmp_path):
    text = "x"
    for k in range(20):
        text = f"({text} * 0.9 - w)" if k % 2 else f"np.tanh({text} + w)"
    f = function_of(tmp_path / "nested.py", "def f(x, w):", f"    return np.sum({text})")
    module = codegen.generate(f, X, W)
    assert np.isclose(module.forward(X, W)[0], f(X, W))


def test_one_name_bound_three_hundred_times(tmp_path):
    lines = ["x = np.sin(x) + 0.5", "x = x * 1.01"] * 150
    body = [f"    {line}" for line in lines]
    f = function_of(tmp_path / "one_name.py", "def f(x, w):", *body, "    return np.sum(x * w)")
    module = codegen.generate(f, X, W)
    out, cache = module.forward(X, W)
    assert np.isclose(out, f(X, W))
    assert np.shape(module.backward(1.0, cache)[0]) == (3,)
