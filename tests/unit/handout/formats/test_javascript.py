"""Handout pages in a real browser: no complaint, no overflow, numbers as Python computes them, keys and clicks, paper."""

from __future__ import annotations

# ruff: noqa: N803, N806, RET504  # forward functions as the course writes them
import math
import os
import re
import signal
from pathlib import Path

import numpy as np
import pytest

import codegen
from codegen.handout import circuit_svg, gallery, write_handout
from codegen.handout.formats.page import settled
from tests.browser import Browser, program
from tests.drawn import drawn, number
from tests.made import made as module_of
from tests.unit.handout.functions import neuron
from tests.unit.handout.pages import equations, wrong_equation

pytestmark = pytest.mark.skipif(
    program() is None, reason="no Chromium is installed: apt-get install chromium"
)

OVERFLOW = """(() => {
  const wide = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > wide) found.push("page wider than window: " + document.documentElement.scrollWidth);
  for (const e of document.querySelectorAll("main *")) {
    if (e.closest("svg") && e.tagName !== "svg") continue;
    if (e.closest("math") && e.tagName !== "math") continue;
    // where a line of code is broken, the space hangs over the edge of its line: the line itself is measured
    if (e.closest("code") && e.tagName !== "CODE" && !e.matches(".blank, input")) continue;
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    if (style.display === "none" || style.visibility === "hidden" || !box.width || e.closest(".sr, .skip, thead")) continue;
    if (box.right > wide + 1) found.push("beyond the edge: " + e.tagName + " " + e.textContent.slice(0, 40));
    if (e.clientWidth && (style.overflowX !== "visible" || e.tagName === "CODE") && e.scrollWidth > e.clientWidth + 1) found.push("clipped: " + e.textContent.slice(0, 40));
  }
  return found;
})()"""
DRAWN = """(() => {
  const found = [];
  for (const s of document.querySelectorAll(".picture svg")) {
    const box = s.getBoundingClientRect();
    if (!box.width) continue;
    const texts = [...s.querySelectorAll("text")].filter((t) => t.textContent).map((t) => [t.textContent, t.getBoundingClientRect()]);
    texts.forEach(([text, r], i) => {
      if (r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > box.bottom + 1) found.push("outside: " + text);
      for (const [other, q] of texts.slice(i + 1)) {
        const wide = Math.min(r.right, q.right) - Math.max(r.left, q.left), high = Math.min(r.bottom, q.bottom) - Math.max(r.top, q.top);
        if (wide > 2 && high > 0.5 * r.height) found.push(text + " over " + other);
      }
    });
    for (const g of s.querySelectorAll(".gate")) {
      const shape = g.querySelector("rect"), label = g.querySelector("text.l");
      if (!shape || !label) continue;
      if (label.getBoundingClientRect().width > shape.getBoundingClientRect().width - 2) found.push("label too wide: " + label.textContent);
    }
  }
  return found;
})()"""
PHONE, LAPTOP, PAPER = 360, 1280, 700


def staged(x, y):
    sigy = 1.0 / (1 + math.exp(-y))  # sigmoid in numerator
    num = x + sigy  # numerator
    sigx = 1.0 / (1 + math.exp(-x))  # sigmoid in denominator
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr  # denominator
    invden = 1.0 / den
    f = num * invden  # done!
    return f


def mixed(x, y):
    a = math.log(x * x + 2.0, 2) + math.hypot(x, y)
    b = max(a, x) - min(y, 0.5)
    c = math.atan2(y, b) * abs(x)
    d = c**3 / (1.0 + math.cosh(y))
    out = np.where(x > 0, d, -d) + np.log1p(y * y)
    return out


def net(X, y, W1, b1, W2, b2):
    N = X.shape[0]
    hidden = np.maximum(0, X.dot(W1) + b1)
    scores = hidden.dot(W2) + b2
    exp_scores = np.exp(scores)
    sums = np.sum(exp_scores, axis=1, keepdims=True)
    probs = exp_scores / sums
    correct_probs = probs[np.arange(N), y]
    loss = np.sum(-np.log(correct_probs)) / N
    return loss


