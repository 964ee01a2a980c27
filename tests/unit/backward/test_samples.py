"""Values of the traced run, random ones like them, and in what two of them are alike."""

import numpy as np

from codegen.backward.samples import (
    agrees,
    dtype_of,
    full_sample,
    is_ambiguous,
    random_like,
    same_shape,
)


def test_random_numbers_have_the_structure_of_a_value_and_are_the_same_each_time():
    value = {"w": np.ones((2, 3)), "b": [1.0, np.zeros(2)]}
    one, other = random_like(value), random_like(value)
    assert one["w"].shape == (2, 3)
    assert type(one["b"][0]) is float
    assert np.array_equal(one["w"], other["w"])
    assert len(np.unique(one["w"])) == 6


def test_a_value_agrees_if_it_is_the_truth_once_it_is_broadcast():
    assert agrees(2.0, np.full(3, 2.0))
    assert not agrees(np.ones((2, 1)), np.ones(3))
    assert not agrees(None, np.ones(3))
    assert agrees(np.array([np.nan]), np.array([np.nan]))


def test_an_axis_of_size_one_hides_whether_something_is_broadcast_along_it():
    assert is_ambiguous((3, 1), (3, 1))
    assert not is_ambiguous((3, 2), (3, 2))
    assert not is_ambiguous((3,), (1, 3))


def test_an_upstream_sample_is_brought_to_the_shape_of_its_wire():
    assert np.array_equal(full_sample(2.0, np.zeros(3)), np.full(3, 2.0))
    assert full_sample([1.0], np.zeros(3)) == [1.0]


def test_containers_count_as_of_one_shape():
    assert same_shape([1.0], np.zeros(3))
    assert not same_shape(np.zeros(2), np.zeros(3))


def test_only_floats_of_numpy_have_a_type_to_keep():
    assert dtype_of(np.float32(1.0)) == np.float32
    assert dtype_of(1.0) is None
    assert dtype_of(np.zeros(2, int)) is None
