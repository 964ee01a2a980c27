"""Handouts on every medium: paper, phone, dark screens, keyboard and ear; what can be told without a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import codegen
from codegen.cli.main import main
from codegen.handout import gallery, write_handout
from codegen.handout.finish import Finish
from codegen.handout.formats.markdown import inline, markdown, math, safe
from codegen.handout.formats.mathml import converter
from codegen.handout.formats.page import page
from codegen.handout.formats.sheets import FULL, HALF, LARGE, LOST, PLAIN, SMALL, STRETCH, filled
from codegen.handout.formats.slides import slides
from codegen.handout.lesson import lesson
from codegen.handout.lesson.steps import steps
from tests.made import made

FOLDER = Path(__file__).parents[4]
CSS = (FOLDER / "templates/handout/page.css").read_text()
COLOURS = (FOLDER / "templates/handout/colours.css").read_text()
PHONE, SIDES, LEAST = 390, 2 * 0.7 * 16, 9.0


@pytest.fixture(scope="module")
def lessons():
    return {function.__name__: lesson(made(function)) for _, function in gallery.chosen()}


@pytest.fixture(scope="module")
def pages(lessons):
    return {name: page(told) for name, told in lessons.items()}


# ---- paper


def test_a_page_is_for_a4_unless_another_paper_is_asked_for(lessons):
    told = lessons["staged"]
    assert "@page{size:A4;margin:12.0mm}" in page(told)
    assert "@page{size:letter;margin:12.0mm}" in page(told, finish=Finish("letter"))
    with pytest.raises(codegen.CodegenError, match="a4, letter"):
        page(told, finish=Finish("a3"))


def test_the_paper_is_chosen_on_the_command_line_and_in_the_settings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text("def f(x=3.0, y=2.0):\n    return x * y\n")
    command = ["mine.py:f", "--handout", "html", "-o", "out", "-q"]
    assert main([*command, "--paper", "letter"]) == 0
    assert "size:letter" in Path("out/f.html").read_text()
    assert main(command) == 0
    assert "size:A4" in Path("out/f.html").read_text()
    Path("pyproject.toml").write_text('[tool.codegen]\npaper = "letter"\n')
    assert main(command) == 0
    assert "size:letter" in Path("out/f.html").read_text()
    assert main([*command, "--paper", "a4"]) == 0
    assert "size:A4" in Path("out/f.html").read_text()
    Path("pyproject.toml").write_text('[tool.codegen]\npaper = "a3"\n')
    assert main(command) == 2
    assert main(["mine.py:f", "--paper", "a4"]) == 2


def test_rules_for_the_phone_are_for_screens():
    medias = re.findall(r"@media[^{]*", CSS + COLOURS)
    assert [m for m in medias if "width" in m] == ["@media screen and (max-width:820px)"]
    assert all("screen" in m for m in medias if "color-scheme" in m)


@pytest.mark.parametrize("content", [40.0 * 1.07**k for k in range(56)])
@pytest.mark.parametrize("smallest", [SMALL, 0.75])
@pytest.mark.parametrize("power", [STRETCH, PLAIN])
def test_tables_fill_whole_sheets_and_the_last_one_more_than_half(content, smallest, power):
    height = 272.0
    scale = filled(content, height, smallest, power)
    if scale is None:
        assert content * LARGE**power < HALF * height or content * smallest**power > FULL * height
        return
    assert smallest - 1e-3 <= scale <= LARGE
    used, sheets = content * scale**power / height, 1
    while used > sheets * (FULL - LOST) + LOST + 0.01:
        sheets += 1
    assert used >= (sheets - 1) * (1 - LOST) + HALF - 0.01


def test_every_page_of_the_gallery_has_its_sheets(pages):
    layouts = {
        n: re.search(r'<main class="(\w+)" style="--scale:([\d.]+)"', t) for n, t in pages.items()
    }
    assert {n for n, m in layouts.items() if m[1] == "wide"} >= {"staged", "staged_compact"}
    assert {n for n, m in layouts.items() if m[1] == "tall"} >= {"batchnorm", "svm_loss"}
    assert layouts["add"][1] == "flow"
    assert all(0.74 < float(m[2]) <= 1.3 for m in layouts.values())


# ---- phone


def test_letters_of_a_circuit_are_never_small_on_a_phone(pages):
    for name, text in pages.items():
        pictures = re.findall(r'<div class="picture (\w+)" style="--w:(\d+);', text)
        wide = max(int(w) for where, w in pictures if where in ("any", "narrow"))
        sizes = [
            float(s) for s in re.findall(r"font(?:-size)?:(\d+)px", text[text.index("<svg") :])
        ]
        scale = min(1.0, (PHONE - SIDES) / wide)
        assert min(sizes) * scale >= LEAST, name


def test_a_stacked_circuit_is_narrower_and_says_the_same(lessons):
    from codegen.handout.layout.drawing import drawn

    for told in lessons.values():
        down, stacked = (drawn(told.circuit, flow, False) for flow in ("down", "narrow"))
        assert stacked.width <= down.width
        for one, other in zip(down.gates, stacked.gates, strict=True):
            assert (one["value"], one["gradient"]) == (other["value"], other["gradient"])
            assert other["gy"] - other["vy"] == 16


# ---- dark screens


def colours(css: str) -> dict[str, str]:
    """Return the colours that a block sets."""
    return dict(re.findall(r"--([\w]+):(#[0-9a-f]+)", css))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


LETTERS = ("ink", "soft", "v", "g", "tk", "tc", "ts", "tm", "tf", "to", "accent")
GROUNDS = {
    "paper": LETTERS,
    "on": ("ink", "soft", "v", "g", "tk", "tc", "ts", "tm", "tf", "to"),
    "panel": ("ink", "soft"),
    "task": ("ink",),
    "button": ("ink",),
    "pill": ("ink",),
    "shape": ("ink",),
    "group": ("ink",),
    "frame": ("ink", "soft", "v", "g"),
}


@pytest.mark.parametrize("dark", [False, True])
def test_letters_stand_out_from_their_ground(dark):
    light, night = COLOURS.split("@media")
    found = colours(light) | (colours(night) if dark else {})
    assert colours(light).keys() == colours(night).keys()
    assert luminance(found["paper"]) < 0.05 if dark else luminance(found["paper"]) > 0.9
    for ground, letters in GROUNDS.items():
        for one in letters:
            assert contrast(found[one], found[ground]) >= 4.5, (one, ground)
    for line in ("wire", "edge", "rule"):
        assert contrast(found[line], found["paper"]) >= 3, line


def test_no_rule_of_the_page_names_a_colour_of_its_own():
    assert re.findall(r"#[0-9a-fA-F]{3,6}\b(?=[;}\s])", CSS) == []


# ---- keyboard and ear


def test_the_skip_link_is_clipped_and_not_moved_away(pages):
    assert "-999" not in CSS
    assert re.search(r"\.skip:not\(:focus\)[^{]*\{[^}]*clip-path:inset\(50%\)", CSS)
    assert '<a class="skip" href="#code">' in pages["staged"]


def test_nothing_hides_the_focus_and_motion_can_be_refused():
    assert not re.search(r"outline:\s*(none|0)\b", CSS)
    assert ":focus-visible{outline:3px solid" in CSS
    assert "prefers-reduced-motion:reduce" in CSS


def test_each_step_is_read_out_with_its_numbers(pages, lessons):
    from json import loads

    steps = loads(re.search(r"STEPS=(\[.*?\]),GATES", pages["staged"])[1])
    there, back = ([s for s in steps if s["f"] == way] for way in (1, 0))
    assert [s["s"] for s in there] == sorted(s["s"] for s in there)
    assert [s["g"] for s in back] == [s["g"] for s in reversed(there)]
    assert back[0]["s"] == 8
    assert "dinvden = " in " ".join(back[0]["t"])
    assert any("dden = −0.26 · 3.02" in line for s in back for line in s["t"])
    assert "aria-live" in re.search(r'<output id="status"[^>]*>', pages["staged"])[0]
    blank = page(lessons["staged"], Finish(exercise="medium"))
    hidden = loads(re.search(r"STEPS=(\[.*?\]),GATES", blank)[1])
    assert all(not s["t"] and not s["w"] for s in hidden if not s["f"])


# ---- Markdown

ALLOWED = frozenset(
    r"\alpha \begin \beta \bmod \cdot \circ \cos \cosh \cr \end \frac \gamma \ge \in \infty \lbrace \ldots \le \left \leftarrow \log "
    r"\lt \gt \lvert \mathbb \mathrel \mathrm \max \min \mu \ne \neg \odot \partial \pi \quad \rbrace \right \rvert \sigma \sin \sinh "
    r"\sqrt \sum \tan \tanh \text \texttt \thinspace \top \varepsilon \times \approx \cdots \delta \epsilon \theta \lambda \rho \tau "
    r"\phi \eta \nu \omega \exp \lVert \rVert \notin \wedge".split()
)


def formulas(text: str) -> list[str]:
    """Return the formulas of a page in Markdown, code left out."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    blocks = re.findall(r"^\$\$\n(.*)\n\$\$$", prose, re.MULTILINE)
    rest = re.sub(r"^\$\$\n.*\n\$\$$", "", prose, flags=re.MULTILINE)
    assert "$$" not in rest
    assert rest.count("$") % 2 == 0
    return blocks + re.findall(r"(?<=[ ])\$(\S(?:[^$]*\S)?)\$(?=[,. ])", rest)


