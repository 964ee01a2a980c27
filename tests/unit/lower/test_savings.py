"""Branches that only save work: which tests can go."""

import ast

import pytest

from codegen.lower.savings import adds_nothing, saved_by


@pytest.mark.parametrize(
    ("test", "name"),
    [
        ("reg", "reg"),
        ("reg != 0", "reg"),
        ("0.0 != reg", "reg"),
        ("reg > 0", ""),
        ("reg == 0", ""),
        ("reg != 1", ""),
        ("not reg", ""),
        ("reg != False", ""),
    ],
)
def test_the_variable_that_is_compared_with_zero(test, name):
    assert saved_by(ast.parse(test, mode="eval").body) == name


@pytest.mark.parametrize(
    ("body", "nothing"),
    [
        ("loss += reg * np.sum(W)", True),
        ("loss -= 0.5 * np.sum(W) * reg / 2", True),
        ("loss = loss + -reg * s", True),
        ("s = np.sum(W)\n    loss += reg * s", True),
        ("loss += reg + s", False),
        ("loss += s / reg", False),
        ("loss += reg ** 2 * s", False),
        ("loss *= reg", False),
        ("read = np.sum(W)\n    loss += reg * read", False),
        ("reg = 2 * reg\n    loss += reg * s", False),
        ("print(reg)", False),
        ("loss += reg * s\nelse:\n    loss += s", False),
    ],
)
def test_what_adds_nothing_where_the_variable_is_zero(body, nothing):
    node = ast.parse(f"if reg:\n    {body}").body[0]
    assert adds_nothing(node, ["read", "loss"]) is nothing
