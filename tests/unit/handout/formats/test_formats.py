"""Whatever stands in a function, its texts reach pages and files only as text: in every format, for a list of attacks."""

from __future__ import annotations

import ast
import html.parser
import importlib.util
import json
import linecache
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import codegen
from codegen.errors import HIDDEN
from codegen.handout import write_circuit, write_handout
from codegen.handout.lesson import lesson

ATTACKS = {
    "image": "<img src=x onerror=alert(1)>",
    "script": "</script><script>alert(1)</script>",
    "comment": "--><!-- ]]> </style></svg> <!--",
    "fence": "```\n</code> ~~~ `tick` ``two``",
    "math": "$$x$$ $`y`$ \\( \\] $<b>z</b>$",
    "latex": "\\end{document}\\input{secret}\\end{lstlisting}\\end{verbatim} % {",
    "table": "a|b\n# heading\n- item [link](javascript:alert(1))",
    "quotes": "\"quoted\" 'single' \\",
    "template": "{{ 7 * 7 }}{% raw %}{# #}",
    "control": "\x1b[31m \x07 \u202e \u2028 \x0c end",
    "listing": "x # \\end{lstlisting}\\input{secret} (*@\\input{secret}@*) \u00e9",
    "brackets": "--> ]]> )} \\d \\x",
    "links": "[link](http://there) ![picture][1] www.there.org :smile: @somebody",
    "mermaid": '"]; click g0 "javascript:alert(1)" %%{init}%%',
}
TEXT = """import numpy as np


def attacked(x, mode="plain", d={{{attack!r}: 2.0}}):
    {doc!r}
    # {comment}
    y = x * 2.0  # {comment}
    if mode == {attack!r}:
        y = y * 3.0
    s = d[{attack!r}]
    t = {{{attack!r}: np.sin(y) * s, "k": y}}
    return t[{attack!r}] * x + t["k"]
"""