def test_markdown_holds_only_mathematics_that_github_accepts(lessons):
    count = 0
    for name, told in lessons.items():
        text = markdown(told)
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
        found = formulas(text)
        assert len(found) == prose.replace("$$", "$").count("$") / 2, name
        for one in found:
            count += 1
            assert set(re.findall(r"\\(?:[A-Za-z]+|.)", one)) <= ALLOWED, (name, one)
            outside = re.sub(r"\\text(tt)?\{[^{}]*\}", "", one)
            assert not re.search(r"\S_|_\S|[*<>`~]|\]\(", outside), (name, one)
            assert one.count("{") == one.count("}")
            strict = re.sub(r"\\text(?:tt)?\{[^{}]*\}", lambda m: m[0].replace("_", r"\_"), one)
            strict = strict.replace(
                r"\cr ", r"\\"
            )  # GitHub's Markdown takes away one of two backslashes
            converter().convert_with_local_state(strict, displaystyle=False)
    assert count > 120


def test_blocks_of_mathematics_stand_alone(lessons):
    for told in lessons.values():
        lines = markdown(told).split("\n")
        fences = [i for i, line in enumerate(lines) if line == "$$"]
        assert len(fences) % 2 == 0
        for begin, end in zip(fences[::2], fences[1::2], strict=True):
            assert (lines[begin - 1], lines[end + 1]) == ("", "")
            assert end == begin + 2


