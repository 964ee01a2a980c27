"""Cells of code: a lesson goes in; setup, both passes and the numeric check come out, ready for a fresh kernel."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Sequence

import numpy as np

from codegen import syntax
from codegen.emit.templates import rendered
from codegen.emit.userlines import first_line
from codegen.handout.lesson import Lesson
from codegen.handout.lesson.exercise import BLANK, blanks
from codegen.handout.recording import Listed
from codegen.handout.recording.running import SEED, call_text
from codegen.inputs.printed import assigned, spelled
from codegen.pytree import holds, is_single

TODO = "todo"
RANDOM = (np.random.Generator, np.random.RandomState)
OWN = {"np", "copy", "random", "out", "cache", "dout", "value", "found", "numeric", "again"}
OWN |= {"wide", "sides", "weighed", "numeric_gradient", "part_of", "verdict"}
OWN |= {"todo", "progress", "numbers", "gradients", "feedback"}
AGAIN = f"""


def again(function, *args, **kwargs):
    np.random.seed({SEED})  # the same random numbers in every run
    random.seed({SEED})
    return function(*args, **kwargs)
"""


class Code:
    """The cells of one lesson; an example input whose name the notebook needs itself gets another."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson, self.recording = lesson, lesson.recording
        self.forward_name, self.backward_name = [half.name for half in self.recording.pair]
        self.draws = re.search(r"\brandom\.", self.recording.source) is not None
        self.single = [n for n, v in self.recording.arguments.items() if holds(is_single, v)]
        self.fresh = [
            n
            for n, v in self.recording.arguments.items()
            if isinstance(v, RANDOM) or n in self.recording.changed
        ]
        taken = OWN | {gradient_name(w) for w in self.recording.wrt}
        taken |= self.recording.namespace.keys()
        self.names: dict[str, str] = {}
        others = taken | set(self.recording.arguments)
        for name in self.recording.arguments:
            self.names[name] = syntax.free(f"{name}_in", others) if name in taken else name

    def setup(self) -> str:
        """Return imports, constants and helpers of the generated module, and the example inputs."""
        lines = syntax.lines_of(self.recording.source)
        kept = [s for s in self.recording.body if s not in self.recording.pair]
        text = "\n".join(
            "\n".join(lines[first_line(s) - 1 : s.end_lineno])
            + ("\n\n" if isinstance(s, ast.FunctionDef) else "")
            for s in kept
        )
        imports = ["import copy\n"] if self.fresh else []
        imports += ["import random\n"] if self.draws and "import random" not in text else []
        imports += [] if "import numpy as np" in text else ["import numpy as np"]
        inputs = [assigned(self.names[n], v) for n, v in self.recording.arguments.items()]
        if any("collections." in line for line in inputs):
            imports.insert(0, "import collections\n")
        helper = AGAIN if self.draws else ""
        return "\n".join([*imports, text + helper, "", "# example inputs", *inputs])

    def forward(self) -> str:
        return plain(self.lesson.forward) + f"\n\n\nout, cache = {self.call({})}\nout"

    def call(self, names: dict[str, str]) -> str:
        """Return a call of the forward function that draws the same random numbers each time."""
        arguments = self.arguments(names)
        if self.draws:
            return f"again({self.forward_name}, {arguments})"
        return f"{self.forward_name}({arguments})"

    def backward(self, exercise: str | None) -> str:
        """Return the backward function, with blanks to fill in."""
        if exercise is None or exercise == "easy":
            return "" if exercise else plain(self.lesson.backward)
        found = []
        for line in blanks(self.lesson, exercise):
            text = line.text
            if BLANK in text:
                before, after = text.split(BLANK)[0].rstrip(), text.split(BLANK)[-1].strip()
                words = after or "# your turn"
                if not before.endswith("="):
                    before, words = f"{before} =", after or "# your turn: = or +="
                text = f"{before} {TODO}  {words}"
            found.append(text)
        return "\n".join(found)

    def run(self, exercise: str | None) -> str:
        """Return the call of the backward function."""
        dout = f"dout = {spelled(self.recording.dout)}"
        if exercise:
            return dout
        left = ", ".join(gradient_name(w) for w in self.recording.wrt)
        return f"{dout}\n{left} = {self.backward_name}(dout, cache)\n{left}"

    def arguments(self, names: dict[str, str]) -> str:
        """Return the example as the arguments of a call; `names` stand for some of them."""
        texts = self.names | names
        texts |= {n: f"copy.deepcopy({texts[n]})" for n in self.fresh}
        return call_text(self.recording.namespace[self.forward_name], texts)

    def progress(self) -> str:
        """Return the call that judges an exercise stage by stage."""
        return f"progress({self.forward_name}, {self.backward_name}, {self.arguments({})})"

    def check(self) -> str:
        """Return the cell that compares the gradients with numeric ones."""
        wide = {n: f"wide({self.names[n]})" for n in self.single}
        calls = [
            {
                "name": w,
                "call": self.call(wide | {w: "value"}),
                "value": wide.get(w, self.names.get(w, w)),
            }
            for w in self.recording.wrt
        ]
        fields = {"backward_name": self.backward_name, "calls": calls}
        single = bool(self.single) or "float32" in self.recording.source
        return rendered("handout/check.py.j2", escaped=False, single=single, **fields)


def gradient_name(name: str) -> str:
    """Return what the gradient of an argument is called in a notebook."""
    return f"d_{name}" if keyword.iskeyword(f"d{name}") else f"d{name}"


def plain(lines: Sequence[Listed]) -> str:
    return "\n".join(line.text for line in lines)