def modules():
    draw = np.random.default_rng(1).standard_normal
    weights = draw((4, 10)), draw(10), draw((10, 3)), draw(3)
    return {
        "staged": codegen.generate(staged, 3.0, -4.0),
        "neuron": codegen.generate(neuron, [2.0, -3.0, -3.0], [-1.0, -2.0]),
        "mixed": codegen.generate(mixed, 1.5, -0.7),
        "net": codegen.generate(net, draw((5, 4)), np.arange(5) % 3, *weights),
    }


@pytest.fixture(scope="module")
def made():
    return modules()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, made):
    where = tmp_path_factory.mktemp("pages")
    for module in made.values():
        write_handout(module, ["html"], where)
        write_handout(module, ["html"], where, exercise="hard")
    return where


def middle(browser: Browser, selector: str) -> tuple[float, float]:
    """Return the middle of an element in the window."""
    browser.run(f"document.querySelector('{selector}').scrollIntoView({{block: 'center'}})")
    x, y, w, h = browser.run(
        f"(() => {{ const r = document.querySelector('{selector}').getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; }})()"
    )
    return x + w / 2, y + h / 2


@pytest.mark.parametrize("width", [PHONE, PAPER, LAPTOP])
@pytest.mark.parametrize("name", ["staged", "neuron", "net"])
@pytest.mark.parametrize("kind", ["", "_exercise", "_solution"])
def test_pages_load_without_complaint_and_nothing_overflows(browser, folder, name, kind, width):
    browser.open(folder / f"{name}{kind}.html", width)
    assert browser.complaints() == []
    assert browser.run(OVERFLOW) == []
    assert browser.run(DRAWN) == []


@pytest.mark.parametrize("name", ["staged", "neuron", "net"])
def test_paper_cuts_nothing_off(browser, folder, name):
    browser.open(folder / f"{name}.html", PAPER, 1000)
    browser.ask("Emulation.setEmulatedMedia", media="print")
    assert browser.run(OVERFLOW) == []
    assert browser.run("getComputedStyle(document.querySelector('.controls')).display") == "none"
    browser.ask("Emulation.setEmulatedMedia", media="")
    paper = browser.paper()
    assert paper.startswith(b"%PDF")
    assert re.findall(rb"/MediaBox \[0 0 (\d+)", paper)[0] == b"594"
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2


@pytest.mark.parametrize("name", ["staged", "net"])
def test_one_circuit_is_seen_at_every_width_and_its_letters_are_large_enough(browser, folder, name):
    size = """[...document.querySelectorAll('.picture')].map((e) => {
      const s = e.querySelector('svg'), box = s.getBoundingClientRect();
      return box.width ? 14 * Math.min(box.width / s.viewBox.baseVal.width, box.height / s.viewBox.baseVal.height) : 0;
    }).filter((px) => px)"""
    for width, media, least in ((390, "", 9), (LAPTOP, "", 9), (PAPER, "print", 8)):
        browser.open(folder / f"{name}.html", width)
        browser.ask("Emulation.setEmulatedMedia", media=media)
        sizes = browser.run(size)
        browser.ask("Emulation.setEmulatedMedia", media="")
        assert len(sizes) == 1
        assert sizes[0] >= least


def test_dark_screens_get_a_dark_page_and_paper_a_light_one(browser, folder):
    grounds = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.picture svg')).backgroundColor]"
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.open(folder / "staged.html")
    browser.ask("Emulation.setEmulatedMedia", media="", features=dark)
    assert browser.run(grounds) == ["rgb(20, 22, 26)"] * 2
    browser.ask("Emulation.setEmulatedMedia", media="print", features=dark)
    assert browser.run(grounds) == ["rgb(255, 255, 255)"] * 2
    browser.ask("Emulation.setEmulatedMedia", media="", features=[])


