"""The notebook: a lesson goes in, a notebook that runs from top to bottom comes out.

An exercise has cells to fill in, and cells that check them.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import inspect
import keyword
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.emit.templates import rendered
from codegen.emit.userlines import first_line
from codegen.handout.finish import PLAIN, Finish
from codegen.handout.formats.markdown import code as in_line
from codegen.handout.formats.markdown import math
from codegen.handout.formats.mathml import missing
from codegen.handout.layout.drawing import drawn, svg_of
from codegen.handout.lesson import Lesson
from codegen.handout.lesson.exercise import BLANK, asked, blanks
from codegen.handout.recording import Listed
from codegen.handout.recording.running import SEED, call_text
from codegen.inputs.printed import assigned, spelled
from codegen.judge.formats import locked
from codegen.judge.running import silence
from codegen.judge.single import single_file
from codegen.judge.stages import gradient_by_name, progress, truths_of
from codegen.pytree import holds, is_single
from codegen.records import dataclass

POINTS = 1  # of a stage
CHECKER = "from checker import numbers, progress, todo  # checker.py lies beside this notebook"
COMMENT = re.compile(
    "# (your turn.*|example inputs|checker.py lies beside this notebook)$", re.MULTILINE
)
HINTS = (
    "`hints=1` in the call says only where something is wrong, `hints=2` also what is seen there, `hints=3` also what to "
    "think about. What is not written yet is `todo`; the stages can be written in any order."
)


def notebook(lesson: Lesson, finish: Finish = PLAIN) -> str:
    nbformat = notebook_format()
    book = nbformat.v4.new_notebook()
    book.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    cells = [cell for cell in parts(lesson, finish) if cell.text.strip()]
    for i, one in enumerate(cells):
        if one.kind == "circuit":
            book.cells.append(circuit_cell(one.text))
            continue
        markdown = one.kind == "markdown"
        make = nbformat.v4.new_markdown_cell if markdown else nbformat.v4.new_code_cell
        cell = make(said(one.text.strip(), markdown, finish))
        cell["id"] = hashlib.sha256(f"{i} {one.kind} {one.text}".encode()).hexdigest()[:12]
        # nbgrader would empty a cell that is marked as an answer: it is left to the student as it is
        if finish.grader == "nbgrader" and one.role in ("given", "test"):
            points = POINTS if one.role == "test" else None
            cell.metadata = {"nbgrader": locked(f"{one.role}_{i}", points)}
        book.cells.append(cell)
    nbformat.validate(book)
    return str(nbformat.writes(book)) + "\n"


@dataclass(frozen=True)
class Cell:
    kind: str
    text: str
    role: str = ""
    """For a grader: what students may not change, what they write, and what earns points (`given`, `answer`,
    `test`); empty for the rest."""


def circuit_cell(picture: str) -> Any:
    """Return a cell that shows a circuit, its output already in place."""
    nbformat = notebook_format()
    cell = nbformat.v4.new_code_cell(
        f"from IPython.display import SVG\n\nSVG({syntax.triple_quoted(picture.strip())})"
    )
    cell["id"] = hashlib.sha256(picture.encode()).hexdigest()[:12]
    cell.metadata = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    cell.execution_count = 1
    data = {"image/svg+xml": picture, "text/plain": "<IPython.core.display.SVG object>"}
    cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
    return cell


def notebook_format() -> Any:
    """Return nbformat, which has no types."""
    try:
        import nbformat
    except ImportError as error:
        raise missing("nbformat") from error
    return nbformat


def said(text: str, markdown: bool, finish: Finish) -> str:
    """Return a cell with its headings and sentences, or the comments that call on a student, in the own words."""
    say = finish.words.say
    if not markdown:
        return COMMENT.sub(lambda m: f"# {say(m[1])}", text)
    lines = (re.match("(#+ )?(.*)", line) for line in text.split("\n"))
    return "\n".join(f"{m[1] or ''}{say(m[2])}" for m in lines if m)


def parts(lesson: Lesson, finish: Finish = PLAIN) -> list[Cell]:
    head = finish.filled("handout/head.md.j2", escaped=False, lesson=lesson, math=math)
    code, exercise = Code(lesson), finish.exercise
    judged = bool(exercise) or finish.solution
    start = f"{CHECKER}\n\n{code.setup()}" if judged else code.setup()
    cells = [
        Cell("markdown", head),
        Cell("circuit", svg_of(drawn(lesson.circuit, "auto", finish.blank), finish=finish)),
        Cell("code", start, "given"),
        Cell("markdown", "## Forward pass"),
        Cell("code", code.forward(), "given"),
        Cell("markdown", "## Backward pass"),
        Cell("code", code.backward(exercise), "answer"),
        Cell("code", code.run(exercise), "given"),
    ]
    if exercise == "easy":
        words = (
            "## Gradients by hand\n\nWrite down each gradient, to two digits, then run the check."
        )
        cells += [Cell("markdown", words), Cell("code", values_cell(lesson), "answer")]
    if not judged:
        cells += [Cell("markdown", "## Numeric check"), Cell("code", code.check())]
        words = finish.filled("handout/words.md.j2", escaped=False, lesson=lesson, code=in_line)
        return [*cells, Cell("markdown", words)]
    cells.append(Cell("markdown", f"## Check\n\n{HINTS}" if exercise else "## Check"))
    cells.append(
        Cell("code", f"feedback = {judging_call(lesson, exercise)}\nprint(feedback)", "given")
    )
    if finish.grader == "otter":
        cells.append(Cell("code", "import otter\n\ngrader = otter.Notebook()"))
    for variable in graded_stages(lesson, exercise) if finish.grader else ():
        if finish.grader == "otter":
            cells.append(Cell("code", f'grader.check("{lesson.name}_{variable}")'))
        else:
            cells.append(Cell("code", f'feedback.assert_stage("{variable}")', "test"))
    return cells


def judging_call(lesson: Lesson, exercise: str | None) -> str:
    """Return the call that judges what is written in the notebook."""
    code = Code(lesson)
    if exercise != "easy":
        return code.progress()
    return f"numbers({code.forward_name}, gradients, dout, {code.arguments({})})"


def graded_stages(lesson: Lesson, exercise: str | None) -> list[str]:
    """Return the stages that earn points: those that are asked for and that can be judged."""
    if exercise == "easy":
        return [f"d{name}" for name in answers(lesson)]
    return [name for name in asked(lesson, exercise or "medium") if name in stages_of(lesson)]


def stages_of(lesson: Lesson) -> list[str]:
    code = Code(lesson)
    text = "\n\n\n".join([code.setup(), code.forward(), code.backward(None), code.run(None)])
    given = {"__name__": "solution", "progress": progress}
    space = defined(text, f"<solution of {lesson.name}>", given)
    found = eval(code.progress(), space)  # noqa: S307  # our own text
    return [step.variable for step in found.steps if step.verdict == "right"]


def defined(text: str, file: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a text of ours defines, among given names; whoever asks for its source finds it."""
    syntax.remember(file, text)
    space = dict(given)
    exec(compile(text, file, "exec"), space)  # noqa: S102  # our own text
    return space


