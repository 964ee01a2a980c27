"""Values that only staging has named are computed again where one line reads them, if that takes next to no time."""

import numpy as np

import codegen


def nearer(b, c):
    disc = b**2 - c
    t = -b - np.sqrt(disc)
    return t * b


def test_the_root_of_a_number_is_taken_again_where_one_line_reads_it():
    text = codegen.generate(nearer, 3.0, 2.0).source
    assert "t = -b - np.sqrt(disc)\n" in text
    assert "ddisc = -0.5 / np.sqrt(disc) * dt" in text


def handed_on(b, c):
    disc = b**2 - c
    return np.sqrt(disc)


def test_what_is_returned_is_read_by_its_name():
    assert "ddisc = 0.5 / out * dout" in codegen.generate(handed_on, 3.0, 2.0).source


def hinged(w, C, X, y):
    hinge = np.maximum(0, 1 - y * (X @ w))
    return 0.5 * w @ w + C * np.mean(hinge)


def far_from_a_product(x, C):
    e = np.exp(x)
    return np.sum(e * x) + C * np.mean(e)


X = np.arange(6.0).reshape(2, 3) - 2.5


def test_a_mean_beside_a_matrix_product_is_taken_again():
    text = codegen.generate(hinged, X[0], 0.7, X, X[:, 0]).source
    assert "dC = np.mean(hinge) * dout" in text
    assert "C * np.mean(hinge)\n" in text


def test_a_mean_that_is_all_the_work_is_kept():
    assert "dC = meane * dout" in codegen.generate(far_from_a_product, X[0], 0.7).source