def test_the_circuit_of_markdown_is_a_picture_beside_it(lessons, tmp_path):
    module = codegen.generate(lambda x, y: x * y, 3.0, 2.0)
    names = [p.name for p in write_handout(module, ["md"], tmp_path, exercise="easy")]
    assert len(names) == 4
    for path in tmp_path.glob("*.md"):
        text = path.read_text()
        (picture,) = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
        assert picture in names
        assert "<svg" not in text
        assert ("____" in (tmp_path / picture).read_text()) == ("exercise" in picture)


def test_what_github_would_misread_is_spelled_otherwise():
    assert safe(r"\operatorname{mean}_{\text{axis }0}(x)") == r"\mathrm{mean} _ {\text{axis }0}(x)"
    assert safe(r"\operatorname{full\_like}(a)") == r"\text{full_like}(a)"
    assert safe(r"x\, \mathrm{exp\_x}") == r"x\thinspace \text{exp_x}"
    assert safe(r"\mathbb{1}(x < y)") == r"\mathbb{1}(x \lt y)"
    assert safe(r"a_{i}[j](x)") == r"a _ {i}[j] (x)"
    assert (
        safe(r"\begin{cases} a & b \\ c & d \end{cases}")
        == r"\begin{cases} a & b \cr c & d \end{cases}"
    )
    assert inline(r"p_{\texttt{f'W\{k\}'}} = 1") == "`p_f'W{k}' = 1`"
    assert math(r"\texttt{x = a*b*c}") == "`x = a*b*c`"


