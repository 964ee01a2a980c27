"""What the report says: the course's words for errors, and its table."""

import math

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
