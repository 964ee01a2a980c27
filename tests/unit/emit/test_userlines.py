"""The user's own lines: comments that stand further left than the statement around them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import codegen

SOURCE = """
def loss(x, w):
    y = x * w
    if w > 9:
#        print("damping")
        y = y * 9
    for k in range(2):
# x = x + 1
        n = (k +
  1)
        y = y * n
    return y
"""


def test_comments_and_brackets_may_stand_further_left(tmp_path: Path) -> None:
    path = tmp_path / "left.py"
    path.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("left", path)
    assert spec is not None and spec.loader is not None
    left = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(left)
    module = codegen.generate(left.loss, 0.5, 2.0)
    out, cache = module.forward(0.5, 2.0)
    assert out == left.loss(0.5, 2.0)
    assert module.backward(1.0, cache) == (4.0, 1.0)
    assert '#        print("damping")' in module.source
