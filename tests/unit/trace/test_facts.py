"""What a run has seen of one place, joined over all visits."""

import numpy as np
import pytest

from codegen.trace.facts import Behind, Fact, fact_of, has_parts, kept, kind_of, levelled, parts_of


class Layer:
    """An object with attributes."""

    def __init__(self, **given):
        self.__dict__.update(given)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (1.0, ("float", 0)),
        (np.float32(1), ("float", 0)),
        (True, ("bool", 0)),
        (np.ones((2, 3)), ("float", 2)),
        (np.arange(3), ("int", 1)),
        ([1.0, 2.0], ("list", 2)),
        (1j, ("complex", 0)),
        (None, ("none", 0)),
        (Layer(), ("other", 0)),
    ],
)
def test_kinds(value, kind):
    assert kind_of(value) == kind


def test_the_sample_is_a_float_of_the_largest_rank():
    fact = Fact()
    for value in (0, 2.0, np.ones(3), 1.0):
        fact.see(value)
    assert np.array_equal(fact.sample, np.ones(3))
    assert fact.kinds == {("int", 0), ("float", 0), ("float", 1)}
    assert fact.visits == 4


def test_a_sample_is_not_changed_by_what_happens_to_the_array_later():
    x = np.ones(3)
    fact = fact_of([x])
    x[0] = 5.0
    assert fact.sample[0][0] == 1.0


def test_a_list_that_begins_with_a_whole_number_has_floats_in_its_place_later():
    fact = fact_of([0, None])
    fact.see([1.5, 2.5])
    assert [type(item) for item in fact.sample] == [float, float]
    assert levelled([(0, 1.0), (2.0, None)]) == [(0.0, 1.0), (2.0, 1.0)]


def test_a_forced_run_tells_no_more_than_the_real_one_where_that_tells_enough():
    real = fact_of(2.0)
    Behind(real=real).see(np.ones(3))
    assert real.forced == {("float", 1)}
    other = fact_of(2.0)
    behind = Behind(real=other, keeps_rank=True)
    behind.see(np.ones(3))
    assert other.sample == 2.0
    assert behind.met_ranks


def test_names_that_share_memory():
    fact = Fact(groups=[{"x", "y"}, {"z"}])
    assert fact.sharing("x") == {"x", "y"}
    fact.rename({"y": "w"})
    assert fact.changing == {"x", "w", "z"}


def test_an_object_has_the_parts_of_those_inside_it_but_not_of_the_one_around_it():
    net = Layer(inner=Layer(w=2.0), n=3)
    net.inner.net = net
    assert [path for path, _ in parts_of(net)] == [".inner.w", ".inner.net", ".n"]
    assert has_parts(net)
    assert not has_parts(Layer(n=3))


def test_a_copy_keeps_the_kind_of_its_containers():
    found = kept({"a": (np.ones(2), [1.0])})
    assert type(found["a"]) is tuple
    assert type(found["a"][1]) is list
