"""The run: a helper has one trace for all calls with such arguments, and what changes its arguments one for each."""

import numpy as np

from codegen.trace.observe import observe
from tests.cases.calls import several


def traces_of(function, *args):
    """The traces of the functions that a run has reached, each once."""
    trace = observe(function, args, {})
    return trace.run.helpers(trace)


def test_a_helper_is_traced_once_however_many_ways_lead_to_it():
    names = [t.function.__name__ for t in traces_of(several.eight_times, np.ones(3))]
    assert sorted(names) == ["eight_times", "four_times", "twice", "wave"]


def test_arguments_of_other_ranks_have_traces_of_their_own():
    names = [t.function.__name__ for t in traces_of(several.ranks_apart, np.ones(3))]
    assert names.count("wave") == 3


def test_numbers_that_are_no_floats_tell_calls_apart():
    names = [t.function.__name__ for t in traces_of(several.other_ways_later, np.ones(3))]
    assert names.count("by_count") == 2


def test_a_helper_that_changes_its_argument_has_a_trace_for_each_call():
    names = [
        t.function.__name__ for t in traces_of(several.changed_in_turn, np.ones(3), np.ones(3))
    ]
    assert names.count("doubled") == 2
