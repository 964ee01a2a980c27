"""What the report says: the course's words for errors, and its table."""

import math

import numpy as np

import codegen
from codegen.check.report import Report, Row, words


def test_the_report_speaks_the_words_of_the_course():
    assert [words(e) for e in (None, 1e-9, 1e-5, 1e-3, 0.1, math.inf)] == [
        "not judged",
        "happy",
        "okay",
        "uncomfortable",
        "wrong",
        "wrong",
    ]
    report = Report("f", (Row("x", 2e-9, "happy", 1, errors=(2e-9,)),), notes=("noted",))
    assert str(report).splitlines() == [
        "gradient check of f: right",
        "  relative error  example  kinks",
        "  dx              2e-09    1      happy",
        "  note: noted",
    ]
    assert "FAILED" in str(Report("f", failures=("dx is wrong",)))


def descended(x, rate):
    for _ in range(20):
        if x == 0.5:
            break
        x = x - rate * (x - 0.5)
    return x * x


def test_right_is_not_said_of_what_was_not_judged_at_the_example_or_is_left_out():
    kink = codegen.generate(lambda t: abs(t) + t, 0.0).check()
    assert kink.verdict == "right, but dt not judged at the example"
    solution = codegen.generate(descended, 0.5, 0.3).check()
    assert solution.verdict == "right, but x left out"


def weighted(x):
    return x * np.ones(3)


def test_a_gradient_with_more_digits_than_its_argument_is_noted():
    notes = codegen.generate(weighted, np.array([0.5, 1.0, 2.0])).check().notes
    assert "in float32, dx is float64, since something in weighted is" in notes


def cut_off(x):
    counts = np.zeros(3, dtype=int)
    counts[0] = x[0] * 2
    return np.sum(counts * x)


def test_where_slopes_are_rough_nothing_is_judged_and_a_note_says_so():
    report = codegen.generate(cut_off, np.array([0.5, 1.0, 2.0])).check()
    assert report.verdict == "right"
    assert not [note for note in report.notes if note.startswith("dx is wrong")]
    assert "slopes are rough (1,000 times as large): dx not judged there" in report.notes


class Scale:
    """Scales by a whole number."""

    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return self.w * x


def test_what_has_no_slope_and_what_is_left_out_are_noted():
    assert "dx is zero wherever it was tried" in codegen.generate(np_round, 2.512).check().notes
    notes = codegen.generate(Scale(2), 3.0).check().notes
    assert [note for note in notes if note.startswith("self.w is an integer and left out")]
    assert codegen.generate(np_round, np.zeros(0)).check().verdict == "not judged"


def np_round(x):
    return np.round(x, 2)
