"""What the tests of a process read of the examples, made once: the inputs, the module and the handout of a function.

Nothing of it is changed by those who read it; who changes a module generates one of his own.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import codegen
from codegen.inputs import Inputs, example_inputs


@functools.cache
def given(function: Callable[..., Any]) -> Inputs:
    """Return the example of a function, of which some are drawn anew whenever they are asked for."""
    return example_inputs(function)


@functools.cache
def made(function: Callable[..., Any], style: str = "assignment") -> codegen.Module:
    """Return the module of a function that brings an example along."""
    inputs = given(function)
    return codegen.generate(function, *inputs.args, style=style, **inputs.kwargs)


@functools.cache
def handed_out(module: codegen.Module) -> dict[str, str]:
    """Return the files of the handout of a module, by their endings."""
    with tempfile.TemporaryDirectory() as folder:
        paths = module.handout("html,md,ipynb", folder)
        return {Path(path).suffix: Path(path).read_text() for path in paths}
