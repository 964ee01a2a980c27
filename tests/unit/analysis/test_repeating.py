import pytest

from codegen import syntax
from codegen.analysis.repeating import gives_same, is_arithmetic


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("zip(a, b)", True),
        ("d.items()", True),
        ("np.argsort(x)", True),
        ("np.random.permutation(n)", False),
        ("next(it)", False),
    ],
)
def test_a_call_without_chance_gives_the_same_again(text, repeats):
    assert gives_same(syntax.parse(text)) is repeats


@pytest.mark.parametrize(
    ("text", "is_free"),
    [
        ("x[0]", True),
        ("x.T", True),
        ("max(i - 1, 0)", True),
        ("A @ B", False),
        ("f(x)", False),
        ("xs.pop()", False),
    ],
)
def test_what_calls_nothing_unknown_can_be_computed_again(text, is_free):
    assert is_arithmetic(syntax.parse(text)) is is_free
