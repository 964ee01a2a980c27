"""Calling the user's function: which loops may never end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from codegen.check.calls import may_be_endless


def made(body: str) -> Callable[..., Any]:
    """A function of a body."""
    space: dict[str, Any] = {}
    exec(f"def f(x, n):\n{body}    return x\n", space)  # noqa: S102  # the text is ours
    found: Callable[..., Any] = space["f"]
    return found


@pytest.mark.parametrize("lines", [1, 40, 400, 20_000])
@pytest.mark.parametrize(("head", "endless"), [("for i in range(n)", False), ("while x < n", True)])
def test_a_loop_over_something_ends_however_long_its_body_is(
    lines: int, head: str, endless: bool
) -> None:
    body = "".join("        x = x * 1.5 + n\n" for _ in range(lines))
    assert may_be_endless(made(f"    {head}:\n{body}").__code__) is endless


def test_a_loop_in_a_long_loop_is_seen() -> None:
    body = "".join("        x = x * 1.5 + n\n" for _ in range(400))
    inner = "        while x < n:\n            x = x + 1.0\n"
    assert may_be_endless(made(f"    for i in range(n):\n{body}{inner}").__code__)
    inner = "        for j in range(n):\n            x = x + 1.0\n"
    assert not may_be_endless(made(f"    for i in range(n):\n{body}{inner}").__code__)
