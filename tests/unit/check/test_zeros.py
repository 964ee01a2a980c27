"""A note where a zero makes a gradient NaN."""

import numpy as np
import pytest

import codegen


def mean_of_two(p, q):
    return np.sqrt(p * q)


def norm(x):
    return np.sqrt(np.sum(x**2))


def tips(x):
    return np.sum(np.cbrt(x**3))


def logarithms(x):
    return np.sum(x * np.log(x))


A = np.array([0.5, 0.7])
SAYS = {
    mean_of_two: (
        (0.5, 2.0),
        "where p is 0, dq is NaN: an infinite slope meets 0 there",
        "where q is 0, dp is NaN: an infinite slope meets 0 there",
    ),
    norm: ((A,),),  # finite there
    logarithms: ((A,),),  # no value there
}


@pytest.mark.parametrize("function", SAYS)
def test_a_note_says_which_zeros_make_a_gradient_nan(function):
    args, *wanted = SAYS[function]
    notes = codegen.generate(function, *args).check().notes
    assert [note for note in notes if "NaN" in note] == wanted


@pytest.mark.parametrize("function", [tips, lambda x: 1 / (1 + 2 / x)])
def test_a_guard_refuses_zeros_where_the_function_is_smooth(function):
    module = codegen.generate(function, A)
    with pytest.raises(NotImplementedError, match="x held no 0"):
        module.forward(np.array([0.0, 1.0]))