def companions(lesson: Lesson, finish: Finish) -> dict[str, str]:
    """Return the files beside the notebook of an exercise: what checks it, and the tests of a grader."""
    found = {
        "checker.py": finish.filled("handout/checker.py.j2", escaped=False),
        "judge.py": single_file(),
    }
    if finish.grader != "otter":
        return found
    code, call = Code(lesson), judging_call(lesson, finish.exercise)
    tree = ast.parse(call, mode="eval")
    read = dict.fromkeys(syntax.mentioned(tree))
    given = [name for name in read if name not in ("progress", "numbers", "copy")]
    for variable in graded_stages(lesson, finish.exercise):
        name = f"{lesson.name}_{variable}"
        found[f"tests/{name}.py"] = finish.filled(
            "handout/otter.py.j2",
            escaped=False,
            name=name,
            variable=variable,
            points=POINTS,
            parameters=given,
            call=call,
            draws=bool(code.fresh),
        )
    return found


def answers(lesson: Lesson) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the gradients that are asked for, by the name of their wire; numbers only if there are any.

    Only those that moving the forward pass a little finds, too: a variable that has several values in a loop has several
    gradients.
    """
    rows = {
        g.name: g
        for g in lesson.circuit.gates
        if g.name and g.gradient is not None and g.number not in lesson.circuit.outputs
    }
    recording = lesson.recording
    forward = recording.namespace[Code(lesson).forward_name]
    text = "\n".join(line.text for line in lesson.forward)
    space = defined(text, f"<forward pass of {lesson.name}>", recording.namespace)
    arguments = inspect.signature(forward).bind(**copy.deepcopy(recording.arguments))
    with silence():
        truths = truths_of(
            space[forward.__name__], recording.dout, *arguments.args, **arguments.kwargs
        )
        found = {}
        for name, gate in rows.items():
            true = gradient_by_name(truths, name)
            shape = tuple(int(n) for n in np.shape(gate.gradient))
            if (
                true is not None
                and true.value.shape == shape
                and np.allclose(true.value, gate.gradient)
            ):
                found[name] = shape
    scalars = {name: shape for name, shape in found.items() if not shape}
    return scalars or found


def values_cell(lesson: Lesson) -> str:
    """Return the cell in which gradients, or their shapes, are written down."""
    names = answers(lesson)
    words = "your turn" + (": the shape, such as (5, 3)" if any(names.values()) else "")
    lines = "".join(f'    "d{name}": None,  # {words}\n' for name in names)
    return f"gradients = {{\n{lines}}}"


# ---- cells of code: setup, both passes and the numeric check, ready for a fresh kernel


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
        arguments = self.arguments(names)
        if self.draws:
            return f"again({self.forward_name}, {arguments})"
        return f"{self.forward_name}({arguments})"

    def backward(self, exercise: str | None) -> str:
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
