"""Our line beside a wrong one. In: a judgement, the text of the generated module. Out: the judgement with an
explanation.

This shows a part of the solution, so it is only done where it was asked for.
"""

from __future__ import annotations

from dataclasses import replace

from codegen.judge.forms import bare, variables_of
from codegen.judge.report import Judgement


def explained(judgement: Judgement, source: str) -> Judgement:
    """Return a judgement with the lines of a generated module about the variable that is wrong first.

    Parameters
    ----------
    judgement : Judgement
    source : str
        The generated module.
    """
    if judgement.ok:
        return judgement
    names = [judgement.place.variable.split("[")[0]] if judgement.place else []
    names += [f.name for f in judgement.findings if f.verdict == "wrong"]
    for name in names:
        found = lines_about(name, source)
        if found:
            return replace(judgement, explanation=tuple(found))
    return replace(
        judgement, explanation=("explanation: the generated module has no line of this name",)
    )


def lines_about(name: str, source: str) -> list[str]:
    """Return the lines of a module that set a gradient, each with the stage it belongs to."""
    wanted = {bare(name), *(f"d{v}" for v in variables_of(name))}
    stage = ""
    found: list[str] = []
    for line in source.split("\n"):
        text = line.strip()
        if text.startswith("# backprop "):
            stage = text.removeprefix("# backprop ")
        target = text.split(" ")[0].split("[")[0]
        if bare(target) in wanted and (" = " in text or " += " in text or " -= " in text):
            if not found:
                found.append("explanation: the lines that a generated module has for it")
            found.append(f"    {text}" + (f"    from the stage {stage}" if stage else ""))
    return found
