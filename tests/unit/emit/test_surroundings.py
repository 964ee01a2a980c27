"""What a generated module needs around its functions: names of the pair, constants, and what the function keeps outside of itself."""

from __future__ import annotations

import logging

import numpy as np
import pytest

import codegen

dout = np.array([1.0, 2.0])
cache = 3.0


def square(x):
    return x * x


def scaled(x):
    return x * dout


def test_names_of_the_pair_are_not_taken_from_the_users_module():
    source = codegen.generate(square, np.ones(3)).source
    assert "dout =" not in source
    assert "cache = 3.0" not in source


def test_what_the_function_reads_is():
    source = codegen.generate(scaled, np.ones(2)).source
    assert "dout = np.array([1.0, 2.0])" in source
    assert "def scaled_backward(dout_2, cache):" in source


KINDS = {"relu", "leaky", "elu"}
BOUNDS = np.array([-np.inf, 0.0, np.inf])


def rectified(x, kind="relu"):
    if kind in KINDS:
        x = np.maximum(x, BOUNDS[1])
    return np.clip(x, BOUNDS[0], BOUNDS[2])


def test_constants_are_written_in_one_order_and_with_infinities():
    source = codegen.generate(rectified, np.ones(2)).source
    assert 'KINDS = {"elu", "leaky", "relu"}\n' in source
    assert "BOUNDS = np.array([-np.inf, 0.0, np.inf])\n" in source


COUNT = [0]
LOG: list[int] = []
SEEN: dict[str, int] = {}


def logged(x):
    LOG.append(1)
    return x * 2


def keyed(x):
    SEEN["n"] = len(x)
    return x * 2


def counted(x):
    COUNT[0] += 1
    return x * x * COUNT[0]


def tick():
    COUNT[0] += 1
    return COUNT[0]


def by_helper(x):
    return x * x * tick()


def as_often(x):
    for _ in range(tick()):
        x = x * x
    return x


def switched(x):
    COUNT[0] += 1
    if COUNT[0] > 1:
        return x * x
    return x * x * x


def noted(x):
    noted.calls = getattr(noted, "calls", 0) + 1
    return x * x


def work_list(x, queue):
    while len(queue) > 1:
        x = x * queue.pop()
    return x * x * queue.pop()


X = np.array([1.5, -0.5])


@pytest.fixture(autouse=True)
def fresh():
    yield
    COUNT[0] = 0
    LOG.clear()
    SEEN.clear()
    vars(noted).pop("calls", None)


def test_the_users_own_is_written():
    for function in (logged, keyed, noted):
        codegen.generate(function, X).forward(X)
    assert (LOG, SEEN, noted.calls) == ([1], {"n": 2}, 1)


@pytest.mark.parametrize("function", [counted, by_helper, as_often, switched])
def test_calls_in_between_change_no_gradient(function):
    module = codegen.generate(function, X)
    wanted = []
    for _ in range(3):
        out, cache = module.forward(X)
        wanted.append(module.backward(np.ones_like(out), cache))
    COUNT[0] = 0
    pairs = [module.forward(X) for _ in range(3)]
    found = [module.backward(np.ones_like(out), cache) for out, cache in pairs]
    assert np.array_equal(found, wanted)
    assert not np.allclose(wanted[0], wanted[1])
    assert COUNT[0] == 3  # once in each forward pass, never in the backward pass


def test_what_is_taken_from_a_list_is_kept():
    module = codegen.generate(work_list, X, [2, 3, 4])
    out, cache = module.forward(X, [2, 3, 4])
    assert np.allclose(out, (X * 12) ** 2 * 2)
    for _ in range(2):
        assert np.allclose(module.backward(np.ones_like(out), cache), 4 * 144 * X)


def test_a_variable_of_a_closure_that_changes_is_refused():
    kept = [0]

    def function(x):
        kept[0] += 1
        return x * x * kept[0]

    with pytest.raises(codegen.CodegenError, match="changes kept, which lives outside of it"):
        codegen.generate(function, X)


EPS = 1e-8


def normed(x):
    return x / np.sqrt(np.sum(x * x) + EPS)


def test_numbers_are_spelled_as_in_the_file():
    assert "EPS = 1e-8\n" in codegen.generate(normed, X).source


def test_a_logger_of_a_script_is_asked_for_by_its_name():
    def logged(x):
        log.info("mean %s", np.mean(x))
        return x * x

    plain = type(logged)(logged.__code__, {"np": np, "log": logging.getLogger("steps")}, "logged")
    plain.__module__ = "__main__"
    module = codegen.generate(plain, np.ones(3))
    assert "import logging" in module.source.splitlines()
    assert 'log = logging.getLogger("steps")' in module.source
    assert module.forward(np.ones(3))[0].tolist() == [1.0, 1.0, 1.0]
