"""Names that the gradients, the builtins or the formulae would like to have."""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(56), uniform(56)


def gradients_of_gradients(x, v):
    d = x * v
    dd = d * d
    ddd = np.sin(dd) * d
    return ddd


case(gradients_of_gradients, (r(3), r(3)))


def deletes_by_name(el, ir):
    es = el * ir
    return es * el


case(deletes_by_name, (r(3), r(3)))


def shadows_builtins(sum, max):
    len = sum * max
    list = np.exp(len)
    return list + sum


case(shadows_builtins, (r(3), r(3)))


def shadows_abs(x):
    abs = np.abs(x)
    range = abs * x
    return range


case(shadows_abs, (r(3),))


def argument_type(type, id):
    input = type * id
    return np.tanh(input) * input


case(argument_type, (r(3), r(3)))


def marks_above_letters(x̂, θ̄, x):
    ŷ = x̂ * θ̄
    return np.sin(ŷ) * x̂ + x


case(marks_above_letters, (0.7, 0.8, 0.9), other=[(1.2, -0.4, 0.3)])


def greek(α, β):
    σ = 1 / (1 + np.exp(-α))
    λ = σ * β
    return λ**2 + α


case(greek, (r(3), r(3)))


def accented(größe, été):
    maß = größe * été
    return np.sin(maß) + größe


case(accented, (r(3), r(3)))


def underscores(_, __x):
    _y = _ * __x
    return _y * _


case(underscores, (r(3), r(3)))


def capital_and_small(x, X):
    dX = x * 2
    return dX * np.tanh(X)


case(capital_and_small, (r(3), r(3)))


def soft_keywords(match, case_, type_):
    _ = match * case_
    return _ + type_ * match


case(soft_keywords, (r(3), r(3), r(3)))


def forward(x, w):
    """A function called forward."""
    return np.tanh(x @ w)


case(forward, (r(2, 3), r(3)))


def f_backward(x):
    f = x * x
    f_forward = f * x
    return f_forward


case(f_backward, (r(3),))


def sample_index(n, N, y):
    n = n * y
    return n / N


case(sample_index, (r(3), 4.0, r(3)), other=[(r(2), 3.0, r(2))])


def same_structure_names(x, y):
    xpy = x * y
    return (x + y) ** 2 / (xpy + 5) + xpy


case(same_structure_names, (0.5, 0.7), other=[(1.5, 0.1)])


def number_names(x1, x2, x11):
    x12 = x1 * x2
    return x12 * x11 + (x1 * x2 + x11) ** 2


case(number_names, (0.5, 0.7, 0.2))


def den_is_taken(num, den):
    invden = num * den
    return (num + math.exp(den)) / (1 + invden**2)


case(den_is_taken, (0.5, 0.7), other=[(1.5, -1.0)])


def long_names(the_first_of_the_very_long_arguments, the_second_of_the_very_long_arguments):
    the_product_of_both_of_the_arguments = (
        the_first_of_the_very_long_arguments * the_second_of_the_very_long_arguments
    )
    return np.tanh(the_product_of_both_of_the_arguments) + the_product_of_both_of_the_arguments


case(long_names, (r(3), r(3)))


def std_taken(x, std, xmu):
    mu = np.mean(x)
    var = np.mean((x - mu) ** 2)
    return (x - mu) / np.sqrt(var + 1e-5) * std + xmu


case(std_taken, (r(4), r(4), r(4)), other=[(r(6), r(6), r(6))])


def lengths(x):
    return x * 3


def of_another_module(x):
    from numpy.linalg import norm as lengths

    return lengths(x)


case(of_another_module, (r(3),), other=[(r(2),)])


def logsumexp(x):
    from scipy.special import logsumexp

    return logsumexp(x)


case(logsumexp, (r(3),), other=[(r(2),)])