def test_arrow_keys_light_gate_line_and_row_together(browser, folder):
    browser.open(folder / "staged.html")
    said = "document.getElementById('status').textContent"
    hidden = (
        "getComputedStyle(document.querySelector('.values tr[data-gate=\"0\"] td.g')).visibility"
    )
    count = browser.run("STEPS.length")
    for step in range(1, count + 1):
        browser.press("ArrowRight")
        lit = browser.run(
            "[...document.querySelectorAll('.on[data-s]')].map((e) => [e.tagName, e.dataset.s])"
        )
        stage = browser.run(f"STEPS[{step - 1}].s")
        assert {s for _, s in lit} == {str(stage)}
        assert {"g", "LI", "TR"} <= {tag for tag, _ in lit}
        text = browser.run(said)
        assert f"Step {step} of {count}: {'forward' if step <= count / 2 else 'back'}" in text
        if step == count / 2 + 1:
            assert "dinvden = " in text
            assert browser.run(hidden) == "hidden"
    assert browser.run(hidden) == "visible"
    browser.press("ArrowLeft")
    assert f"Step {count - 1} of" in browser.run(said)
    browser.press("Escape")
    assert browser.run("document.querySelectorAll('.on').length") == 0


def test_a_click_on_a_gate_shows_local_times_upstream_gradient(browser, folder):
    browser.open(folder / "staged.html")
    assert browser.run("document.getElementById('panel').hidden")
    browser.click(*middle(browser, '.picture.wide .gate[data-gate="7"] rect'))
    said = browser.run("document.getElementById('panel').innerText")
    assert "local 1.0000 × upstream (−0.7916) = −0.7916" in said
    browser.run("document.querySelector('.picture.wide .gate[data-gate=\"9\"]').focus()")
    browser.press("Enter")
    assert "swaps" in browser.run("document.getElementById('panel').innerText")


@pytest.mark.parametrize("name", ["staged", "neuron", "mixed"])
def test_the_page_computes_as_python_does(browser, folder, made, name, tmp_path):
    browser.open(folder / f"{name}.html")
    module = made[name]
    rng = np.random.default_rng(3)
    for trial in range(4):
        args = module.args
        if trial:
            flat = rng.standard_normal(5).tolist()
            args = (flat[:3], flat[3:]) if name == "neuron" else flat[:2]
        values = [v for a in args for v in (a if isinstance(a, list) else [a])]
        names = browser.run("handout.names")
        inputs = [n for n in names if re.fullmatch(r"[wxy]\d?", n)]
        for k, name_of in enumerate(sorted(inputs)):
            browser.run(f"handout.set({names.index(name_of)}, {float(values[k])!r})")
        out, cache = module.forward(*args)
        grads = [
            g for d in module.backward(1.0, cache) for g in (d if isinstance(d, list) else [d])
        ]
        assert browser.run("handout.values").pop() == pytest.approx(out, rel=1e-9)
        found = browser.run("handout.gradients")
        mine = [found[names.index(n)] for n in sorted(inputs)]
        assert mine == pytest.approx(grads, rel=1e-9, abs=1e-12)
        fresh = drawn(circuit_svg(codegen.generate(module.function, *args)))
        for gate in fresh.gates:
            assert browser.run("handout.values")[gate.number] == pytest.approx(
                number(gate.exact_value), rel=1e-9
            )
            assert found[gate.number] == pytest.approx(
                number(gate.exact_gradient), rel=1e-9, abs=1e-12
            )
        row = browser.run(
            "[...document.querySelectorAll('.values tr[data-gate] td')].map((e) => e.textContent)"
        )
        shown = [number(text) for text in row]
        wanted = [
            number(t) for g in fresh.gates if g.name for t in (g.exact_value, g.exact_gradient)
        ]
        assert shown == pytest.approx(wanted, rel=0.06, abs=5.1e-5)