def made(attack: str, folder: Path) -> Any:
    """Return the module of a function that is full of an attack."""
    path = folder / "attacked.py"
    comment = attack.replace("\n", " ")
    path.write_text(TEXT.format(attack=attack, doc=attack, comment=comment), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("attacked_by_text", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return codegen.generate(module.attacked, np.array([0.3, 0.5]))


LINKS = ("href", "src", "action", "xlink:href", "formaction")


class Tags(html.parser.HTMLParser):
    """The elements of a page, and its attributes that run something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, int] = {}
        self.running: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count one element."""
        self.found[tag] = self.found.get(tag, 0) + 1
        self.running += [
            (k, v)
            for k, v in attrs
            if k.startswith("on") or (k in LINKS and "script:" in (v or ""))
        ]


def check_page(text: str, plain: str) -> None:
    """A page has the scripts, styles and drawings of that of a harmless function, and nothing that runs."""
    found, wanted = Tags(text), Tags(plain)
    assert not found.running
    for tag in ("script", "style", "img", "iframe", "b", "link"):
        assert found.found.get(tag, 0) == wanted.found.get(tag, 0), tag


def outside_code(text: str) -> str:
    """What of a Markdown text is neither in a fence nor between backquotes."""
    kept: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = re.match(r" {0,3}(`{3,}|~{3,})(.*)$", line)
        if not fence and match and "`" not in match[2]:
            fence = match[1]
        elif not fence:
            kept.append(re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "CODE", line))
        elif match and match[1].startswith(fence) and not match[2].strip():
            fence = ""
    assert not fence
    return "\n".join(kept)


def check_markdown(text: str, attack: str) -> None:
    """No tag, link, heading or stray backquote of the attack stands outside of code."""
    found = outside_code(text)
    assert not re.search(r"<(?!br>)[A-Za-z/!?]", found)
    assert "`" not in found
    assert not re.search(r"\](?:\((?!attacked\.svg\))|\[)", found)
    assert ":smile:" not in found
    assert not HIDDEN.search(found)
    assert found.count("$") % 2 == 0
    assert not re.search(r"^# heading", found, re.M)


def check_tex(text: str, attack: str) -> None:
    """Commands of the attack stand in listings only, which it does not end."""
    outside = re.sub(r"\\begin\{lstlisting\}.*?\\end\{lstlisting\}", "", text, flags=re.S | re.M)
    assert "(*@\\input" not in text
    assert not HIDDEN.search(text)
    assert "\\input{secret}" not in outside
    assert outside.count("\\end{document}") <= 1
    assert "\\end{verbatim}" not in outside


def check_svg(text: str) -> None:
    """A picture is well-formed and has no element that loads or runs anything."""
    assert not HIDDEN.search(text)
    root = ET.fromstring(text)  # noqa: S314  # our own text
    names = {element.tag.rsplit("}", 1)[-1] for element in root.iter()}
    assert not names & {"script", "img", "image", "foreignObject", "iframe"}


def strings(text: str) -> Iterator[str]:
    """The lines of a graph without what stands between quotes."""
    for line in text.split("\n"):
        yield re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The pages of the same function without an attack."""
    folder = tmp_path_factory.mktemp("harmless")
    paths = write_handout(made("plain words", folder), ["html", "slides"], folder)
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    return texts.__getitem__


@pytest.mark.parametrize("name", ATTACKS)
def test_texts_stay_texts(name: str, tmp_path: Path, harmless: Callable[[str], str]) -> None:
    """A docstring, a comment, a literal and a key reach every format as text."""
    attack = ATTACKS[name]
    module = made(attack, tmp_path)
    out = tmp_path / "out"
    files = {
        path.name: path.read_text(encoding="utf-8")
        for path in write_handout(module, ["html", "md", "ipynb", "slides", "tex"], out)
    }
    for file in ("attacked.html", "attacked_slides.html"):
        check_page(files[file], harmless(file))
    check_svg(files["attacked.svg"])
    check_markdown(files["attacked.md"], attack)
    for cell in json.loads(files["attacked.ipynb"])["cells"]:
        if cell["cell_type"] == "markdown":
            check_markdown("".join(cell["source"]), attack)
        else:
            ast.parse("".join(cell["source"]))
    for file, text in files.items():
        if file.endswith(".tex"):
            check_tex(text, attack)
    assert not Tags(module._repr_html_()).running
    assert not Tags(module._repr_html_()).found.get("img")
    for ending in (".dot", ".mmd"):
        text = write_circuit(module, out / f"circuit{ending}").read_text(encoding="utf-8")
        for line in strings(text):
            assert "<img" not in line.replace("label=<", "")
            assert "click" not in line
            assert line.count('"') % 2 == 0
    check_svg(write_circuit(module, out / "circuit.svg").read_text(encoding="utf-8"))


def layered(x, d):
    """
    A loop behind a key with brackets.
    """
    acc = {"--> ]]> '": x * 2.0}
    for _ in range(2):
        acc["--> ]]> '"] = acc["--> ]]> '"] * np.cos(x)
    return np.sum(acc["--> ]]> '"]) * d


@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
def test_an_exercise_keeps_its_lines_whatever_its_strings_hold(level: str, tmp_path: Path) -> None:
    module = codegen.generate(layered, np.array([0.3, 0.5]), 2.0)
    write_handout(module, ["ipynb"], tmp_path, exercise=level)
    cells = json.loads((tmp_path / "layered_exercise.ipynb").read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for text in texts:
        ast.parse(text)
    assert level == "easy" or any("\n    for " in t and "todo" in t for t in texts)


def test_a_terminal_is_not_obeyed_by_what_a_student_wrote() -> None:
    def f_backward(dout, x, w):
        raise ValueError("\x1b[2J")

    def f(x, w):
        return x * w

    report = codegen.check(f, f_backward, 2.0, 3.0)
    assert "\x1b" not in str(report)
    assert "\\x1b[2J" in str(report)


def test_a_key_with_backquotes_does_not_end_the_code_it_stands_in(tmp_path):
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "keys.py").write_text(
        "import numpy as np\n\n\n"
        "def f(x, p):\n"
        '    y = x * p["`<img src=x onerror=alert(1)>`"]\n'
        "    return y * y\n"
    )
    spec = importlib.util.spec_from_file_location("keys", folder / "keys.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    linecache.checkcache(str(folder / "keys.py"))
    made = codegen.generate(module.f, np.ones(3), {"`<img src=x onerror=alert(1)>`": 2.0})
    for sentence in lesson(made).kept:
        pieces = sentence.split("`")
        assert not any("<img" in text for text in pieces[::2]), sentence


KEY = ATTACKS["script"]


def keyed(x, d):
    return x * d["</script><script>alert(1)</script>"]


def test_the_key_of_a_wire_does_not_end_the_script_of_a_page(tmp_path: Path) -> None:
    """The gates that a page computes with have the names of their wires."""
    (path,) = write_handout(codegen.generate(keyed, 2.0, {KEY: 3.0}), ["html"], tmp_path)
    assert "<script>alert" not in path.read_text(encoding="utf-8")


SEPARATED = '''import numpy as np


def f(x, n):
    """First \u2028 line."""
    # a form feed \x0c and a separator \u2028 end no line
    s = "a \x0c b \u2029 c"
    y = x * len(s)  # kept
    if n > 5:
        y = y * y  # squared
    return y * 2.5
'''


def test_lines_are_counted_as_python_counts_them(tmp_path: Path) -> None:
    """Line separators in comments and strings do not shift what is quoted from the file."""
    path = tmp_path / "separated.py"
    path.write_text(SEPARATED, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("separated", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = codegen.generate(module.f, np.array([0.3, 0.5]), 9)
    assert "y = y * y  # squared" in made.source
    assert "y = x * len(s)  # kept" in made.source
    out, cache = made.forward(np.array([0.3, 0.5]), 2)
    assert np.allclose(out, module.f(np.array([0.3, 0.5]), 2))
    assert np.allclose(made.backward(np.ones(2), cache), 2.5 * 9)


def oddly_keyed(x, p):
    return np.sin(x * p["a & <b>"]) + p["x^2"] * p["~"] + p["\\alpha"] * p["\\end{it}"]


def test_odd_keys_leave_a_formula_whole(tmp_path: Path) -> None:
    """What is shown of it in words loses no function; LaTeX takes no sign of a key for a command."""
    keys = ("a & <b>", "x^2", "~", "\\alpha", "\\end{it}")
    made = codegen.generate(oddly_keyed, np.ones(3), dict.fromkeys(keys, 2.0))
    paths = {path.name: path for path in write_handout(made, ["md", "tex"], tmp_path)}
    said = paths["oddly_keyed.md"].read_text(encoding="utf-8").split("##")[0]
    assert "sin(" in said
    assert r"\end{it}" in said
    paper = paths["oddly_keyed_formula.tex"].read_text(encoding="utf-8")
    for code in (r"x\textasciicircum{}2", r"\textasciitilde{}", r"\textbackslash{}alpha"):
        assert rf"\texttt{{{code}}}" in paper
