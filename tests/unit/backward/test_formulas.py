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
