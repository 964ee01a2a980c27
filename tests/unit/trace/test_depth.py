"""Depth: what is nested deeper than the passes can follow is cut, or refused with its line."""

import linecache

import numpy as np
import pytest

import codegen


def made(text):
    """The function that a text defines, with a source that can be found."""
    path = f"<deep {len(text)} {hash(text)}>"
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    names = {"np": np}
    exec(compile(text, path, "exec"), names)
    return names["f"]


def test_a_sum_of_hundreds_of_terms_is_cut_into_parts():
    text = "def f(x):\n    return " + " + ".join(f"x * {k}.0" for k in range(1, 301)) + "\n"
    module = codegen.generate(made(text), np.array([0.5, 1.5]))
    out, cache = module.forward(np.array([2.0]))
    assert out == pytest.approx([2.0 * 45150])
    assert module.backward(np.ones(1), cache) == pytest.approx([45150.0])


def test_an_expression_that_cannot_be_cut_is_refused_with_its_line():
    inner = "x"
    for _ in range(130):
        inner = f"(np.sin(x) * {inner})"
    with pytest.raises(codegen.UnsupportedError, match="nested so deep") as caught:
        codegen.generate(made(f"def f(x):\n    y = x\n    return {inner} + y\n"), 1.0)
    assert caught.value.location.line == 3
