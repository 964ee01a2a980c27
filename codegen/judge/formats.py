"""Judgements in the formats that graders take. In: judgements with points. Out: text.

Gradescope reads `results.json`, PrairieLearn `results/results.json`. Otter and nbgrader read no results: otter runs a
file of test cases, nbgrader a cell of the notebook whose last value is its score. So these are written for them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from codegen.errors import UsageError
from codegen.inputs.printed import spelled
from codegen.judge.report import Judgement
from codegen.records import dataclass

JUDGE = """\
try:
    from codegen import check
except ImportError:  # judge.py, written by --judge, lies beside this
    from judge import check
"""
OTTER = """\
# The test cases of {name} for otter: a case for each argument. To be put into the folder tests/.
from functools import cache

import numpy as np
from otter.test_files import test_case

{judge}
from {module} import {function}  # the forward function

OK_FORMAT = False
name = {name!r}
points = None


@cache
def report_on(derivative):
    # the example
    args = {args}
    kwargs = {kwargs}
    return check({function}, derivative, *args, **kwargs)


def judged(derivative, argument):
    assert callable(derivative), "there is no function {name}"
    report = report_on(derivative)
    verdicts = {{finding.name: finding.verdict for finding in report.findings}}
    assert verdicts.get(argument) == "right", f"\\n{{report}}"
"""
CASE = """

@test_case(name={title!r}, points={points:g})
def {case}({name}):
    {body}
"""
CELL = """\
import numpy as np

{judge}
from {module} import {function}

# the example
args = {args}
kwargs = {kwargs}
report = check({function}, {name}, *args, **kwargs)
print(report)
round({most:g} * report.share, 2)"""


@dataclass(frozen=True)
class Asked:
    """What a judgement was asked of: the module of the forward function, and the example."""

    module: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


@dataclass(frozen=True)
class Score:
    name: str
    points: float
    most: float
    text: str
    """The feedback."""
    passed: bool
    judgement: Judgement | None = None
    """None where nothing could be judged."""
    asked: Asked | None = None
    """None where it is not known how a grader would ask again."""


def scored(
    judgement: Judgement, most: float, by: str = "argument", asked: Asked | None = None
) -> Score:
    """Return what a judgement earns of `most`: a share for each right argument or stage, or all or nothing."""
    share = 1.0 if judgement.ok else 0.0
    if by == "argument":
        share = judgement.share
    elif by == "stage":
        share = max(judgement.share, judgement.stage_share)
    return Score(
        judgement.derivative,
        round(share * most, 2),
        most,
        str(judgement),
        judgement.ok,
        judgement,
        asked,
    )


def rendered(scores: Sequence[Score], form: str) -> str:
    if form == "text":
        return "\n\n".join(score.text for score in scores)
    if form == "otter":
        return "\n\n".join(otter(score) for score in scores)
    made = {
        "json": as_json,
        "gradescope": gradescope,
        "nbgrader": nbgrader,
        "prairielearn": prairielearn,
    }[form](scores)
    return json.dumps(made, indent=2, ensure_ascii=False)


def as_json(scores: Sequence[Score]) -> Any:
    """Return scores as plain data; a single one as its report."""
    reports = [
        {
            "points": s.points,
            "most": s.most,
            **(s.judgement.as_dict() if s.judgement else {"ok": False, "text": s.text}),
        }
        for s in scores
    ]
    return reports[0] if len(reports) == 1 else reports


def gradescope(scores: Sequence[Score]) -> Any:
    """Return the content of Gradescope's `results.json`."""
    return {
        "score": sum(score.points for score in scores),
        "stdout_visibility": "hidden",
        "tests": [
            {
                "name": score.name,
                "score": score.points,
                "max_score": score.most,
                "status": "passed" if score.passed else "failed",
                "output": score.text,
                "visibility": "visible",
            }
            for score in scores
        ],
    }


def prairielearn(scores: Sequence[Score]) -> Any:
    """Return the content of PrairieLearn's `results.json`."""
    most = sum(score.most for score in scores)
    return {
        "gradable": True,
        "score": sum(score.points for score in scores) / most if most else 0.0,
        "output": "",
        "tests": [
            {
                "name": score.name,
                "description": "",
                "points": score.points,
                "max_points": score.most,
                "message": score.text.split("\n")[0],
                "output": score.text,
            }
            for score in scores
        ],
    }


def otter(score: Score) -> str:
    """Return the file of test cases that otter runs: one for each argument, and one for all of it."""
    judgement, facts = facts_of(score)
    name = facts["name"]
    judged = [f.name for f in judgement.findings if f.verdict != "not judged"]
    points = round(score.most / (len(judged) + 1), 4)
    made = [OTTER.format(**facts)]
    for finding in judged:
        case = f"test_{re.sub(r'[^0-9a-zA-Z]+', '_', finding).strip('_')}"
        body = f"judged({name}, {finding!r})"
        made.append(
            CASE.format(title=f"{name}: {finding}", points=points, case=case, name=name, body=body)
        )
    body = f"assert report_on({name}).ok, report_on({name})"
    title = f"{name}: all of it"
    made.append(CASE.format(title=title, points=points, case="test_all", name=name, body=body))
    return "".join(made)


def facts_of(score: Score) -> tuple[Judgement, dict[str, Any]]:
    """Return what stands in a file of tests or in a cell; `UsageError` if it is not of a plain function."""
    asked, judgement = score.asked, score.judgement
    if asked is None or judgement is None or "." in judgement.function + judgement.derivative:
        raise UsageError(f"{score.name} is no function that a notebook could define")
    return judgement, {
        "judge": JUDGE,
        "module": asked.module,
        "function": judgement.function,
        "name": judgement.derivative,
        "args": spelled(tuple(asked.args)),
        "kwargs": spelled(dict(asked.kwargs)),
        "most": score.most,
    }


def nbgrader(scores: Sequence[Score]) -> Any:
    """Return a notebook with the cells that grade these functions: the last value of a cell is its score."""
    return {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
        },
        "cells": [
            graded_cell(score.name, CELL.format(**facts_of(score)[1]), score.most)
            for score in scores
        ],
    }


def locked(grade_id: str, points: float | None = None) -> dict[str, Any]:
    """Return what nbgrader is to know about a cell that students may not change, and that may earn points."""
    earned = {} if points is None else {"points": points}
    return {
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": True,
        **earned,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }


def graded_cell(name: str, source: str, points: float) -> dict[str, Any]:
    """Return a cell that nbgrader runs and locks, and whose last value it takes for a score."""
    grade_id = f"judge_{re.sub(r'[^0-9a-zA-Z]+', '_', name)}"
    return {
        "cell_type": "code",
        "execution_count": None,
        "outputs": [],
        "metadata": {"nbgrader": locked(grade_id, points)},
        "source": source.splitlines(keepends=True),
    }
