"""Containers: as values, and as texts that give the same values."""

import logging
from collections import namedtuple
from dataclasses import dataclass
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest

import codegen
from codegen import syntax
from codegen.pytree import (
    Seen,
    combined,
    copied,
    deep_leaves,
    get,
    has_float,
    is_float,
    mapped,
    meet,
    module_of,
    parts,
    replaced,
    same,
    shallow,
    typed,
    vars_of,
    walk,
    zeros_like,
)

Pair = namedtuple("Pair", "w b")


@dataclass
class Layer:
    w: object
    name: str = "first"


X = np.arange(3.0)
SAMPLES = [
    [X, 2 * X],
    [X, 0.5],
    (X, X + 1),
    {"w": X, "b": 2 * X},
    {"w": X, "b": 0.5},
    [{"w": X}, {"w": 2 * X}],
    {"layers": [X, X], "scale": 2.0},
    [1.0, 2.0],
    [[1.0, 2.0], [3.0]],
    Pair(X, 0.5),
    {"a": (1.0, (2.0, 3.0)), "b": (0.5, (1.0, 4.0))},
]


def value(tree, **names):
    """The value of a text."""
    return eval(syntax.show(tree), {"np": np, **names})  # noqa: S307


def numbers(tree):
    """All numbers of a container in one array."""
    return np.concatenate([np.ravel(leaf) for _, leaf in walk(tree) if is_float(leaf)])


@pytest.mark.parametrize("sample", SAMPLES, ids=repr)
def test_zeros_sums_and_copies_as_text(sample):
    one, other = syntax.name("one"), syntax.name("other")
    zeros = value(zeros_like(one, sample), one=sample)
    assert not numbers(zeros).any()
    assert len(numbers(zeros)) == len(numbers(sample))
    total = value(combined([one, other], sample), one=sample, other=sample)
    assert np.array_equal(numbers(total), 2 * numbers(sample))
    twin = value(copied(one, sample), one=sample)
    assert np.array_equal(numbers(twin), numbers(sample))
    assert not meet(list(parts(twin)), list(parts(sample)))
    again = value(typed(one, sample, syntax.name("model")), one=list_of(sample), model=sample)
    assert type(again) is type(sample)


def list_of(sample):
    """A container as the backward pass holds it: lists for tuples."""
    return list(sample) if isinstance(sample, tuple) else sample


def test_leaves_and_paths():
    tree = {"a": [X, (1.0, "word")]}
    assert [path for path, _ in walk(tree)] == [("a", 0), ("a", 1, 0), ("a", 1, 1)]
    assert get(tree, ("a", 1, 0)) == 1.0
    assert has_float(tree)
    assert not has_float({"n": 3, "s": "x"})


def test_another_value_at_the_end_of_a_path():
    layer = Layer([X, X])
    path = next(path for path, leaf in deep_leaves(layer) if leaf is X)
    twin = replaced(layer, path, 2.0)
    assert twin.w[0] == 2.0
    assert layer.w[0] is X


def test_a_map_keeps_the_types():
    twin = mapped(lambda leaf: 0, {"p": Pair(X, 0.5), "t": (1.0,), "l": Layer(X)})
    assert twin == {"p": Pair(0, 0), "t": (0,), "l": Layer(0, 0)}


def test_equal_to_the_bit():
    assert same({"x": X, "n": float("nan")}, {"x": X.copy(), "n": float("nan")})
    assert not same([X], [X.astype(np.float32)])
    assert not same([1.0], (1.0,))


def test_equal_objects_are_told_apart():
    one, other = [1.0], [1.0]
    seen = Seen(one)
    assert one in seen
    assert other not in seen
    assert seen.add(other)
    assert not seen.add(other)


class Particular:
    def __new__(cls, size):
        return super().__new__(cls)

    def __init__(self, size):
        self.size = size


@pytest.mark.parametrize("value", [SimpleNamespace(size=3), Particular(3)], ids=["library", "own"])
def test_an_object_is_copied_without_its_constructor(value):
    twin = shallow(value)
    assert twin is not value
    assert type(twin) is type(value)
    assert vars(twin) == {"size": 3}


class Named:
    __slots__ = "name"


class Measured(Named):
    __slots__ = ("value", "unit")

    def __init__(self, value):
        self.value = value


def test_slots_are_attributes_as_far_as_they_are_filled():
    one = Measured(np.ones(2))
    assert list(vars_of(one)) == ["value"]
    twin = shallow(one)
    assert twin.value is one.value
    assert same(one, twin)
    twin.value = 2 * one.value
    assert not same(one, twin)


def test_what_a_logger_or_a_mock_keeps_is_nobodys_business():
    def f(x, log, scale):
        log.info("x has %d rows", len(x))
        return x * float(scale)

    for log in (logging.getLogger("codegen.case"), mock.Mock(), mock.MagicMock()):
        assert list(deep_leaves({"log": log})) == [(("log",), log)]
        assert codegen.generate(f, np.ones(3), log, mock.MagicMock()).check().verdict == "right"


class Homeless:
    """An object whose class says that its module is a property."""

    def __init__(self):
        self.w = 2.0

    @property
    def __module__(self):
        return "nowhere"

    def scaled(self, x):
        return x * self.w


def test_a_class_whose_module_is_a_property():
    assert module_of(Homeless) == ""
    module = codegen.generate(Homeless().scaled, np.ones(3))
    assert module.check().verdict == "right"


class Person:
    def __init__(self):
        self.knows, self.age = [], 30.0


def test_each_of_many_objects_that_know_each_other_is_gone_into_once():
    people = [Person() for _ in range(12)]
    for one in people:
        one.knows = people
    assert len(list(deep_leaves(people[0]))) == len(people)
