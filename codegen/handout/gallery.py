"""The gallery: handouts of the notes' examples and of some assignments, and a page of them.

`python -m codegen.handout.gallery` makes it.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from codegen.emit.destination import write
from codegen.emit.templates import rendered
from codegen.errors import CodegenError
from codegen.handout import write_handout
from codegen.handout.lesson import lesson
from codegen.handout.lesson.words import as_code
from codegen.handout.recording import Finished
from codegen.inputs import example_inputs

NOTES = "examples.notes"
ASSIGNMENTS = (
    ("examples.layers", "affine"),
    ("examples.nets", "two_layer_net_staged"),
    ("examples.normalization", "batchnorm"),
    ("examples.recurrent", "rnn_step"),
    ("examples.recurrent", "lstm_step"),
    ("examples.losses", "svm_loss"),
    ("examples.convolution", "conv_naive"),
    ("examples.sequences", "rnn"),
    ("examples.deep", "fully_connected_net"),
)
FORMATS = ("html", "md", "ipynb", "slides")
FIGURES = {
    "compound": "The forward pass computes values from inputs to output (green). The backward pass starts at the end and applies "
    "the chain rule, gate by gate, to compute the gradients (red) all the way to the inputs.",
    "sigmoid_neuron": "A neuron of two dimensions with a sigmoid as its activation function. The inputs are x0 and x1, the weights "
    "w0, w1 and w2: it computes a dot product, which the sigmoid squashes to the range from 0 to 1.",
    "patterns": "What addition, maximum and multiplication do on the way back: the add gate distributes its gradient to all its "
    "inputs, the max gate routes it to the higher one, the multiply gate swaps its inputs and multiplies by its gradient.",
}
"""The figures of the notes, by the function they draw, with the facts of their captions."""


def chosen() -> Iterator[tuple[str, Any]]:
    """Yield the part of the course and the function of each handout."""
    notes = importlib.import_module(NOTES)
    for function in vars(notes).values():
        if getattr(function, "__module__", "") == NOTES and hasattr(
            function, "__codegen_example__"
        ):
            yield "The backprop notes", function
    for module, name in ASSIGNMENTS:
        yield "The assignments", getattr(importlib.import_module(module), name)


def build(folder: Path) -> list[str]:
    """Write all handouts and `gallery.md` into a folder; return what could not be made, in sentences."""
    from codegen import generate

    sections: dict[str, list[dict[str, str | bool]]] = {}
    figures: dict[str, tuple[str, ...]] = {}
    failures = []
    for part, function in chosen():
        try:
            inputs = example_inputs(function)
            module = generate(function, *inputs.args, **inputs.kwargs)
            write_handout(module, FORMATS, folder / "gallery")
            if part == "The backprop notes":
                write_handout(module, ("html", "ipynb"), folder / "gallery", exercise="medium")
            if module.name in FIGURES:
                figures[module.name] = facts(module)
        except CodegenError as error:
            failures.append(f"{function.__name__}: {error.message}")
            continue
        words = (function.__doc__ or "").strip().split("\n")[0]
        sections.setdefault(part, []).append(
            {"name": module.name, "words": words, "exercise": part == "The backprop notes"}
        )
    page = rendered(
        "handout/gallery.md.j2", escaped=False, sections=sections, figures=figures, captions=FIGURES
    )
    write(folder / "gallery.md", page.encode())
    return failures


def facts(module: Finished) -> tuple[str, ...]:
    """Return what the gates of a figure do, in the words of its handout."""
    return tuple(
        f"{as_code(note.text)}: {note.words}" for note in lesson(module).gates if note.words
    )


def main(arguments: list[str]) -> int:
    """Build the gallery in `docs`, or in the folder that is named; return the exit code."""
    sys.path.insert(0, os.getcwd())
    try:
        failures = build(Path(arguments[0] if arguments else "docs"))
    except ModuleNotFoundError as error:
        print(f"{error}; run this in the project's folder, where the examples are", file=sys.stderr)
        return 2
    for failure in failures:
        print(f"no handout of {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
