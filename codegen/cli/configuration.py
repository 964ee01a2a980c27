"""Settings of a project: a folder goes in, what `[tool.codegen]` of its pyproject.toml asks for comes out."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from codegen.emit.templates import styles
from codegen.errors import UsageError
from codegen.records import dataclass

STYLES = styles()
PAPERS = ("a4", "letter")
LAYOUT: dict[str, tuple[str, type]] = {
    "line-length": ("width", int),
    "docstrings": ("docstrings", bool),
    "annotations": ("annotations", bool),
    "forward": ("forward", str),
    "backward": ("backward", str),
    "prefix": ("prefix", str),
}
HANDOUT = ("paper", "templates", "words")
KEYS = ("output", "style", "targets", *HANDOUT, *LAYOUT)
ENTRY_KEYS = ("target", "style", "wrt", "outputs", "output", "inputs")
SCHEMA = """\
    [tool.codegen]
    output = "generated"         # folder of the generated modules, or one file: "gradients.py"
    style = "assignment"         # or "notes"
    line-length = 88
    docstrings = false           # whether the forward function keeps the docstring
    annotations = false          # whether arguments and results have types
    forward = "{}_forward"       # the names of the two functions
    backward = "{}_backward"
    prefix = ""                  # of the names of helpers, such as "_"
    paper = "a4"                 # of handouts, or "letter"
    templates = "ours"           # a folder of own templates for handouts: what it lacks is taken from codegen
    words = "de"                 # of handouts: a language, or a file: "words.toml"
    targets = [
      "mymodule.f",              # into generated/f.py
      "mymodule",                # every function of the module that has an example
      {target = "mymodule.g", style = "notes", wrt = ["x"], output = "g_notes.py", inputs = {x = "randn(4, 5)"}},
      {target = "mymodule.h", outputs = ["loss"], output = "src/mypackage/h_backward.py"},  # a path: from here
    ]"""
ADVICE = f"The settings are:\n{SCHEMA}"


@dataclass(frozen=True)
class Entry:
    """One target of the settings."""

    target: str
    style: str
    wrt: tuple[str, ...]
    outputs: tuple[str, ...]
    """Empty for all arguments that are floats, and for all that is returned."""
    output: Path
    """A file, or a folder that the module is put into."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Example inputs as texts."""

    def covers(self, target: str) -> bool:
        """Return whether a target of the command line is this one, or a function of this module."""
        return target == self.target or target.startswith((f"{self.target}.", f"{self.target}:"))


@dataclass(frozen=True)
class Configuration:
    folder: Path
    """Where pyproject.toml lies."""
    output: Path | None = None
    """The folder of the generated modules, if one is named."""
    style: str = "assignment"
    entries: tuple[Entry, ...] = ()
    layout: Mapping[str, Any] = field(default_factory=dict)
    """The fields of `codegen.emit.layout.Layout` that are set."""
    handout: Mapping[str, Any] = field(default_factory=dict)
    """The arguments of `codegen.handout.write_handout` that are set."""


def configuration(start: Path) -> Configuration:
    """Return the settings of the project that a folder belongs to: the first `[tool.codegen]` from there up.

    `UsageError` if the file cannot be read, or a setting is unknown or of the wrong kind.
    """
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            table = table_of(path)
            if table is not None:
                return checked(table, folder)
    return Configuration(start)


