"""Boxes in the page of an exercise: the solution is right in each, planted mistakes are named, no answer is in the page."""

from __future__ import annotations

import re

import numpy as np
import pytest

import codegen
from codegen.handout import write_handout
from codegen.handout.formats.boxes import pairs
from codegen.handout.lesson import lesson
from codegen.handout.lesson.exercise import BLANK, blanks
from tests.browser import program

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


def logistic(r, x0):
    x = x0
    for _ in range(3):
        x = r * x * (1 - x)
    return x


def newton(a):
    x = a
    for _ in range(3):
        x = 0.5 * (x + a / x)
    return x


def poly(x, w):
    s = 0.0
    p = 1.0
    for i in range(3):
        s = s + w[i] * p
        p = p * x
    return s


def rnn(xs, h0, Wx, Wh):
    h = h0
    for t in range(xs.shape[0]):
        h = np.tanh(xs[t] @ Wx + h @ Wh)
    return np.sum(h * h)


def long_run(x0, r):
    x = x0
    for _ in range(8):
        x = x + 0.1 * r * x * (1 - x)
    return x


def nested(x, y):
    s = x
    for _i in range(2):
        for _j in range(2):
            s = s * y
        s = s + x
    return s


def picks(x, y, z):
    return 2 * (x * y + max(z, y)) - abs(z)


def squares(x):
    s = 0.0
    for v in x:
        s += v * v
    return s


def renamed(x, w):
    out = x * w
    out2 = np.tanh(out)
    return out2 * x


def layer(x, w, b):
    h = x @ w + b
    r = np.maximum(h, 0)
    return np.sum(r**3)


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
    logistic: (3.1, 0.4),
    newton: (2.0,),
    poly: (1.5, np.array([1.0, -2.0, 0.5])),
    rnn: (
        np.array([[0.3, -1.2, 0.8], [1.1, 0.4, -0.6]]),
        np.array([0.2, -0.5]),
        np.array([[0.4, -0.6], [1.1, 0.2], [-0.7, 0.9]]),
        np.array([[0.5, 0.3], [-0.8, 0.7]]),
    ),
    long_run: (0.4, 1.5),
    nested: (1.2, 0.7),
    picks: (3.0, -4.0, 2.0),
    squares: (np.array([1.0, -2.0, 3.0]),),
    renamed: (0.5, -1.5),
    layer: (
        np.array([[1.0, -2.0, 0.5], [0.3, 0.8, -1.0]]),
        np.array([[0.4, -0.6], [1.1, 0.2], [-0.7, 0.9]]),
        np.array([0.1, -0.2]),
    ),
    scores: (np.array([[1.0, -2.0], [0.3, 0.8]]), np.array([[0.4, -0.6], [1.1, 0.2]])),
}


def answers(module, level: str) -> list[str]:
    """Return what each blank of the backward pass hides."""
    whole = lesson(module)
    found = []
    for hidden, blank in pairs(whole.backward, blanks(whole, level)):
        head = blank.text.split(BLANK)[0].strip()
        assert hidden.strip().startswith(head)
        found.append(hidden.strip()[len(head) :].strip())
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
    assert len(lines) == len(right)
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
    "dr": ("3 * r**2", "the upstream gradient is left out"),
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


PLANTED_IN_LOOPS = {  # function, target, which of its lines, what is written, what is said
    "the sign": (swing, "dk", 0, "-x * da", "wrong sign"),
    "the upstream gradient": (logistic, "drx", 0, "1 - x", "the upstream gradient is left out"),
    "a factor": (newton, "da", 0, "dx / prev_x", "da is 2 times what it should be"),
    "the wrong trip": (
        rnn,
        "dWh",
        0,
        "np.outer(h, dpre_h)",
        "local gradient in this line is wrong",
    ),
    "a transpose": (rnn, "dWh", 0, "np.outer(dpre_h, prev_h)", "dWh is transposed"),
    "an item": (poly, "dw", 0, "w[i] * ds", "local gradient in this line is wrong"),
    "the upstream gradient of an item": (
        squares,
        "dx",
        0,
        "2 * v",
        "upstream gradient is left out",
    ),
}


@pytest.mark.parametrize("mistake", list(PLANTED_IN_LOOPS))
def test_planted_mistakes_in_lines_of_loops_are_named(browser, tmp_path, mistake) -> None:
    function, target, which, text, words = PLANTED_IN_LOOPS[mistake]
    module = opened(browser, tmp_path, function, "medium")
    said = put(browser, line_of(module, "medium", target, which), text)
    assert said is not None
    assert words in said


def line_of(module, level: str, target: str, which: int = 0) -> str:
    """Return the key of the box of a line."""
    found = [line.text.strip() for line in blanks(lesson(module), level) if BLANK in line.text]
    own = [k for k, text in enumerate(found) if re.match(rf"{target}\b", text)]
    return f"line{own[which]}"


def test_a_sign_in_a_loop_is_judged_by_what_was_added_before(browser, tmp_path) -> None:
    module = opened(browser, tmp_path, logistic, "hard")
    assert "sets it with =" in put(browser, line_of(module, "hard", "dx"), "+= -rx * dx")
    assert "threw the others away" in put(browser, line_of(module, "hard", "dx", 1), "= r * drx")
    assert "threw the others away" in put(browser, line_of(module, "hard", "dr"), "= x * drx")


def test_a_name_in_a_loop_is_what_the_backward_pass_has_there(browser, tmp_path) -> None:
    module = opened(browser, tmp_path, rnn, "medium")
    assert put(browser, line_of(module, "medium", "dpre_h"), "(1 - h * h) * dh") is None
    assert put(browser, line_of(module, "medium", "dpre_h"), "(1 - prev_h**2) * dh") is not None
    assert put(browser, line_of(module, "medium", "dxs"), "np.dot(Wx, dpre_h)") is None
