import ast

import pytest

from codegen.trace.passing import none_by_default


@pytest.mark.parametrize(
    ("parameters", "may"),
    [("w, reg", False), ("w, reg=None", True), ("w, reg=0.1", False), ("w, *, reg=None", True)],
)
def test_an_option_that_may_be_left_out(parameters, may):
    tree = ast.parse(f"def f({parameters}): pass").body[0]
    assert ("reg" in none_by_default(tree)) is may
