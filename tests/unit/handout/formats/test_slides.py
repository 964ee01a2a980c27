"""Slides in a browser: on a phone every letter of every circuit can be read, and nothing runs out sideways."""

from __future__ import annotations

import numpy as np
import pytest

import codegen
from codegen.handout import gallery, write_handout
from tests.browser import program
from tests.made import made

pytestmark = pytest.mark.skipif(
    program() is None, reason="no Chromium is installed: apt-get install chromium"
)

LEAST = 9.0
LETTERS = """(() => {
  const slide = document.querySelector(".slide.now");
  const seen = Array.from(slide.querySelectorAll("svg")).filter((e) => e.getBoundingClientRect().width);
  const size = (e) => { const m = e.getScreenCTM(); return 14 * Math.min(m.a, m.d); };
  return { circuits: seen.length, least: Math.min(...seen.map(size)), wide: slide.scrollWidth - slide.clientWidth };
})()"""


def wide_sum(a, b, c, d, e):
    first = a * b + b * c + c * d + d * e + a * e
    second = np.exp(a) * c + np.tanh(b) * d + e / a
    return first * second + a * c


@pytest.fixture(scope="module", params=["add", "staged", "lstm_step", "batchnorm", "wide_sum"])
def page(request, tmp_path_factory):
    """Write the slides of a function of the gallery, or of one of these."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "wide_sum":
        module = codegen.generate(wide_sum, 1.0, 2.0, -3.0, 0.5, -1.0)
    else:
        module = made({f.__name__: f for _, f in gallery.chosen()}[request.param])
    write_handout(module, ["slides"], folder)
    return folder / f"{request.param}_slides.html"


@pytest.mark.parametrize("size", [(390, 800), (360, 640), (800, 390)])
def test_letters_of_circuits_can_be_read(browser, page, size) -> None:
    browser.open(page, *size)
    assert browser.complaints() == []
    for number in range(1, browser.run("document.querySelectorAll('.slide').length") + 1):
        seen = browser.run(LETTERS)
        assert seen["circuits"] == 1, number
        assert seen["wide"] <= 0, number
        assert seen["least"] >= LEAST, (number, seen)
        browser.press("ArrowRight")
