"""The page: a lesson goes in, one self-contained HTML file comes out, or a PDF of it, made by a headless Chromium."""

from __future__ import annotations

import contextlib
import hashlib
import html
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codegen.errors import CodegenError, visible
from codegen.handout.finish import PLAIN, Finish
from codegen.handout.formats.boxes import boxed
from codegen.handout.formats.javascript import script_text, scripted
from codegen.handout.formats.mathml import mathml, missing
from codegen.handout.formats.sheets import Content, Shape, printed_gates
from codegen.handout.layout.drawing import WIDE, Picture, drawn, svg, svg_of
from codegen.handout.lesson import Lesson, lesson
from codegen.handout.lesson.exercise import BLANK, blanks
from codegen.handout.lesson.steps import steps
from codegen.handout.recording import Finished, Listed
from codegen.records import dataclass

CLASSES = (
    ("Comment", "tc"),
    ("Keyword", "tk"),
    ("Operator.Word", "tk"),
    ("Literal.String", "ts"),
    ("Literal.Number", "tm"),
    ("Operator", "to"),
)
NARROW, SMALL, PHONE = 620, 330, 420
GAP = '<span class="blank" role="img" aria-label="to fill in"></span>'


@dataclass(frozen=True)
class CodeLine:
    """A line of code in the page: its number (0 for none), the number it shows, its indentation, its HTML."""

    stage: int
    shown: int
    indent: int
    html: Any


@dataclass(frozen=True)
class Shown:
    svg: Any
    width: float
    height: float


def page(lesson: Lesson, finish: Finish = PLAIN) -> str:
    blank = finish.blank
    pictures, beside = circuits(lesson, blank, finish)
    script = "" if blank else scripted(lesson.circuit, lesson.recording)
    backward = blanks(lesson, finish.exercise)
    forward_script, boxes = boxed(lesson, backward, finish.words) if blank else ("", {})
    first = pictures[0][1]
    apart = None if blank else other(lesson, finish)
    beyond = Shape(False, apart.shown.width, apart.shown.height) if apart else None
    shape = Shape(first.height > first.width, first.width, first.height, beside)
    content = Content(lesson, shape, (lesson.forward, backward), blank, finish.hidden, beyond)
    return finish.filled(
        "handout/page.html.j2",
        lesson=lesson,
        sheet=content.sheet(finish.paper),
        printed=[gate.number for gate in printed_gates(lesson)],
        circuits=pictures,
        beside=beside,
        forward=code(list(lesson.forward)),
        backward=code(backward),
        math=formula,
        ticked=ticked,
        script=markup(script),
        boxed=markup(forward_script),
        boxes=markup(script_text(boxes)),
        steps=markup(script_text(stepped(lesson, blank))),
        tip=markup(script_text([finish.words.say(word) for word in ("value", "gradient")])),
        inputs=[g for g in lesson.circuit.gates if not g.operands],
        other=apart,
    )


def formula(text: str, display: bool = False) -> Any:
    """Return a formula as HTML; what stands between backquotes is code."""
    if text.startswith("`"):
        return ticked(text)
    return markup(" ".join(mathml(part) for part in halves(text, display)))


def halves(text: str, display: bool) -> list[str]:
    """Return both sides of an equation, so that a narrow page can break the line between them."""
    style = r"\displaystyle " if display else ""
    for sign in (" = ", r" \leftarrow ", r" \mathrel{+}= ", r" \mathrel{-}= "):
        left, found, right = text.partition(sign)
        if found and left.count("{") == left.count("}") and left.count("(") == left.count(")"):
            return [style + left, f"{style}{sign.strip()} {right}"]
    return [style + text]