def test_an_edited_input_moves_everything(browser, folder):
    browser.open(folder / "staged.html")
    before = browser.run(
        "document.querySelector('.picture.wide .gate[data-gate=\"9\"] text.v').textContent"
    )
    browser.run(
        "(() => { const e = document.querySelector('input[type=range]'); e.value = 1; e.dispatchEvent(new Event('input')); })()"
    )
    after = browser.run(
        "document.querySelector('.picture.wide .gate[data-gate=\"9\"] text.v').textContent"
    )
    assert before != after
    assert browser.run("document.querySelector('input[type=number]').value") == "1"


def test_words_fork_sums_and_checks_follow_an_edited_input(browser, folder):
    browser.open(folder / "staged.html")
    texts = "[...document.querySelectorAll('.words, .forks li, .check tbody td, .sensitivity li')].map((e) => e.textContent)"
    before = browser.run(texts)
    browser.run("handout.set(0, 1.25)")
    after = browser.run(texts)
    assert all(a != b for a, b in zip(before, after, strict=True) if "< 1e" not in a)
    found = browser.run("handout.gradients")[0]
    forks = browser.run("document.querySelector('.forks li').textContent")
    assert number(re.search(r"[=≈] (\S+);", forks)[1]) == pytest.approx(found, abs=5.1e-3)
    for equation in [e for text in after for e in equations(text)]:
        assert not wrong_equation(equation)
    browser.run("document.getElementById('reset').click()")
    assert browser.run(texts) == before


def test_a_group_of_gates_is_taken_apart_and_put_together(browser, folder):
    browser.open(folder / "staged.html")
    seen = "[...document.querySelectorAll('.picture')].filter((e) => e.getBoundingClientRect().height).map((e) => e.querySelectorAll('.gate').length)"
    (whole,) = browser.run(seen)
    browser.run("document.getElementById('switch').click()")
    assert browser.run(seen) == [whole + 6]
    assert browser.run("document.getElementById('switch').textContent") == "see σ as one gate"
    browser.run("handout.set(0, 1.25)")
    assert browser.run(seen) == [whole]
    assert browser.run("document.getElementById('switch').disabled")


def test_an_input_can_be_dragged_in_the_circuit(browser, folder):
    browser.open(folder / "staged.html")
    x, y = middle(browser, '.picture.wide .gate[data-gate="0"] text.v')
    mouse = {"button": "left", "buttons": 1}
    browser.ask("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, clickCount=1, **mouse)
    browser.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x - 40, y=y, **mouse)
    browser.ask(
        "Input.dispatchMouseEvent", type="mouseReleased", x=x - 40, y=y, clickCount=1, button="left"
    )
    assert browser.run("handout.values[0]") == 2
    assert (
        browser.run("document.querySelector('.values tr[data-gate=\"0\"] td.v').textContent")
        == "2.0000"
    )


def test_the_page_is_readable_without_javascript(browser, folder):
    browser.open(folder / "staged.html", scripts=False)
    picture = browser.ask("DOM.getDocument", depth=-1)["root"]
    assert picture
    tree = browser.ask("Accessibility.getFullAXTree")["nodes"]
    names = " ".join(str(n.get("name", {}).get("value", "")) for n in tree if not n.get("ignored"))
    for text in ("Circuit of staged(x, y)", "Staged code", "2.0596", "Numeric check", "dinvden"):
        assert text in names
    assert "one step on" not in names
    browser.ask("Emulation.setScriptExecutionDisabled", value=False)


def test_slides_go_on_by_key_and_print_one_on_each_page(browser, made, tmp_path):
    (page,) = write_handout(made["staged"], ["slides"], tmp_path)
    browser.open(page, 1280, 720)
    assert browser.complaints() == []
    place = "document.getElementById('place').textContent"
    assert browser.run(place) == "1 / 19"
    for _ in range(11):
        browser.press("ArrowRight")
        over = "(() => { const s = document.querySelector('.slide.now'); return s.scrollHeight > innerHeight + 1 || s.scrollWidth > innerWidth; })()"
        assert browser.run(over) is False
    assert browser.run(place) == "12 / 19"
    assert "dden = −0.26 · 3.02 = −0.79" in browser.run(
        "document.getElementById('said').textContent"
    )
    seen = "[...document.querySelectorAll('.slide')].filter((e) => e.getBoundingClientRect().height).length"
    assert browser.run(seen) == 1
    browser.press("ArrowLeft")
    assert browser.run(place) == "11 / 19"
    assert len(re.findall(rb"/Type\s*/Page\b", browser.paper())) == 19
    browser.open(page, 390, 700)
    assert browser.run("document.documentElement.scrollWidth") <= 390


