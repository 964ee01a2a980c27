"""Boxes in the page of an exercise: the solution is right in each, planted mistakes are named, no answer is in the page."""

from __future__ import annotations

import re

import numpy as np
import pytest

import codegen
from codegen.handout import write_handout
from codegen.handout.lesson import lesson
from codegen.handout.lesson.exercise import BLANK, blanks
from tests.browser import Browser, program

pytestmark = pytest.mark.skipif(
    program() is None, reason="no Chromium is installed: apt-get install chromium"
)


def staged(x, y):
    sigy = 1.0 / (1 + np.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + np.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    return f


def tied(x, y):
    m = np.maximum(x, y)
    s = m * x
    return s + np.abs(y)


def swing(x0, v0, k):
    x, v = x0, v0
    for _ in range(2):
        a = -k * x
        x = x + 0.1 * v
        v = v + 0.1 * a
    return x * v


def renamed(x, w):
    out = x * w
    out2 = np.tanh(out)
    return out2 * x


def layer(x, w, b):
    h = x @ w + b
    r = np.maximum(h, 0)
    return np.sum(r**2)


def scores(x, w):
    z = x.dot(w)
    p = np.exp(z)
    total = np.sum(p, axis=1, keepdims=True)
    q = p / total
    return q


EXAMPLES = {
    staged: (3.0, -4.0),
    tied: (2.0, 2.0),
    swing: (1.0, 0.5, 2.0),
    renamed: (0.5, -1.5),
    layer: (
        np.array([[1.0, -2.0, 0.5], [0.3, 0.8, -1.0]]),
        np.array([[0.4, -0.6], [1.1, 0.2], [-0.7, 0.9]]),
        np.array([0.1, -0.2]),
    ),
    scores: (np.array([[1.0, -2.0], [0.3, 0.8]]), np.array([[0.4, -0.6], [1.1, 0.2]])),
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    found = Browser(tmp_path_factory.mktemp("profile"))
    yield found
    found.close()


def answers(module, level: str) -> list[str]:
    """Return what each blank of the backward pass hides."""
    whole = lesson(module)
    full = {line.text.split("#")[0].strip(): line for line in whole.backward}
    found = []
    for line in blanks(whole, level):
        if BLANK in line.text:
            head = re.escape(line.text.split(BLANK)[0].strip())
            fits = [
                t for t in full if re.match(head + r"(?!\w)", t) and full[t].stage == line.stage
            ]
            found.append(fits[0][len(line.text.split(BLANK)[0].strip()) :].strip())
    return found


def opened(browser, tmp_path, function, level: str):
    """Open the exercise of a function; return its module."""
    module = codegen.generate(function, *EXAMPLES[function])
    write_handout(module, ["html"], tmp_path, exercise=level)
    browser.open(tmp_path / f"{function.__name__}_exercise.html")
    assert browser.complaints() == []
    return module


def put(browser, key: str, text: str):
    """Write into a box; return what is seen there, None if it is right."""
    return browser.run(
        f"(boxes.set({key!r}, {text!r}), (boxes.verdict({key!r}) || {{seen: null}}).seen)"
    )


@pytest.mark.parametrize("level", ["medium", "hard"])
@pytest.mark.parametrize("function", list(EXAMPLES))
def test_the_solution_is_right(browser, tmp_path, function, level) -> None:
    module = opened(browser, tmp_path, function, level)
    right = answers(module, level)
    keys = browser.run("boxes.keys")
    lines = [key for key in keys if key.startswith("line")]
    assert lines or function is swing
    for key in lines:
        assert put(browser, key, right[int(key[4:])]) is None, (key, right[int(key[4:])])
    circuit = lesson(module).circuit
    for key in keys:
        if key.startswith("gate"):
            gradient = circuit.gates[int(key[4:])].gradient
            assert put(browser, key, f"{gradient:.2f}") is None, key
    said = browser.run("document.getElementById('verdict').textContent")
    assert said == f"{len(keys)} of {len(keys)} boxes are right."


PLANTED = {
    "dinvden": ("num", "the upstream gradient is left out"),
    "dnum": ("-invden * dout", "wrong sign"),
    "dden": ("-1.0 / den * dinvden", "local gradient in this line is wrong"),
    "dxpysqr": ("2 * dden", "dxpysqr is 2 times what it should be"),
    "dxpy": ("2 * xpy", "the upstream gradient is left out"),
    "dsigx": ("nothing * dden", "there is no nothing here"),
    "dsigy": ("(dnum", "a bracket is not closed"),
}


def test_planted_mistakes_are_named(browser, tmp_path) -> None:
    module = opened(browser, tmp_path, staged, "medium")
    asked = [
        line.text.split()[0] for line in blanks(lesson(module), "medium") if BLANK in line.text
    ]
    for name, (text, words) in PLANTED.items():
        assert words in put(browser, f"line{asked.index(name)}", text), name
    said = browser.run("document.getElementById('verdict').textContent")
    assert said.startswith("0 of "), said
    assert "First wrong: stage 8: dnum." in said
    assert "What is seen" not in said
    browser.run("boxes.hint()")
    assert "wrong sign" in browser.run("document.getElementById('verdict').textContent")
    browser.run("boxes.hint()")
    assert "Hint: does the output grow" in browser.run(
        "document.getElementById('verdict').textContent"
    )


def test_an_equals_sign_where_terms_add_up_is_named(browser, tmp_path) -> None:
    module = opened(browser, tmp_path, staged, "hard")
    lines = [line for line in blanks(lesson(module), "hard") if BLANK in line.text]
    second = max(k for k, line in enumerate(lines) if line.text.split()[0] == "dx")
    assert "the last `=` threw the others away" in put(browser, f"line{second}", "= dnum")


def test_no_answer_is_in_the_page(tmp_path) -> None:
    module = codegen.generate(staged, 3.0, -4.0)
    write_handout(module, ["html"], tmp_path, exercise="hard")
    page = (tmp_path / "staged_exercise.html").read_text()
    for answer in ("invden * dout", "2 * xpy", "(1 - sigx)", "(1.0 - sigx)", "y,g,w"):
        assert answer not in page.replace("(v,w)", ""), answer
    for gate in lesson(module).circuit.gates:
        if isinstance(gate.gradient, float) and gate.gradient not in (1.0, 0.0):
            assert f"{gate.gradient!r}" not in page


MISTAKEN = {  # an exercise of arrays: a line, what is written there, and what is said
    "dr": ("2 * r", "the upstream gradient is left out"),
    "dh": ("(h < 0) * dr", "the local gradient in this line is wrong"),
    "dx": ("dh @ w", "do not fit"),
    "dw": ("dh.T @ x", "dw is transposed"),
    "db": ("dh", "a sum over a broadcast axis is missing"),
}


def test_planted_mistakes_in_lines_of_arrays_are_named(browser, tmp_path) -> None:
    module = opened(browser, tmp_path, layer, "medium")
    asked = [
        line.text.split()[0] for line in blanks(lesson(module), "medium") if BLANK in line.text
    ]
    for name, (text, words) in MISTAKEN.items():
        said = put(browser, f"line{asked.index(name)}", text)
        assert words in said, (name, said)
    assert put(browser, f"line{asked.index('db')}", "np.sum(dh, axis=1)") is not None
    assert put(browser, f"line{asked.index('dw')}", "np.dot(x.T, dh)") is None
    assert put(browser, f"line{asked.index('db')}", "dh.sum(axis=0)") is None


def test_a_page_of_large_arrays_has_no_boxes(tmp_path) -> None:
    module = codegen.generate(of_arrays, np.ones((8, 8)), np.ones((8, 8)))
    write_handout(module, ["html"], tmp_path, exercise="medium")
    assert 'id="boxes"' not in (tmp_path / "of_arrays_exercise.html").read_text()


def of_arrays(x, w):
    return np.sum(np.tanh(x @ w))


def test_what_is_said_of_boxes_is_said_in_the_language_of_the_page(browser, tmp_path) -> None:
    module = codegen.generate(staged, 3.0, -4.0)
    page = module.handout("html", tmp_path, exercise="medium", words="de")[0]
    browser.open(page)
    asked = [
        line.text.split()[0] for line in blanks(lesson(module), "medium") if BLANK in line.text
    ]
    for name, said in (
        ("dnum", "Vorzeichen"),
        ("dinvden", "Gradienten von oben"),
        ("dden", "mal so groß"),
    ):
        text = {"dnum": "-invden * dout", "dinvden": "num", "dden": "-2.0 / den**2 * dinvden"}[name]
        assert re.search(said, put(browser, f"line{asked.index(name)}", text)), name
    browser.run("boxes.hint()")
    browser.run("boxes.hint()")
    verdict = browser.run("document.getElementById('verdict').textContent")
    assert "Vorzeichen" in verdict
    assert "wächst oder fällt die Ausgabe" in verdict
    for word in ("wrong", "gradient of", "stage", "boxes"):
        assert word not in verdict
