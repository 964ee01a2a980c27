"""The README keeps its word: its example is what the tool writes, its links lead somewhere, its commands are two."""

import importlib.util
import pathlib
import re

import numpy as np

import codegen
from tests.pages import digits

ROOT = pathlib.Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """The code blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_example_is_what_the_tool_writes(tmp_path: pathlib.Path) -> None:
    given, made = blocks("python")[:2]
    path = tmp_path / "given.py"
    path.write_text(f"import numpy as np\n\n\n{given}")
    spec = importlib.util.spec_from_file_location("given", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    random = np.random.default_rng(0).standard_normal
    result = codegen.generate(module.batchnorm_forward, random((8, 3)), random(3), random(3))
    assert result.source.endswith(made)
    table = "\n".join(str(result.check()).splitlines()[:6])
    assert digits(f"```\n{table}\n```") in digits(TEXT)


def test_input_and_output_stand_on_the_first_screen() -> None:
    assert TEXT[: TEXT.index("def batchnorm_backward")].count("\n") < 30


def test_two_commands_do_all_the_setting_up() -> None:
    commands = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(commands) == 2
    assert "-m codegen" in commands[0]
    assert "-m pytest" in commands[1]


def test_links_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    for page in pages:
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
