"""The judge as a program: the words of a command line go in, a report and an exit code come out.

    python judge.py layers.py:affine --against layers.py:affine_backward --input "x=randn(5, 4)"

This is the last part of the single file that is handed out; it says the same as the grader, for it is made of the
same lines.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codegen.errors import CodegenError, UsageError
from codegen.inputs.literal import parse
from codegen.judge.asserting import assert_backward, check
from codegen.judge.options import FORMS
from codegen.judge.running import module_at
from codegen.judge.stages import numbers, progress, todo

__all__ = ["assert_backward", "check", "judge_main", "numbers", "progress", "todo"]


def judge_main(argv: Sequence[str] | None = None) -> int:
    """Judge one derivative and return the exit code: 0 right, 1 wrong, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        description="Judge a hand-written derivative of a NumPy function."
    )
    parser.add_argument("function", help="path/to/file.py:f, the forward function")
    parser.add_argument("--against", required=True, help="path/to/file.py:f_backward")
    parser.add_argument("--input", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--wrt", default="", help="the arguments, with commas")
    parser.add_argument("--as", dest="form", choices=FORMS)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args(argv)
    try:
        function, derivative = function_at(options.function), function_at(options.against)
        args, kwargs = example_of(function, options.input)
        wrt = [name.strip() for name in options.wrt.split(",") if name.strip()]
        found = check(function, derivative, *args, wrt=wrt, form=options.form, **kwargs)
    except CodegenError as error:
        print(f"judge: {error}", file=sys.stderr)
        return 2
    print(json.dumps(found.as_dict(), indent=2) if options.format == "json" else found)
    return 0 if found.ok else 1


def function_at(text: str) -> Any:
    """Return the function that `path/to/file.py:f` names."""
    path, _, name = text.rpartition(":")
    if not path or not Path(path).is_file():
        raise UsageError(f"{text}: write path/to/file.py:f")
    stem = Path(path).stem
    module = sys.modules.get(stem)
    if module is None or getattr(module, "__file__", "") != path:
        module = module_at(path, stem)
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise UsageError(f"{path} has no function {name}")
        found = getattr(found, part)
    return found


def example_of(function: Any, texts: Sequence[str]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the example: what is given, or what stands beside the function as `__codegen_example__`."""
    given = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--input {text}: this is not NAME=VALUE")
        given[name.strip()] = parse(value, name.strip())
    if given:
        return (), given
    beside = getattr(function, "__codegen_example__", None)
    beside = beside() if callable(beside) else beside
    if isinstance(beside, dict):
        return (), beside
    if isinstance(beside, tuple) and len(beside) == 2 and isinstance(beside[1], dict):
        return beside
    if isinstance(beside, tuple):
        return beside, {}
    raise UsageError("there is no example", advice='Give one: --input "x=randn(5, 4)".')
