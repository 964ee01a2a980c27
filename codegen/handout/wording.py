"""Wording: a table of sentences goes in, whatever a handout says in the words of that table comes out.

A line of the table is a sentence as a handout shows it, with holes in braces where names and numbers stand, and what is
to be said instead: `"{x} forks into {n} wires" = "{x} verzweigt sich in {n} Leitungen"`. What has no line stays English.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from codegen.emit.templates import folder
from codegen.errors import UsageError
from codegen.records import dataclass

HOLE = re.compile(r"\{(\w+)\}")
END = re.compile(r"(?<=[.!?:;,]) ")
LANGUAGE = "language"
QUOTED = re.compile(r'"([^"\\\n]*)"')
BETWEEN = re.compile(
    r'(?:(?<=>)|(?<=[%}]\}))[^<>{}\n]+(?=<|\{[{%])|(?<=aria-label=")[^"{}]+(?=")|(?<=title=")[^"{}]+(?=")|(?<=data-said=")[^"{}]+(?=")'
)
HEADING = re.compile(
    r"(?<=^## )[^{}\n]+$|(?<=^# )[^`\n]+(?=`)|(?<=\| )[^|{}\n]+(?= \|)|(?<=^\*\*)[^*\n]+(?=\*\*$)",
    re.MULTILINE,
)
STATEMENT = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
CARRIED = " of the trip before"  # the text of a gate that is no code
TOLD = (
    "codegen.handout.lesson",
    "codegen.handout.lesson.dimensions",
    "codegen.handout.recording.slopes",
)
NAMES = (
    "name", "title", "label", "text", "texts", "circuit", "forward", "backward", "recording", "other",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A line of the table: what it fits, what is said instead, and how many of its letters are fixed."""

    pattern: re.Pattern[str]
    instead: str
    fixed: int
    inner: bool


@dataclass(frozen=True, eq=False)
class Wording:
    """What is said instead of the sentences of a handout."""

    language: str = "en"
    """As HTML names it."""
    exact: Mapping[str, str] = field(default_factory=dict)
    """Sentences without holes."""
    lines: tuple[Line, ...] = ()
    """The others; the one with the most fixed letters comes first."""

    def say(self, text: str, inside: bool = False) -> str:
        """Return what is said for sentences; lists such as `{a} and {b}` are told only inside a sentence's hole."""
        if not self.exact and not self.lines:
            return text
        ends = [m.start() for m in END.finditer(text)]
        for end in [*ends, len(text)]:
            found = self.whole(text[:end], inside)
            if found is not None:
                rest = text[end + 1 :]
                return f"{found} {self.say(rest, inside)}" if rest else found
        if ends:
            return f"{text[: ends[0]]} {self.say(text[ends[0] + 1 :], inside)}"
        return text

    def whole(self, text: str, inside: bool) -> str | None:
        """Return what is said instead of a text that one line fits, or None."""
        if text in self.exact:
            return self.exact[text]
        for line in self.lines:
            match = line.pattern.fullmatch(text) if inside or not line.inner else None
            if match:
                parts = {name: self.say(part, True) for name, part in match.groupdict().items()}
                return HOLE.sub(lambda m, p=parts: p[m[1]], line.instead)  # type: ignore[misc]
        return None

    def template(self, name: str, source: str) -> str:
        """Return the text of a template whose fixed words are said in the words of the table."""
        if name.endswith(".js"):
            return QUOTED.sub(lambda m: self.quoted(m[0], m[1]), source)
        source = source.replace('<html lang="en">', f'<html lang="{self.language}">')
        source = STATEMENT.sub(
            lambda s: QUOTED.sub(lambda m: self.quoted(m[0], m[1]), s[0]), source
        )
        found = BETWEEN.sub(lambda m: self.exact.get(m[0], m[0]), source)
        return HEADING.sub(lambda m: self.exact.get(m[0], m[0]), found) if ".md" in name else found

    def quoted(self, whole: str, text: str) -> str:
        """Return a text of a script in its quotes; single words are no sentences there."""
        found = self.exact.get(text) if " " in text else None
        return whole if found is None else json.dumps(found, ensure_ascii=False)


ENGLISH = Wording()


def worded(found: Any, say: Wording) -> Any:
    """Return a lesson, or a part of one, with its sentences in the words of a table."""
    if isinstance(found, str):
        return say.say(found)
    if isinstance(found, tuple):
        return tuple(worded(part, say) for part in found)
    if is_dataclass(found) and type(found).__module__ in TOLD:
        parts = {f.name: getattr(found, f.name) for f in fields(found)}
        changed = {name: worded(part, say) for name, part in parts.items() if name not in NAMES}
        if CARRIED in parts.get("text", ""):
            changed["text"] = say.say(parts["text"], True)
        return replace(found, **changed)  # type: ignore[type-var]  # a dataclass
    return found


@functools.cache
def wording(path: Path) -> Wording:
    """Return the wording of a TOML file; `UsageError` if it cannot be read or has unknown sentences."""
    import tomllib

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"the words in {path.name} cannot be read: {error}") from error
    exact: dict[str, str] = {}
    lines = []
    for key, value in table.items():
        if not isinstance(value, str):
            raise UsageError(
                f"{path.name}: {key!r} is not followed by a text",
                advice='Write one line for each sentence: "The circuit" = "Der Schaltkreis".',
            )
        lost = set(HOLE.findall(value)) - set(HOLE.findall(key))
        if lost:
            raise UsageError(f"{path.name}: {key!r} has no hole called {', '.join(sorted(lost))}")
        if HOLE.search(key):
            lines.append(line_of(key, value))
        exact[key] = value
    language = exact.pop(LANGUAGE, "en")
    lines.sort(key=lambda line: -line.fixed)
    return Wording(language, exact, tuple(lines))


def line_of(key: str, value: str) -> Line:
    """Return a line with holes."""
    pieces = HOLE.split(key)
    seen: set[str] = set()
    pattern = ""
    for i, piece in enumerate(pieces):
        if i % 2 == 0:
            pattern += re.escape(piece)
        elif piece in seen:
            pattern += f"(?P={piece})"
        else:
            pattern += rf"(?P<{piece}>(?:(?!\. [A-Z]).)+?)"
            seen.add(piece)
    inner = not pieces[0] and not pieces[-1]
    return Line(re.compile(pattern), value, sum(len(p) for p in pieces[::2]), inner)


@functools.cache
def languages() -> Mapping[str, Path]:
    """Return the tables that come with the tool, by the language."""
    return {path.stem: path for path in sorted((folder() / "handout" / "words").glob("*.toml"))}


def named(name: str | Path | None) -> Wording:
    """Return the wording of a file or of a language, such as `"de"`; English for None; `UsageError` if there is
    none.
    """
    if name is None:
        return ENGLISH
    if str(name) in languages():
        return wording(languages()[str(name)])
    if not Path(name).is_file():
        raise UsageError(
            f"there are no words {str(name)!r}",
            advice=f"Name a TOML file, or a language: {', '.join(languages())}.",
        )
    return wording(Path(name))