# ---- own templates


def test_own_templates_go_before_ours(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("ours/handout").mkdir(parents=True)
    Path("ours/handout/page.css").write_text("main{color:teal}")
    Path("mine.py").write_text("def f(x=3.0, y=2.0):\n    return x * y\n")
    Path("pyproject.toml").write_text('[tool.codegen]\ntemplates = "ours"\n')
    assert main(["mine.py:f", "--handout", "html", "-q"]) == 0
    text = Path("f.html").read_text()
    assert "main{color:teal}" in text
    assert "@page" not in text
    assert "Staged code" in text
    Path("pyproject.toml").write_text('[tool.codegen]\ntemplates = "nowhere"\n')
    assert main(["mine.py:f", "--handout", "html", "-q"]) == 2
    module = codegen.generate(lambda x: x * x, 3.0)
    assert write_handout(module, ["html"], tmp_path / "plain")


# ---- slides


@pytest.fixture(scope="module")
def shown(lessons):
    return {name: slides(told) for name, told in lessons.items()}


def test_a_step_puts_the_numbers_in(lessons):
    told = steps(lessons["staged"])
    assert len(told) == 16
    assert [s.forward for s in told] == [True] * 8 + [False] * 8
    assert told[1].lines == ("num = x + sigy = 3.00 + 0.02 = 3.02",)
    assert told[7].lines == ("f = num * invden = 3.02 · 0.51 ≈ 1.55",)
    assert told[8].lines == ("dnum = 0.51 · 1.00 = 0.51", "dinvden = 3.02 · 1.00 = 3.02")
    assert told[9].lines == ("dden = −0.26 · 3.02 = −0.79",)
    assert told[13].lines == ("dx += 0.05 · (−0.79) = −0.04",)


@pytest.mark.parametrize("name", sorted(f.__name__ for _, f in gallery.chosen()))
def test_steps_tell_every_gate_once_each_way_and_nothing_too_early(lessons, name):
    circuit = lessons[name].circuit
    told = steps(lessons[name])
    for forward in (True, False):
        gates = [g for s in told if s.forward == forward for g in s.gates]
        assert sorted(gates) == [g.number for g in circuit.gates if g.operands]
    for step in told:
        for number in step.gates:
            assert number in step.values
            assert step.forward or number in step.gradients
        assert step.forward == (not step.gradients)
        done = {g for s in told[: told.index(step) + 1] if not s.forward for g in s.gates}
        for number in step.gradients:
            assert {w.target for w in circuit.wires if w.source == number} <= done
    assert told[-1].gradients == {g.number for g in circuit.gates}


NUMBER = r"(\(?−?\d+\.\d\d\)?)"


def test_products_on_slides_hold_as_they_are_printed(lessons):
    count = 0
    for told in lessons.values():
        for line in (line for s in steps(told) if not s.forward for line in s.lines):
            found = re.search(rf"{NUMBER} · {NUMBER} = {NUMBER}$", line)
            if found:
                left, right, whole = (
                    float(n.strip("()").replace("−", "-")) for n in found.groups()
                )
                assert left * right == pytest.approx(whole, abs=0.0051), line
                count += 1
    assert count > 30


def test_slides_are_one_page_that_needs_nothing_else(shown):
    for name, text in shown.items():
        links = set(re.findall(r"https?://[\w./-]+", text))
        assert links <= {"http://www.w3.org/1998/Math/MathML"}, name
        assert not re.search(r'(src|href)="(?!#)', text)
        count = text.count('<section class="slide"')
        assert text.count('<use href="#circuit"/>') == count >= 4
        assert len(text) < 400_000
    assert "@page{size:A4 landscape" in shown["staged"]
    assert shown["staged"].count('<section class="slide"') == 16 + 3


def test_each_slide_shows_what_is_known_at_its_step(lessons, shown):
    circuit = lessons["staged"].circuit
    looks = re.findall(
        r'<svg viewBox="[^"]*" role="img" aria-label="Step[^"]*" style="([^"]*)"', shown["staged"]
    )
    for step, look in zip(steps(lessons["staged"]), looks, strict=True):
        hidden = {(kind, int(n)) for kind, n in re.findall(r"--([vg])(\d+):hidden", look)}
        for gate in circuit.gates:
            assert (("v", gate.number) in hidden) == (gate.number not in step.values)
            known = gate.number in step.gradients or (
                not step.forward and gate.number in circuit.outputs
            )
            assert (("g", gate.number) in hidden) != known
        assert {int(n) for n in re.findall(r"--o(\d+):", look)} == set(step.gates)


def test_the_part_of_a_large_circuit_that_is_shown_holds_the_gate_and_can_be_read(lessons):
    from codegen.handout.formats.slides import TALL, WIDE, view
    from codegen.handout.layout.drawing import drawn

    for told in lessons.values():
        picture = drawn(told.circuit, "auto", False)
        frame = TALL if "down" in picture.flow else WIDE
        for step in steps(told):
            if len(step.gates) > 1:
                continue
            x, y, w, h = (float(n) for n in view(picture, frame, step.gates, told).split())
            assert w <= max(frame.width, 1.4 * frame.width)
            for gate in (g for g in picture.gates if g["number"] in step.gates):
                assert x <= gate["cx"] <= x + w
                assert y <= gate["cy"] <= y + h


def test_blanks_on_slides_are_those_of_the_page(lessons):
    plain = re.sub(r"<[^>]*>", "", slides(lessons["staged"], Finish(exercise="medium")))
    assert "(1 - sigx) * sigx * dsigx" not in plain
    assert not re.search(r"d\w+ \+?= +dnum", plain)
    assert "# += : x forks" in plain
    widths = re.findall(
        r"min-width:min\((\d+)ch", slides(lessons["staged"], Finish(exercise="medium"))
    )
    assert str(len("(1 - sigx) * sigx * dsigx")) in widths
    easy = re.sub(r"<[^>]*>", "", slides(lessons["staged"], Finish(exercise="easy")))
    assert "(1 - sigx) * sigx * dsigx" in easy


def test_an_exercise_of_slides_keeps_its_answers(lessons):
    text = slides(lessons["staged"], Finish(exercise="medium"))
    for answer in ("−0.79", "−0.26", "2.06", "1.59", "2.05956980", "swaps"):
        assert answer not in text
    assert "xpysqr = xpy" in text
    assert text.count('<section class="slide"') == 16 + 2


# ---- LaTeX


def balanced(text: str) -> bool:
    """Return whether the braces of LaTeX match, and each environment that begins ends."""
    bare = re.sub(r"\\begin\{lstlisting\}.*?\\end\{lstlisting\}", "", text, flags=re.DOTALL)
    bare = re.sub(r"\\[{}]", "", bare)
    depth = 0
    for c in bare:
        depth += {"{": 1, "}": -1}.get(c, 0)
        if depth < 0:
            return False
    begun, ended = (re.findall(rf"\\{w}\{{(\w+)\}}", text) for w in ("begin", "end"))
    return depth == 0 and sorted(begun) == sorted(ended)


def test_latex_comes_in_parts_for_sheets_of_ones_own(lessons):
    from codegen.handout.formats.tex import tex

    for name, told in lessons.items():
        files = tex(told, name)
        parts = ("formula", "circuit", "code", "gradients")
        assert set(files) == {f"{name}.tex", *(f"{name}_{part}.tex" for part in parts)}
        for file, text in files.items():
            assert balanced(text), file
            assert "$$" not in text
        sheet = files[f"{name}.tex"]
        assert re.findall(r"\\input\{(\w+)\}", sheet) == [f"{name}_{part}" for part in parts]
        outside = [t for f, t in files.items() if not f.endswith("_code.tex")]
        assert all(ord(c) < 128 for text in outside for c in text), name


def test_the_circuit_in_tikz_shows_what_the_picture_shows(lessons):
    from codegen.handout.formats.tex import circuit, escaped
    from codegen.handout.layout.drawing import drawn

    for told in lessons.values():
        for blank in (False, True):
            picture = drawn(told.circuit, "auto", blank)
            text = circuit(picture)
            for gate in picture.gates:
                value = f"at ({gate['vx']:g},{gate['vy']:g}) {{{escaped(gate['value'])}}};"
                assert value in text
                at = f"at ({gate['gx']:g},{gate['gy']:g}) {{"
                if gate["gradient"] and not blank:
                    assert f"{at}{escaped(gate['gradient'])}}};" in text
                elif gate["gradient"] == "____":
                    assert at + r"\underline" in text
            count = len(picture.wires) + sum(len(g["stubs"]) for g in picture.gates)
            assert len(re.findall(r"^\\draw(?:\[densely dashed\])? \(", text, re.M)) == count
            assert len(re.findall(r"^\\fill .*cycle;$", text, re.M)) == len(picture.arrows)


def test_paths_of_svg_are_read_as_they_are_drawn():
    from codegen.handout.formats.tex import path

    assert path("M1,2 L3.5,-4 L5,6 Z") == "(1,2) -- (3.5,-4) -- (5,6) -- cycle"
    assert path("M1,2 H7") == "(1,2) -- (7,2)"
    assert path("M1,2 V-7.5") == "(1,2) -- (1,-7.5)"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX is installed")
@pytest.mark.parametrize("exercise", [None, "hard"])
def test_the_sheet_compiles(tmp_path, exercise):
    def f(x_1, größe):
        z = np.maximum(x_1, 0.0)  # ReLU: 50 % of {all} ≥ 0
        return np.sum(z * größe)

    module = codegen.generate(f, np.array([1.5, -2.0, 0.5]), 2.0)
    write_handout(module, ["tex"], tmp_path, exercise=exercise)
    name = "f_exercise" if exercise else "f"
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    if b"File `" in done.stdout and b"not found" in done.stdout:
        pytest.skip("a package of LaTeX is missing")
    assert done.returncode == 0, done.stdout[-2000:].decode(errors="replace")


# ---- the manual


def test_the_manual_names_formats_and_files_that_there_are():
    from codegen.cli.arguments import FORMATS as ASKED
    from codegen.handout import FORMATS

    text = (FOLDER / "docs/handouts.md").read_text()
    named = {f for one in re.findall(r"--handout ([a-z,]+)", text) for f in one.split(",")}
    assert named == set(FORMATS) == set(ASKED)
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (FOLDER / "docs" / link).exists(), link
    for name in re.findall(r"`ours/([\w/.]+)`", text):
        assert (FOLDER / "templates" / name).exists(), name


def test_the_example_of_own_words_in_the_manual_works(tmp_path):
    from codegen.handout.wording import wording

    text = (FOLDER / "docs/handouts.md").read_text()
    lines = re.findall(r'^    ((?:language|".*") = ".*")$', text, re.M)
    (tmp_path / "words.toml").write_text("\n".join(lines))
    said = wording(tmp_path / "words.toml").say
    assert said("Staged code") == "The code, in stages"
    assert said("The add gate distributes: 1.00 goes to `x` and `y` unchanged.") == (
        "Plus hands 1.00 to `x` and `y` as it is."
    )
