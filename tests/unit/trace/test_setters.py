"""Dicts in which a helper only keeps values for its caller."""

import ast

import pytest

from codegen.trace.setters import calls_with, reads_words, words_written


def tree(body):
    """A function of `p` and `x`."""
    return ast.parse(f"def f(p, x):\n    {body}").body[0]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("p['mean'] = x", {"mean"}),
        ("p['mean'] = p['mean'] + x; p['n'] = 1", {"mean", "n"}),
        ("y = p.get('mean', x)", set()),
        ("y = 'mean' in p", set()),
        ("q['mean'] = x", set()),
        ("p[k] = x", None),
        ("g(p)", None),
        ("p = {}", None),
        ("p.clear()", None),
    ],
)
def test_words_are_those_that_are_written_if_nothing_else_is_done(body, words):
    assert words_written(tree(body), "p") == words


@pytest.mark.parametrize(
    ("body", "is_read"),
    [
        ("g(p, x)", False),
        ("g(x, p=p)", False),
        ("y = p['mode']", False),
        ("y = p['mean']", True),
        ("p['mode'] = x", True),
        ("y = p[k]", True),
        ("return p", True),
    ],
)
def test_a_caller_that_reads_at_other_words_and_hands_it_on_reads_none(body, is_read):
    assert reads_words(tree(body), "p", {"mean"}) is is_read


def test_calls_are_counted_by_what_they_are_handed():
    assert calls_with(tree("g(p); h(x, q=p); g(p['a']); g(x)"), "p") == 2
