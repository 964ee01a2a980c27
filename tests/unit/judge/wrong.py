"""A wrong derivative as the parts of the judge get it."""

from collections.abc import Callable
from typing import Any

from codegen.judge.code import code_of
from codegen.judge.judging import Judging, Local, Reference
from codegen.judge.lines import Search
from codegen.judge.watching import Watch


def search(forward: Callable[..., Any], backward: Callable[..., Any], *args: Any) -> Search:
    """The search in a derivative for its first wrong line, at the first point at which it is wrong."""
    judging = Judging(Reference(forward, args, {}, ()), backward, None, None, Local)
    judging.judgement()
    assert judging.wrong is not None
    code = code_of(backward)
    assert code is not None
    return Search(Watch(judging.wrong, code))