def test_every_control_has_a_name(browser, folder):
    browser.open(folder / "staged.html")
    nodes = browser.ask("Accessibility.getFullAXTree")["nodes"]
    controls = [
        n
        for n in nodes
        if not n.get("ignored")
        and n.get("role", {}).get("value") in ("button", "slider", "spinbutton")
    ]
    assert len(controls) >= 10
    assert all(n.get("name", {}).get("value") for n in controls)


GALLERY = {f.__name__: f for _, f in gallery.chosen()}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    return tmp_path_factory.mktemp("gallery")


@pytest.mark.parametrize("name", sorted(GALLERY))
def test_every_page_of_the_gallery_fits(browser, shelf, name):
    module = module_of(GALLERY[name])
    pages = module.handout("html", shelf) + module.handout("html", shelf, exercise="hard")[:1]
    for page in pages:
        for width in (PHONE, PAPER, LAPTOP):
            browser.open(page, width)
            browser.ask("Emulation.setEmulatedMedia", media="print" if width == PAPER else "")
            found = browser.complaints() + browser.run(OVERFLOW) + browser.run(DRAWN)
            browser.ask("Emulation.setEmulatedMedia", media="")
            assert found == [], f"{page.name} at {width}"
    browser.open(pages[0], LAPTOP)
    sheets = len(re.findall(rb"/Type\s*/Page\b", browser.paper()))
    assert sheets <= 2, "on paper a function of the course takes two sheets"


def test_a_browser_that_is_gone_is_not_waited_for(tmp_path):
    browser = Browser(tmp_path)
    os.killpg(browser.process.pid, signal.SIGKILL)
    with pytest.raises(ConnectionError):
        browser.run("1 + 1")
    with pytest.raises(ConnectionError):
        browser.run("1 + 1")
    browser.close()


def test_a_pdf_that_takes_too_long_is_given_up(tmp_path, monkeypatch, made):
    slow = tmp_path / "chromium"
    slow.write_text("#!/bin/sh\nsleep 600 &\nsleep 600\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr("codegen.handout.formats.page.LIMIT", 0.5)
    with pytest.raises(codegen.CodegenError, match="Chromium took more than"):
        made["neuron"].handout("pdf", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_pdf_does_not_say_when_or_behind_what_it_was_made():
    one = b"/CreationDate (D:20240102030405) /ID (node00000718) /Names [(node00000718) (node00000731)]"
    other = b"/CreationDate (D:20250102030405) /ID (node00000719) /Names [(node00000719) (node00000732)]"
    assert settled(one) == settled(other)
    assert b"/Names [(node00000001) (node00000002)]" in settled(one)


def test_a_pdf_is_the_same_each_time(tmp_path, made):
    first = write_handout(made["neuron"], ["pdf"], Path(tmp_path, "a"))[0].read_bytes()
    second = write_handout(made["neuron"], ["pdf"], Path(tmp_path, "b"))[0].read_bytes()
    assert first.startswith(b"%PDF")
    assert first == second


@pytest.mark.parametrize("name", ["lstm_step", "fully_connected_net"])
def test_the_longest_pages_take_two_sheets_of_letter_paper(browser, tmp_path, name):
    browser.open(module_of(GALLERY[name]).handout("html", tmp_path, paper="letter")[0], LAPTOP)
    assert len(re.findall(rb"/Type\s*/Page\b", browser.paper())) == 2
