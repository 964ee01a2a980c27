"""MathML: LaTeX goes in, markup that browsers draw by themselves comes out."""

from __future__ import annotations

import functools
import html
from typing import Any

from codegen.errors import CodegenError, not_installed


def missing(package: str) -> CodegenError:
    return not_installed(package, "handouts need", "handout")


@functools.cache
def converter() -> Any:
    try:
        from math_core import LatexToMathML
    except ImportError as error:
        raise missing("math-core") from error
    return LatexToMathML()


@functools.cache
def mathml(latex: str) -> str:
    """Return the MathML of a formula; one that cannot be converted is shown as code."""
    convert = converter().convert_with_local_state
    from math_core import LatexError

    try:
        return str(convert(latex, displaystyle=False))
    except LatexError:
        return f"<code>{html.escape(latex)}</code>"
