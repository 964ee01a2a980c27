"""LaTeX: a lesson goes in; its formula, staged code, local gradients and circuit (TikZ) come out as files to include in
sheets of one's own, and a sheet that shows how.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from codegen.errors import visible
from codegen.handout.finish import PLAIN, Finish
from codegen.handout.formats.markdown import numbered
from codegen.handout.formats.sheets import PAPERS
from codegen.handout.layout.drawing import BLANK, Picture, drawn
from codegen.handout.lesson import Lesson
from codegen.handout.lesson.exercise import blanks
from codegen.handout.lesson.latex import CODE, GREEK

TEXT_WIDTH, LARGEST = 455.0, 0.75  # points
TEXT_HEIGHT = 470.0


def greek(name: str) -> str:
    spelled = {"lambda": "LAMDA"}.get(name, name.upper())
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {spelled}")
    except KeyError:
        return ""


SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "\N{MINUS SIGN}": r"$-$",
    "\N{GREEK SMALL LETTER SIGMA}": r"$\sigma$",
    "\N{CLOCKWISE OPEN CIRCLE ARROW}": r"$\circlearrowright$",
    "\N{HORIZONTAL ELLIPSIS}": r"\ldots{}",
    "\N{MIDDLE DOT}": r"$\cdot$",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
    "\N{ALMOST EQUAL TO}": r"$\approx$",
    "\N{LESS-THAN OR EQUAL TO}": r"$\leq$",
    "\N{GREATER-THAN OR EQUAL TO}": r"$\geq$",
    "\N{NOT EQUAL TO}": r"$\neq$",
    "\N{RIGHTWARDS ARROW}": r"$\to$",
    "\N{PARTIAL DIFFERENTIAL}": r"$\partial$",
} | {c: rf"$\{letter}$" for letter in GREEK if (c := greek(letter))}
FOREIGN = re.compile(r"[^\x00-\x7f]+|\\(?=end\b)|\((?=\*@)")


def tex(lesson: Lesson, stem: str, finish: Finish = PLAIN) -> dict[str, str]:
    """Return the files by their names, which begin with `stem`."""
    backward = blanks(lesson, finish.exercise)
    parts = {
        "formula": formula(lesson),
        "code": code(numbered(list(lesson.forward))) + "\n" + code(numbered(backward)),
        "gradients": gradients(lesson, finish.hidden),
        "circuit": circuit(drawn(lesson.circuit, "auto", finish.blank)),
    }
    legend = f"{lesson.legend[0]} {lesson.legend[2 if finish.blank else 1]} {lesson.upstream}"
    sheet = finish.filled(
        "handout/sheet.tex.j2",
        escaped=False,
        title=escaped(lesson.title),
        kind=f" ({finish.kind})" if finish.kind else "",
        task=escaped(finish.task),
        legend=escaped(legend.replace("`", "")),
        stem=stem,
        paper=PAPERS[finish.paper][0].lower() + "paper",
    )
    return {f"{stem}.tex": sheet} | {f"{stem}_{name}.tex": text for name, text in parts.items()}


def escaped(text: str) -> str:
    pieces = [signs(piece) for piece in visible(text).split("`")]
    return "".join(rf"\texttt{{{p}}}" if i % 2 else p for i, p in enumerate(pieces))


def signs(text: str) -> str:
    """Return text with what LaTeX would take for a command spelled out."""
    return "".join(SIGNS.get(c, c) for c in text)


def mathematics(latex: str) -> str:
    """Return a formula, or code between backquotes, for a line of text."""
    return escaped(latex) if latex.startswith("`") else f"${plain(latex)}$"


def plain(latex: str) -> str:
    """Return LaTeX that needs amsmath and amssymb alone."""
    found = latex.replace(r"\mathbb{1}", r"\mathbf{1}")
    found = CODE.sub(code_as_text, found)
    found = re.sub(r"\\mathrm\{([^{}]*[^\x00-\x7f][^{}]*)\}", r"\\text{\1}", found)
    return re.sub(r"[\u03b1-\u03c9]", lambda m: SIGNS.get(m[0], m[0]).strip("$") + " ", found)


def code_as_text(found: re.Match[str]) -> str:
    """Return code in a formula with all its signs spelled out: as text it reads more of them than mathematics does."""
    bare = re.sub(r"\\(.)", r"\1", found[1])
    return rf"\texttt{{{signs(bare)}}}"


def formula(lesson: Lesson) -> str:
    lines = [
        escaped(line) if line.startswith("`") else rf"$\displaystyle {plain(line)}$"
        for line in lesson.formula
    ]
    return "\\begin{flushleft}\n" + " \\\\[2pt]\n".join(lines) + "\n\\end{flushleft}\n"


def code(text: str) -> str:
    """Return lines of Python as a listing; what is not ASCII, or would end it, is set by LaTeX itself."""
    text = visible(text)
    foreign = FOREIGN.sub(lambda m: f"(*@{escaped(m[0])}@*)", text)
    option = ",escapeinside={(*@}{@*)}" if foreign != text else ""
    return f"\\begin{{lstlisting}}[style=codegen{option}]\n{foreign}\n\\end{{lstlisting}}\n"


def gradients(lesson: Lesson, hidden: bool) -> str:
    rows = []
    for stage in lesson.stages:
        lines = r"\newline ".join(rf"\texttt{{{escaped(t)}}}" for t in stage.texts)
        told = r" \quad ".join(mathematics(f) for f in stage.formulas)
        rows.append(f"{stage.number} & {lines} & {'' if hidden else told} \\\\[4pt]")
    head = r"\begin{longtable}{@{}r>{\raggedright}p{.4\linewidth}>{\raggedright\arraybackslash}p{.5\linewidth}@{}}"
    return "\n".join([head, *rows, r"\end{longtable}"]) + "\n"


def circuit(picture: Picture) -> str:
    room = min(TEXT_WIDTH / picture.width, TEXT_HEIGHT / picture.height)
    unit = round(min(LARGEST, room), 3)
    size = round(14 * unit, 2)
    found = [
        rf"\begin{{tikzpicture}}[x={unit}pt,y=-{unit}pt,font=\fontsize{{{size}}}{{{size}}}\selectfont\sffamily,inner sep=0pt]"
    ]
    for box in picture.boxes:
        corner = f"({box['x']:g},{box['y']:g}) rectangle ({box['x'] + box['w']:g},{box['y'] + box['h']:g})"
        found.append(rf"\draw[dashed,gray,fill=gray!7,rounded corners=3pt] {corner};")
    for wire in picture.wires:
        found.append(rf"\draw{'[densely dashed]' if 'back' in wire else ''} {path(wire['d'])};")
    found += [rf"\fill {path(a['d'])};" for a in picture.arrows]
    found += [
        rf"\fill ({d['x']},{d['y']}) circle[radius={d['r'] * unit:.2f}pt];" for d in picture.dots
    ]
    for box in picture.boxes:
        for i, label in enumerate(box["labels"]):
            at = f"({box['at']:g},{box['y'] + 15 + 16 * i:g})"
            found.append(rf"\node[anchor=base west] at {at} {{\ttfamily {escaped(label)}}};")
    for end in picture.ends:
        name = rf"\textit{{{escaped(end['name'])}}}"
        found.append(text("base west", end["x"], end["y"], name))
    for gate in picture.gates:
        found += drawn_gate(gate, picture, unit)
    return "\n".join([*found, r"\end{tikzpicture}"]) + "\n"


def drawn_gate(gate: dict[str, Any], picture: Picture, unit: float) -> list[str]:
    down = "down" in picture.flow
    found = [rf"\draw {path(stub)};" for stub in gate["stubs"]]
    if gate["kind"] == "input":
        anchor, x = ("base", gate["cx"]) if down else ("base west", gate["x"])
        found.append(text(anchor, x, gate["cy"] + 5, rf"\textit{{{escaped(gate['name'])}}}"))
    else:
        corners = 4 if gate["kind"] in ("helper", "line") else 17
        shape = f"({gate['x']:g},{gate['y']:g}) rectangle ({gate['x'] + gate['w']:g},{gate['y'] + gate['h']:g})"
        found.append(
            rf"\draw[fill=white,rounded corners={min(corners, gate['h'] / 2) * unit:.2f}pt] {shape};"
        )
        found.append(text("base", gate["cx"], gate["cy"] + 5, escaped(gate["label"])))
        if gate["name"]:
            name = rf"\textit{{{escaped(gate['name'])}}}"
            found.append(text("base west", gate["nx"], gate["ny"], name))
    side = "base east" if picture.flow == "down" else "base west"
    gradient = gate["gradient"]
    gradient = r"\underline{\hspace{2em}}" if gradient == BLANK else escaped(gradient)
    if gate["value"]:
        found.append(text(side, gate["vx"], gate["vy"], escaped(gate["value"]), "value"))
    if gradient:
        found.append(text("base west", gate["gx"], gate["gy"], gradient, "gradient"))
    return found


def text(anchor: str, x: float, y: float, words: str, colour: str = "") -> str:
    style = f"anchor={anchor},text={colour}" if colour else f"anchor={anchor}"
    return rf"\node[{style}] at ({x:g},{y:g}) {{{words}}};"


def path(data: str) -> str:
    """Return a path of SVG, absolute and straight, as TikZ writes it."""
    x = y = 0.0
    found: list[str] = []
    for command, numbers in re.findall(r"([MLHVZ])([^MLHVZ]*)", data):
        values = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        if command == "Z":
            found.append("cycle")
            continue
        x = values[0] if command in "MLH" else x
        y = values[-1] if command in "MLV" else y
        found.append(f"({x:g},{y:g})")
    return " -- ".join(found)
