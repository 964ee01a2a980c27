"""What the tests of a process read of the examples, made once: the module of a function and the files of its handout.

Nothing of it is changed by those who read it; who changes a module generates one of his own.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import codegen
from codegen.inputs import example_inputs


@functools.cache
def made(function: Callable[..., Any], style: str = "assignment") -> codegen.Module:
    """Return the module of a function that brings an example along."""
    inputs = example_inputs(function)
    return codegen.generate(function, *inputs.args, style=style, **inputs.kwargs)


@functools.cache
def handed_out(module: codegen.Module) -> dict[str, str]:
    """Return the files of the handout of a module, by their endings."""
    with tempfile.TemporaryDirectory() as folder:
        paths = module.handout("html,md,ipynb", folder)
        return {Path(path).suffix: Path(path).read_text() for path in paths}
