"""Wording: own sentences and other languages by one table, whatever a handout says."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

import codegen
from codegen.cli.main import main
from codegen.handout import write_handout
from codegen.handout.wording import ENGLISH, languages, named, wording


def neuron(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    return 1.0 / (1 + math.exp(-dot))


def gates(x, w, b):
    a = x.dot(w) + b
    h = np.maximum(0, a)
    c = h * h - h
    d = np.exp(c) / (1.0 + h)
    return np.mean(d) + np.sum(x[0]) * max(x[0, 0], 0.5)


@pytest.fixture(scope="module")
def module():
    draw = np.random.default_rng(5).standard_normal
    return codegen.generate(gates, draw((4, 3)), draw((3, 2)), draw(2))


@pytest.fixture
def table(tmp_path):
    def write(text: str):
        path = tmp_path / "words.toml"
        path.write_text(text)
        wording.cache_clear()
        return wording(path)

    return write


def test_a_line_fits_a_sentence_with_holes(table):
    say = table('"The {g} gate swaps: {a} gets {x}." = "{x} geht an {a} ({g})."').say
    assert say("The multiply gate swaps: `w` gets 2.00 · 3.00 = 6.00.") == (
        "2.00 · 3.00 = 6.00 geht an `w` (multiply)."
    )
    assert say("The add gate adds.") == "The add gate adds."


def test_sentences_that_follow_each_other_are_told_one_by_one(table):
    say = table('"One." = "Eins."\n"Three: {x}." = "Drei: {x}."').say
    assert say("One. Two. Three: 3.14.") == "Eins. Two. Drei: 3.14."


def test_the_line_with_the_most_fixed_letters_wins(table):
    say = table(
        '"{a} goes on" = "A {a}"\n"the gradient goes on" = "B"\n"x {a} goes on" = "C {a}"'
    ).say
    assert say("the gradient goes on") == "B"
    assert say("x 5 goes on") == "C 5"
    assert say("5 goes on") == "A 5"


def test_lists_are_told_inside_a_sentence_only(table):
    say = table('"{a} and {b}" = "{a} und {b}"\n"It goes to {names}." = "Es geht an {names}."').say
    assert say("It goes to x and y.") == "Es geht an x und y."
    assert say("values and gradients") == "values and gradients"


def test_a_hole_that_comes_twice_is_the_same_both_times(table):
    say = table('"{a} enters twice, so {a} gets it" = "zweimal {a}"').say
    assert say("x enters twice, so x gets it") == "zweimal x"
    assert say("x enters twice, so y gets it") == "x enters twice, so y gets it"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"a {b}" = "{c}"', "no hole called c"),
        ('"a" = 3', "not followed by a text"),
        ("a b c", "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(table, text, said):
    with pytest.raises(codegen.UsageError, match=said):
        table(text)


def test_a_language_that_is_not_there_is_refused():
    assert named(None) is ENGLISH
    with pytest.raises(codegen.UsageError, match="no words 'xx'") as found:
        named("xx")
    assert "de" in str(found.value)


def words_of(text: str) -> str:
    """Return what a page says, code and formulas left out."""
    text = re.sub(r"<(style|script|svg|math|code)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", text)


ENGLISH_WORDS = re.compile(
    r"\b(the|gate|gets|goes|gradient of|unchanged|wires|step|stage|backward|forward|value|which|with|swaps|routes)\b"
)


@pytest.mark.parametrize("kind", ["html", "slides", "md"])
def test_german_pages_speak_german(module, tmp_path, kind):
    both = module, codegen.generate(neuron, [2.0, -3.0, -3.0], [-1.0, -2.0])
    for one in both:
        for exercise in (None, "medium"):
            path = write_handout(one, [kind], tmp_path, exercise, words="de")[0]
            text = path.read_text()
            if kind == "md":
                text = re.sub(
                    r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$]*\$|!\[[^\]]*\]",
                    " ",
                    text,
                    flags=re.DOTALL,
                )
            else:
                assert '<html lang="de">' in text
            found = set(ENGLISH_WORDS.findall(words_of(text)))
            assert found <= set(), (path.name, found)
            assert "Schritt" in text or "Stufe" in text


def test_own_sentences_are_said_by_the_settings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text("def f(x=3.0, y=2.0):\n    return x * y\n")
    Path("ours.toml").write_text(
        '"Staged code" = "Our code"\n"The multiply gate swaps its inputs: {rest}." = "SWAP {rest}!"\n'
    )
    Path("pyproject.toml").write_text('[tool.codegen]\nwords = "ours.toml"\n')
    assert main(["mine.py:f", "--handout", "html,md,slides,tex,ipynb", "-q"]) == 0
    for name in ("f.html", "f.md", "f_slides.html"):
        text = Path(name).read_text()
        assert "SWAP" in text
        assert "swaps" not in text
    assert "## Our code" in Path("f.md").read_text()
    assert "Our code" in Path("f.html").read_text()
    Path("pyproject.toml").write_text('[tool.codegen]\nwords = "xx"\n')
    assert main(["mine.py:f", "--handout", "html", "-q"]) == 2


def test_the_tables_that_come_along_can_be_read():
    assert "de" in languages()
    for name in languages():
        assert named(name).language == name


def carried(x, w):
    h = 0.0
    for t in range(5):
        h = w * h + x[t]
    return h


def test_what_is_shown_by_the_way_is_german_too(module, tmp_path):
    """Tooltips, names of pictures, headings of cells and comments that call on a student."""
    loop = codegen.generate(carried, x=np.arange(5.0) / 3, w=0.5)
    for one in (module, loop):
        paths = write_handout(one, ["html", "ipynb"], tmp_path, words="de", exercise="medium")
        paths += write_handout(one, ["html", "ipynb"], tmp_path, words="de")
        for path in paths:
            text = path.read_text(encoding="utf-8") if path.suffix in (".html", ".ipynb") else ""
            for title in re.findall(r"<title>([^<]*)</title>", text.replace("\\n", "\n")):
                assert not re.search(
                    r"^(value|gradient|trip) |of the trip before|^Circuit of", title, re.M
                ), title
            assert "# your turn" not in text
            assert "## Check" not in text
            assert "## Forward pass" not in text
    assert "Wert " in (tmp_path / "carried.html").read_text(encoding="utf-8")
    assert "# du bist dran" in (tmp_path / "carried_exercise.ipynb").read_text(encoding="utf-8")
