"""Judgements in the formats that graders take. In: judgements with points. Out: JSON as text.

Gradescope reads `results.json`, PrairieLearn `results/results.json`, otter the list of test results of a test file;
nbgrader
reads no file: it grades by what a cell of the notebook returns, so that cell is what is written for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from codegen.judge.report import Judgement
from codegen.records import dataclass


@dataclass(frozen=True)
class Score:
    """What one function earns.

    Attributes
    ----------
    name : str
    points, most : float
    text : str
        The feedback.
    passed : bool
    judgement : Judgement or None
        None where nothing could be judged.
    """

    name: str
    points: float
    most: float
    text: str
    passed: bool
    judgement: Judgement | None = None


def scored(judgement: Judgement, most: float, by: str = "argument") -> Score:
    """Return what a judgement earns.

    Parameters
    ----------
    judgement : Judgement
    most : float
    by : {"argument", "stage", "all"}
        A share for each right argument, or for each right variable of the backward pass, or all or nothing.
    """
    share = 1.0 if judgement.ok else 0.0
    if not judgement.ok and by == "argument":
        share = judgement.share
    elif not judgement.ok and by == "stage":
        share = max(judgement.share, judgement.stage_share)
    if not judgement.ok and share == 1.0:
        share = 0.5  # every number is right, but something of the caller's is changed
    return Score(
        judgement.derivative, round(share * most, 2), most, str(judgement), judgement.ok, judgement
    )


def rendered(scores: Sequence[Score], form: str) -> str:
    """Return scores in a format, as text."""
    if form == "text":
        return "\n\n".join(score.text for score in scores)
    made = {
        "json": as_json,
        "gradescope": gradescope,
        "otter": otter,
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


def otter(scores: Sequence[Score]) -> Any:
    """Return the results of test files as otter keeps them."""
    return {
        "test_file_results": [
            {
                "filename": f"{score.name}.py",
                "points": score.most,
                "test_case_results": [otter_case(case) for case in cases(score)],
            }
            for score in scores
        ]
    }


def cases(score: Score) -> list[dict[str, Any]]:
    """Return the arguments of a function as test cases."""
    found = score.judgement.findings if score.judgement else ()
    judged = [finding for finding in found if finding.verdict != "not judged"]
    if not judged:
        return [{"name": score.name, "points": score.most, "passed": False, "error": score.text}]
    return [
        {
            "name": f"{score.name}: {finding.name}",
            "points": score.most / len(judged),
            "passed": finding.verdict == "right",
            "error": "" if finding.verdict == "right" else score.text,
        }
        for finding in judged
    ]


def otter_case(case: dict[str, Any]) -> dict[str, Any]:
    """Return one test case as otter keeps it."""
    return {
        "passed": case["passed"],
        "error": case["error"] or None,
        "test_case": {
            "name": case["name"],
            "code": "",
            "points": case["points"],
            "hidden": False,
            "success_message": None,
            "failure_message": None,
        },
    }


def nbgrader(scores: Sequence[Score]) -> Any:
    """Return the cells that grade these functions in a notebook: the last value of a cell is its score."""
    return {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": None,
                "outputs": [],
                "metadata": {
                    "nbgrader": {
                        "grade": True,
                        "grade_id": f"judge_{score.name.replace('.', '_')}",
                        "locked": True,
                        "points": score.most,
                        "schema_version": 3,
                        "solution": False,
                        "task": False,
                    }
                },
                "source": cell(score).splitlines(keepends=True),
            }
            for score in scores
        ]
    }


def cell(score: Score) -> str:
    """Return the source of the cell that grades one function."""
    function = score.judgement.function if score.judgement else "f"
    return (
        "import codegen\n\n"
        f"report = codegen.check({function}, {score.name}, *args)  # args: the example of {function}\n"
        "print(report)\n"
        f"round({score.most} * report.share, 2)"
    )