def table_of(path: Path) -> Any:
    """Return the table `[tool.codegen]` of a file, or None."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if "codegen" not in text:
        return None
    import tomllib

    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path.name} cannot be read: {error}") from error
    tool = found.get("tool")
    return tool.get("codegen") if isinstance(tool, dict) else None


def checked(table: Any, folder: Path) -> Configuration:
    """Return the settings of a table, or say what is wrong with it."""
    if not isinstance(table, dict):
        raise wrong("is not a table")
    targets = table.get("targets", [])
    if not isinstance(targets, list):
        raise wrong("targets is not a list")
    known(table, targets)
    output = text_of(table, "output", "") or "generated"
    style = style_of(table, "", "assignment")
    entries = [
        entry(one, f"targets[{k}]", folder / output, style, folder) for k, one in enumerate(targets)
    ]
    return Configuration(
        folder, folder / output, style, tuple(entries), layout_of(table), handout_of(table, folder)
    )


def layout_of(table: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, (name, kind) in LAYOUT.items():
        if key not in table:
            continue
        value: Any = table[key]
        if type(value) is not kind:
            what = {int: "a number", bool: "true or false", str: "a text"}[kind]
            raise wrong(f"{key} is not {what}")
        found[name] = value
    if not 20 <= found.get("width", 88) <= 500:
        raise wrong("line-length is not a number from 20 to 500")
    for key in ("forward", "backward"):
        if found.get(key, "{}").count("{}") != 1:
            raise wrong(f"{key} is {found[key]!r}, without a {{}} for the name of the function")
    return found


def handout_of(table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    paper = text_of(table, "paper", "")
    if paper is not None:
        if paper not in PAPERS:
            raise wrong(f"paper is {paper!r}, which is none of {', '.join(PAPERS)}")
        found["paper"] = paper
    templates = text_of(table, "templates", "")
    if templates is not None:
        if not (folder / templates).is_dir():
            raise wrong(f"templates is {templates!r}, which is no folder")
        found["templates"] = folder / templates
    words = text_of(table, "words", "")
    if words is not None:
        found["words"] = folder / words if (folder / words).is_file() else words
    return found


def entry(found: Any, place: str, output: Path, style: str, folder: Path) -> Entry:
    if isinstance(found, str):
        return Entry(found, style, (), (), output)
    if not isinstance(found, dict):
        raise wrong(f"{place} is neither a text nor a table")
    target = text_of(found, "target", place)
    if target is None:
        raise wrong(f"{place} has no target")
    inputs = found.get("inputs", {})
    if not isinstance(inputs, dict):
        raise wrong(f"{place}.inputs is not a table of values by argument")
    texts = {
        name: value if isinstance(value, str) else repr(value) for name, value in inputs.items()
    }
    file = text_of(found, "output", place)
    names = names_of(found, "wrt", place), names_of(found, "outputs", place)
    return Entry(target, style_of(found, place, style), *names, within(output, file, folder), texts)


def names_of(table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    """Return a setting that is a name or a list of names."""
    found = table.get(key, [])
    found = [found] if isinstance(found, str) else found
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise wrong(f"{place}.{key} is not a list of names")
    return tuple(found)


def within(output: Path, file: str | None, folder: Path) -> Path:
    """Return the place of a module: a bare name is one in the output folder, a path begins beside pyproject.toml."""
    if not file:
        return output
    return folder / file if "/" in file or os.sep in file else output / file


def known(table: Mapping[str, Any], targets: Sequence[Any]) -> None:
    """Refuse unknown keys, all of them at once."""
    places: list[tuple[str, Sequence[str], Mapping[str, Any]]] = [("", KEYS, table)]
    places += [(f"targets[{k}]", ENTRY_KEYS, t) for k, t in enumerate(targets) if is_table(t)]
    found = [
        f"{key!r}{f' in {place}' if place else ''}{meant(key, keys)}"
        for place, keys, one in places
        for key in one
        if key not in keys
    ]
    if found:
        what = "an unknown key" if len(found) == 1 else "unknown keys"
        raise wrong(f"has {what}: {'; '.join(found)}")


def is_table(found: Any) -> bool:
    return isinstance(found, dict)


def meant(key: str, keys: Sequence[str]) -> str:
    """Return the key that was meant, in brackets."""
    close = difflib.get_close_matches(key, keys, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def text_of(table: Mapping[str, Any], key: str, place: str) -> str | None:
    """Return a setting that is a text, or None if it is not there."""
    found = table.get(key)
    if found is not None and (not isinstance(found, str) or not found):
        raise wrong(f"{f'{place}.' if place else ''}{key} is not a text")
    return found


def style_of(table: Mapping[str, Any], place: str, default: str) -> str:
    found = text_of(table, "style", place) or default
    if found not in STYLES:
        raise wrong(
            f"{f'{place}.' if place else ''}style is {found!r}, which is none of {', '.join(STYLES)}"
        )
    return found


def wrong(what: str) -> UsageError:
    return UsageError(f"[tool.codegen] of pyproject.toml: {what}", advice=ADVICE)
