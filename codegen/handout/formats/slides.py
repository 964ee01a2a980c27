"""Slides: a lesson goes in, one self-contained page with a slide for each step comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from codegen.handout.finish import PLAIN, Finish
from codegen.handout.formats.page import GAP, code, for_phones, formula, markup, ticked
from codegen.handout.formats.sheets import PAPERS, Shape
from codegen.handout.layout.drawing import LEGIBLE, Picture, drawn, svg_of
from codegen.handout.lesson import Lesson
from codegen.handout.lesson.exercise import blanked, gradients
from codegen.handout.lesson.steps import Step, steps
from codegen.handout.recording import Listed
from codegen.records import dataclass

WIDE, TALL = Shape(False, 820.0, 330.0), Shape(True, 430.0, 470.0)
AROUND = 46.0


@dataclass(frozen=True)
class Slide:
    """A slide of one step."""

    head: str
    step: Step
    view: str
    """The part of the circuit that is shown, as a viewBox."""
    look: str
    """What is hidden and what lights up in the circuit, as CSS."""
    code: tuple[Any, ...]
    """Coloured lines."""


def slides(lesson: Lesson, finish: Finish = PLAIN) -> str:
    picture = drawn(lesson.circuit, "auto", finish.blank)
    frame = TALL if picture.flow == "down" else WIDE
    phone = for_phones(lesson, finish.blank) if picture.width > LEGIBLE else None
    told = steps(lesson)
    found = [
        slide(f"Step {k} of {len(told)}", step, lesson, picture, frame, finish)
        for k, step in enumerate(told, 1)
    ]
    paper, width, height = PAPERS[finish.paper]
    return finish.filled(
        "handout/slides.html.j2",
        lesson=lesson,
        symbol=markup(symbol(picture, finish)),
        whole=view(picture, None),
        stacked=markup(symbol(phone, finish)) if phone else "",
        stacked_flow=phone.flow if phone else "",
        narrow=view(phone, None) if phone else "",
        room=phone.width if phone else picture.width,
        clear=look(lesson, None),
        turn=look(lesson, told[len(told) // 2 - 1], begun=True),
        done="",
        tall=frame is TALL,
        slides=found,
        forward=[s for s in found if s.step.forward],
        backward=[s for s in found if not s.step.forward],
        math=formula,
        ticked=ticked,
        gap=markup(GAP),
        paper=paper,
        height=min(width, height) - 20,
    )


def slide(
    place: str, step: Step, lesson: Lesson, picture: Picture, frame: Shape, finish: Finish
) -> Slide:
    way = "forward pass" if step.forward else "backward pass"
    head = finish.words.say(f"{place}: {way}, stage {step.stage}")
    lines = [Listed(text, step.stage, text.lstrip().startswith("#")) for text in step.code]
    if not step.forward:
        lines = blanked(lines, finish.exercise, gradients(lesson))
    shown = tuple(line.html for line in code(lines))
    known = look(lesson, step)
    return Slide(head, step, view(picture, frame, step.gates, lesson), known, shown)


def symbol(picture: Picture, finish: Finish) -> str:
    """Return the circuit as a symbol that each slide shows in its own way."""
    drawing = svg_of(picture, "s", finish=finish)
    inner = drawing[drawing.index("</style>") + len("</style>") : drawing.rindex("</svg>")]
    inner = inner[inner.index("</title>") + len("</title>") :]
    for gate in picture.gates:
        n = gate["number"]
        begin = f'data-gate="{n}"'
        inner = inner.replace(
            begin, f'{begin} style="--value:var(--v{n});--gradient:var(--g{n});--lit:var(--o{n})"'
        )
    return inner


def look(lesson: Lesson, step: Step | None, begun: bool = False) -> str:
    """Return what is hidden and what lights up in the circuit at a step, as CSS; without a step, all is shown."""
    found: list[str] = []
    for gate in lesson.circuit.gates:
        n = gate.number
        if step is not None and n not in step.values:
            found.append(f"--v{n}:hidden")
        backward = step is not None and not step.forward or begun
        known = backward and n in lesson.circuit.outputs or step is not None and n in step.gradients
        if not known:
            found.append(f"--g{n}:hidden")
        if step is not None and n in step.gates and not begun:
            found.append(f"--o{n}:var(--on)")
    return ";".join(found)


def view(
    picture: Picture, frame: Shape | None, gates: Sequence[int] = (), lesson: Lesson | None = None
) -> str:
    """Return the part of the circuit around some gates that is large enough to be read from afar, as a viewBox."""
    left, top, width, height = picture.left, picture.top, picture.width, picture.height
    if frame is None or lesson is None or (width <= frame.width and height <= frame.height):
        return f"{left:g} {top:g} {width:g} {height:g}"
    spots: Mapping[int, dict[str, Any]] = {g["number"]: g for g in picture.gates}
    near = [n for g in gates for n in (g, *lesson.circuit.gates[g].operands)]
    x, wide = window(
        [spots[n]["cx"] for n in gates], [spots[n]["cx"] for n in near], left, width, frame.width
    )
    y, high = window(
        [spots[n]["cy"] for n in gates], [spots[n]["cy"] for n in near], top, height, frame.height
    )
    return f"{x:g} {y:g} {wide:g} {high:g}"


def window(
    own: Sequence[float], near: Sequence[float], begin: float, length: float, room: float
) -> tuple[float, float]:
    """Return where a window on a length begins and how long it is: around what is near, if that fits, else around the own spots."""
    if length <= room:
        return begin, length
    low, high = min(near) - AROUND, max(near) + 2 * AROUND
    if high - low > room:
        low, high = min(own) - AROUND, max(own) + 2 * AROUND
    room = max(room, high - low)
    if room >= length:
        return begin, length
    at = (low + high - room) / 2
    return round(min(max(at, begin), begin + length - room)), round(room)
