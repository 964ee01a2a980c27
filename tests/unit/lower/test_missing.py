"""Why an expression has no gate, and what is advised."""

import numpy as np
import pytest

import codegen

X = np.array([0.5, 1.0])


def unknown(x):
    return np.fft.hfft(x)


def with_a_mask(x):
    return np.sum(np.ma.masked_array(x, mask=[0, 1]) * 2)


def with_a_matrix(x):
    return np.sum(np.matrix(x) * 2)


def drawn(x):
    return np.random.normal(x)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("function", "said", "advised"),
    [
        (unknown, "hfft", "A row of your own"),
        (with_a_mask, "masked arrays", "np.where"),
        (with_a_matrix, "np.matrix", "np.array"),
        (drawn, "drawn", "scale them"),
    ],
)
def test_a_missing_gate_says_why(function, said, advised):
    with pytest.raises(codegen.MissingGateError, match=said) as error:
        codegen.generate(function, X)
    assert advised in error.value.advice
