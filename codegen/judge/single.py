"""The judge as one file that needs NumPy alone. In: nothing. Out: the text of `judge.py`.

The files that the judge rests on are put one after the other, those of the package below it included, each as a
module of its
own; there is no second version of anything.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from codegen.errors import InternalError
from codegen.version import __version__

HEADER = f'''\
"""Judge a hand-written derivative of a NumPy function. This file needs NumPy alone.

    python judge.py layers.py:affine --against layers.py:affine_backward --input "x=randn(5, 4)" ...

or in a test: from judge import assert_backward. Written by codegen {__version__} (python -m codegen --judge judge.py);
what it says is what the grader says. The parts below are the files of the grader as they are.
"""
'''
LOADER = '''\
import sys
import types


def part(name, text):
    """Make one file of the judge a module of its own."""
    whole = "judge_parts"
    for step in name.split(".")[:-1]:
        sys.modules.setdefault(whole, types.ModuleType(whole)).__path__ = []
        whole += "." + step
    sys.modules.setdefault(whole, types.ModuleType(whole)).__path__ = []
    module = types.ModuleType("judge_parts." + name)
    sys.modules[module.__name__] = module
    exec(compile(text, "judge.py: " + name, "exec"), module.__dict__)
'''
MAIN = """\
from judge_parts.judge.standalone import assert_backward, check, judge_main

if __name__ == "__main__":
    sys.exit(judge_main())
"""
ALLOWED = {"numpy", *sys.stdlib_module_names}


def single_file() -> str:
    """Return the text of the judge as a program."""
    return f"{HEADER}\n{bundle('codegen.judge.standalone')}\n\n{MAIN}"


@cache
def bundle(root: str) -> str:
    """Return a module, and all modules of the package that it rests on, as one text.

    Raises
    ------
    InternalError
        If one of them needs more than NumPy and the standard library.
    """
    parts = [LOADER]
    for name in dict.fromkeys(ordered(root)):
        text, _ = module_text(name)
        text = re.sub(r"^(\s*)from codegen\.", r"\1from judge_parts.", text, flags=re.MULTILINE)
        parts.append(f'part("{name.removeprefix("codegen.")}", {quoted(text)})\n')
    return "\n\n".join(parts)


def quoted(text: str) -> str:
    """Return a text as a literal that can be read."""
    plain = "'''" not in text and not text.rstrip("\n").endswith("\\")
    return f"r'''\n{text}'''" if plain else repr(text)


def module_text(name: str) -> tuple[str, ast.Module]:
    """Return the text of a module and its tree."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise InternalError(f"there is no module {name}")
    text = Path(spec.origin).read_text(encoding="utf-8")
    return text, ast.parse(text)


def ordered(name: str) -> Iterator[str]:
    """Yield the modules that one rests on, then itself."""
    _, tree = module_text(name)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if module.startswith("codegen"):
                yield from ordered(module)
            elif module.partition(".")[0] not in ALLOWED:
                raise InternalError(f"{name} imports {module}, but judge.py needs NumPy alone")
    yield name
