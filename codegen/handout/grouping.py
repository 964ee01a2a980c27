"""Groups: the stages that ran go in; those whose backward lines were written as one get the same number.

The backward pass may go through several forward lines at once, as from the loss of a softmax straight to its scores.
"""

from __future__ import annotations

from codegen.handout.active import differentiable_reads, stored_names
from codegen.handout.recording import StageText


def number(stages: list[StageText]) -> None:
    """Number stages: each by its place, and each group by the place of the stage that has the backward lines."""
    for place, stage in enumerate(stages, 1):
        stage.number = place
    for stage in reversed(stages):
        stage.leader = stage if stage.backward else leader_of(stage, stages)
    leaders: list[StageText | None] = [s for s in stages if s.leader is s]
    for stage in stages:
        stage.shown = leaders.index(stage.leader) + 1


def leader_of(stage: StageText, stages: list[StageText]) -> StageText:
    """Return the stage whose backward lines go through a stage that has none itself, or the stage if there is none."""
    if stage.leader is not None and stage.leader.backward:
        return stage.leader
    names = set(stored_names(stage.statement))
    for later in stages[stage.number :]:
        reads = {n.id for n in differentiable_reads(later.statement)}
        if names & reads and later.leader is not None and later.leader.backward:
            return later.leader
    return stage
