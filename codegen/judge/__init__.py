"""Judging hand-written derivatives. In: a function and a derivative in any form. Out: a `Judgement`,
or a row per submission.
"""

from __future__ import annotations

from codegen.judge.forms import FORMS, FormError
from codegen.judge.judging import judge
from codegen.judge.report import Judgement

__all__ = ["FORMS", "FormError", "Judgement", "judge"]
