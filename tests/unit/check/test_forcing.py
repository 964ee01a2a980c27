"""Forced sides: what the calls before them cost leaves none unjudged."""

import numpy as np

import codegen


def scores_or_loss(x, y):
    scores = 2.0 * x
    if y is None:
        return scores
    own = scores[np.arange(len(y)), y]
    return np.sum(own)


def test_sides_are_judged_when_all_else_has_used_up_what_a_check_may_cost(monkeypatch):
    monkeypatch.setattr("codegen.check.bench.COST", 0)
    module = codegen.generate(scores_or_loss, np.ones((3, 2)), np.array([0, 1, 0]))
    out, cache = module.forward(np.ones((3, 2)), None)
    assert np.all(out == 2.0)
    assert cache is None
