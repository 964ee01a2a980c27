"""Markdown: a lesson goes in, a page as GitHub shows it comes out, its circuit as a picture beside it.

GitHub strips drawings out of a page, refuses some commands of LaTeX, and reads a formula as Markdown before it reads it
as mathematics. What is written here means the same whether or not that happens.
"""

from __future__ import annotations

import re

from codegen.handout.finish import PLAIN, Finish
from codegen.handout.lesson import Lesson
from codegen.handout.lesson.exercise import BLANK, blanks
from codegen.handout.lesson.latex import CODE
from codegen.handout.recording import Listed

SPELLED = (
    (r"\left\lvert", r"\lvert"),
    (r"\right\rvert", r"\rvert"),
    (r"\left\lVert", r"\lVert"),
    (r"\right\rVert", r"\rVert"),
    (r"\,", r"\thinspace "),
    (r"\\", r"\cr "),
    (r"\_", "_"),
    (r"\{", r"\lbrace "),
    (r"\}", r"\rbrace "),
    (r"\#", "#"),
    (r"\%", "%"),
    (r"\&", "&"),
    (r"\$", "$"),
)
NAME = re.compile(r"\\mathrm\{((?:[^{}\\]|\\.)*\\_(?:[^{}\\]|\\.)*)\}")
SILENT = {"displaystyle", "left", "mathrm", "operatorname", "quad", "right", "text", "texttt"}
MEANS_MARKDOWN = re.compile(
    r"[*~`$#%\\]|^_|_$|&\w|[{}]|<[A-Za-z/!?]|\][(\[]|\w:/|www\.|:\w+:|@\w"  # links, emoji, people
)


def markdown(lesson: Lesson, finish: Finish = PLAIN, picture: str | None = None) -> str:
    return finish.filled(
        "handout/page.md.j2",
        escaped=False,
        lesson=lesson,
        gap="_" * 16,
        picture=picture or f"{lesson.name}.svg",
        forward=numbered(list(lesson.forward)),
        backward=numbered(blanks(lesson, finish.exercise)),
        cell=cell,
        plain=plain,
        code=code,
        math=math,
        inline=inline,
    )


def numbered(lines: list[Listed]) -> str:
    """Return code with the numbers of stages behind their lines, as in the notes."""
    found, last = [], 0
    width = max(
        (len(line.text) for line in lines if line.stage and "#" not in line.text), default=0
    )
    for line in lines:
        text = line.text.rstrip().replace(BLANK, "_")
        shown = line.stage and line.stage != last
        last = line.stage or last
        if not shown:
            found.append(text)
        elif "#" in text:
            found.append(f"{text}  #({line.stage})")
        else:
            found.append(f"{text.ljust(min(width, 60))}  #({line.stage})")
    return "\n".join(found)


def math(text: str) -> str:
    """Return a formula as a block; what stands between backquotes is code."""
    if text.startswith("`"):
        return code(text[1:-1])
    found = safe(text)
    return f"$$\n{found}\n$$" if found else code(words_of(text))


def inline(text: str) -> str:
    if text.startswith("`"):
        return code(text[1:-1])
    found = safe(text)
    return f"${found}$" if found else code(words_of(text))


def code(text: str) -> str:
    """Return text as code within a line, whatever stands in it: between more backquotes than it has in a row."""
    text = text.replace("\n", " ")
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{space}{text}{space}{fence}"


def plain(text: str) -> str:
    """Return a value as it stands, or as code where Markdown would make something of it: the keys of a dict are words.

    >>> plain("[2]"), plain("<!-- [2]")
    ('[2]', '`<!-- [2]`')
    """
    return code(text) if MEANS_MARKDOWN.search(text) else text


def safe(latex: str) -> str:
    """Return LaTeX that GitHub accepts and that Markdown leaves alone, or nothing if it quotes code that it does not."""
    latex = latex.replace("\n", " ")
    if any(MEANS_MARKDOWN.search(spelled(code)) for code in CODE.findall(latex)):
        return ""
    found = latex.replace(r"\operatorname", r"\mathrm")
    found = NAME.sub(lambda m: rf"\text{{{spelled(m[1])}}}", found)
    names: list[str] = []

    def kept(match: re.Match[str]) -> str:
        names.append(match[0])
        return f"\x00{len(names) - 1}\x00"

    found = re.sub(r"\\text(?:tt)?\{(?:[^{}\\]|\\.)*\}", kept, found)
    found = spelled(found)
    found = re.sub(r"\s*_\s*", " _ ", found)  # never the beginning or the end of an emphasis
    found = found.replace("<", r"\lt ").replace(">", r"\gt ").replace("](", "] (")
    found = re.sub(r"\x00(\d+)\x00", lambda m: spelled(names[int(m[1])]), found)
    return re.sub(r"  +", " ", found).strip()


def spelled(latex: str) -> str:
    """Return LaTeX without what a backslash and a sign would be for Markdown, and without what GitHub refuses."""
    for one, other in SPELLED:
        latex = latex.replace(one, other)
    return latex


def words_of(latex: str) -> str:
    text = re.sub(r"\\partial\s*", "d", latex)
    text = re.sub(r"\\frac\{(.*?)\}\{(.*?)\}", r"(\1)/(\2)", text)
    text = re.sub(r"\\(?:([A-Za-z]+)\s*|(.))|[{}]", spoken, text)
    return re.sub(r"  +", " ", text).strip()


def spoken(found: re.Match[str]) -> str:
    """Return a command of LaTeX as a word: the functions and letters have one, what only sets text has none."""
    word, sign = found[1], found[2]
    if not word:
        return " " if sign == "," else sign or ""
    return "" if word in SILENT else "* " if word == "cdot" else word + " " * found[0][-1].isspace()


def cell(text: str) -> str:
    return text.replace("|", r"\|")