def markup(text: str) -> Any:
    """Return text that is HTML already."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704  # made here, from escaped parts


def ticked(text: str) -> Any:
    """Return words as HTML, what stands between backquotes as code."""
    pieces = html.escape(text, quote=False).split("`")
    return markup("".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces)))


def circuits(
    lesson: Lesson, blank: bool, finish: Finish = PLAIN
) -> tuple[list[tuple[str, Shown]], bool]:
    """Return the circuit for wide pages and for phones, and whether it is narrow enough to stand beside the formula."""
    across, down = drawn(lesson.circuit, "across", blank), drawn(lesson.circuit, "down", blank)
    phone = for_phones(lesson, blank)

    def shown(picture: Picture, ident: str) -> Shown:
        return Shown(markup(svg_of(picture, ident, True, finish)), picture.width, picture.height)

    if across.width > WIDE:
        beside = len(lesson.formula) > 1 and down.width <= NARROW
        if phone.flow == "down":
            return [("any", shown(down, "c"))], beside
        return [("wide", shown(down, "c")), ("narrow", shown(phone, "p"))], beside
    if across.width <= phone.width or across.width < SMALL:
        return [("any", shown(across, "c"))], False
    return [("wide", shown(across, "c")), ("narrow", shown(phone, "p"))], False


def for_phones(lesson: Lesson, blank: bool) -> Picture:
    """Return the circuit as narrow as a phone wants it: from top to bottom, stacked if it is still wide."""
    down, stacked = drawn(lesson.circuit, "down", blank), drawn(lesson.circuit, "narrow", blank)
    return down if down.width <= max(PHONE, stacked.width) else stacked


@dataclass(frozen=True)
class Other:
    """The circuit with its groups taken apart, or as one gate each, and what its button says; on paper, its title."""

    shown: Shown
    label: str
    back: str
    title: str
    again: Any


def other(lesson: Lesson, finish: Finish) -> Other | None:
    """Return the other circuit of a lesson, or None if it has one only."""
    if lesson.other is None:
        return None
    across = drawn(lesson.other, "across", False)
    picture = across if across.width <= WIDE else drawn(lesson.other, "down", False)
    text = svg_of(picture, "o", False, finish)
    plain = re.sub(r" data-(gate|s|source|target)=", r" data-other-\1=", text)
    fewer, more = sorted((lesson.circuit, lesson.other), key=lambda c: len(c.gates))
    loose = {g.label for g in more.gates}
    groups = list(
        dict.fromkeys(g.label for g in fewer.gates if g.operands and g.label not in loose)
    )
    name = ", ".join(groups) or "…"
    apart, whole = f"take {name} apart into gates", f"see {name} as one gate"
    label, back = (apart, whole) if more is lesson.other else (whole, apart)
    say = finish.words.say
    title = "taken apart" if more is lesson.other else "as one gate each"
    return Other(
        Shown(markup(plain), picture.width, picture.height),
        say(label),
        say(back),
        say(f"The same circuit, its groups of gates {title}"),
        markup(svg_of(picture, "q", False, finish).replace(" data-", " data-other-")),
    )


def code(lines: list[Listed]) -> list[CodeLine]:
    """Return coloured lines; the number of a stage stands on its first line."""
    found, last = [], 0
    coloured = highlighted(
        [re.sub(f"{BLANK}+", lambda m: f"BLANK{len(m[0])}__", line.text) for line in lines]
    )
    for line, text in zip(lines, coloured, strict=True):
        shown = line.stage if line.stage != last else 0
        last = line.stage or last
        coded = markup(gapped(text) or "&nbsp;")
        indent = len(line.text) - len(line.text.lstrip())
        found.append(CodeLine(line.stage, shown, indent, coded))
    return found


def gapped(text: str) -> str:
    """Return HTML with blanks as long as what they hide."""
    wide = GAP.replace('class="blank"', r'class="blank" style="min-width:min(\1ch,100%)"')
    return re.sub(r"BLANK(\d+)__", wide, text)


def stepped(lesson: Lesson, blank: bool) -> list[dict[str, Any]]:
    """Return the steps through both passes, as data for the page: what works, what is known then, what is computed.

    An exercise is not told what is computed on the way back.
    """
    found = []
    for step in steps(lesson):
        lines = [] if blank and not step.forward else list(step.lines)
        words = [] if blank or step.forward else [w.replace("`", "") for w in step.words]
        one = {"f": int(step.forward), "s": step.stage, "g": list(step.gates), "t": lines}
        one |= {"w": words, "v": sorted(step.values), "k": sorted(step.gradients)}
        found.append(one)
    return found


def highlighted(lines: Sequence[str]) -> list[str]:
    try:
        from pygments.lexers import PythonLexer  # type: ignore[import-untyped]  # it has no types
    except ImportError as error:
        raise missing("pygments") from error
    found = [""]
    for token, text in PythonLexer(stripnl=False, ensurenl=True).get_tokens("\n".join(lines)):
        name = str(token).removeprefix("Token.")
        kind = next((c for prefix, c in CLASSES if name.startswith(prefix)), "")
        if name == "Name.Function":
            kind = "tf"
        for i, piece in enumerate(text.split("\n")):
            if i:
                found.append("")
            if piece:
                shown = html.escape(piece, quote=False)
                found[-1] += f'<span class="{kind}">{shown}</span>' if kind else shown
    return found[: len(lines)]


# ---- a module in a notebook


def rich(module: Finished) -> str:
    """Return a module as HTML: circuit and code in two columns, the code alone if the circuit cannot be drawn."""
    try:
        return circuit_and_code(module)
    except Exception:  # noqa: BLE001  # to be shown must never fail
        return f"<pre>{html.escape(visible(module.source))}</pre>"


def circuit_and_code(module: Finished) -> str:
    told = lesson(module)
    ident = "m" + hashlib.sha256(module.source.encode()).hexdigest()[:8]
    picture = markup(svg(told.circuit, ident=ident))
    return PLAIN.filled(
        "handout/rich.html.j2",
        lesson=told,
        picture=picture,
        forward=code(list(told.forward)),
        backward=code(list(told.backward)),
    )


NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LIMIT = 60
NODE = re.compile(rb"\bnode(\d{8})\b")
DATE = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")


def browser() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def run(command: list[str], log: Path) -> str:
    """Return the last thing a command said; all it started is gone then; `CodegenError` if it takes too long."""
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603  # no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired as error:
            raise CodegenError(
                f"Chromium took more than {LIMIT} seconds for a PDF",
                advice="Print the HTML page instead.",
            ) from error
        finally:
            end(process)
    return " ".join(log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:])


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started: a browser is several, and a lost one would keep its files open."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def pdf(page: str) -> bytes:
    """Return a page as PDF; `CodegenError` if no Chromium is installed, or it fails."""
    program = browser()
    if program is None:
        raise CodegenError(
            "a PDF needs Chromium, and none was found",
            advice="Install it (Debian: apt-get install chromium), or print the HTML page.",
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(page, encoding="utf-8")
        command = [
            program,
            "--headless=new",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
        ]
        command += ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        command += [f"--print-to-pdf={target}", source.as_uri()]
        said = run(command, Path(folder, "log.txt"))
        if not target.is_file():
            raise CodegenError(
                f"Chromium made no PDF: {said}", advice="Print the HTML page instead."
            )
        return settled(target.read_bytes())


def settled(found: bytes) -> bytes:
    """Return a PDF without the time it was made at, and with its nodes counted from 1.

    Chromium counts the nodes of all that it opens, so now and then a page begins at another number.
    """
    numbers = {old: k for k, old in enumerate(sorted(set(NODE.findall(found))), 1)}
    found = NODE.sub(lambda m: b"node%08d" % numbers[m[1]], found)
    return DATE.sub(rb"\g<1>19700101000000", found)
