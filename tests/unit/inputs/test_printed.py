"""Values as code: what is read back is the value."""

import collections
import math

import numpy as np
import pytest

from codegen.errors import CodegenError
from codegen.inputs.printed import assigned, literal, spelled
from codegen.pytree import same

Point = collections.namedtuple("Point", "x y")
VALUES = [
    (1, -2.5, True, None, "it's", b"x", 1j, ...),
    [math.inf, -math.inf, 0.0, [], ()],
    {"a": (1.0,), 2: {"b": [np.float32(0.5), np.bool_(True)]}},
    {"relu", "elu"},
    frozenset([3]),
    set(),
    (range(3), slice(1, None)),
    np.array([[1.0, -np.inf], [np.pi, 0.1]]),
    np.array([1, 2], np.int8),
    np.array([True, False]),
    np.zeros((0, 3), int),
    np.zeros(0),
    [np.sin, np.float32, np.dtype("int16")],
]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_a_value_is_read_back(value):
    found = eval(literal(value), {"np": np})  # noqa: S307
    assert type(found) is type(value)
    assert same(found, value)


def test_sets_are_written_in_one_order():
    assert literal({"b", "a", "c"}) == literal({"c", "b", "a"}) == "{'a', 'b', 'c'}"


@pytest.mark.parametrize(
    "value", [object(), [print], {"a": object()}, np.array([None])], ids=range(4)
)
def test_what_has_no_text_is_said(value):
    assert literal(value) is None
    with pytest.raises(CodegenError, match="cannot hold an example input"):
        spelled(value)


def test_large_arrays_are_left_to_the_caller():
    assert literal([np.zeros(201)], largest=200) is None


def test_a_notebook_takes_containers_for_what_they_hold():
    assert spelled(Point(1, 2.0)) == "collections.namedtuple('Point', ['x', 'y'])(1, 2.0)"
    assert spelled(collections.OrderedDict(a=[1])) == "{'a': [1]}"


def test_a_generator_goes_on_where_it_was():
    rng = np.random.default_rng(3)
    rng.normal()
    names = {"np": np}
    exec(assigned("rng", rng), names)  # noqa: S102
    assert names["rng"].normal() == rng.normal()
