"""Files: whole or not at all, with a header that is the same everywhere."""

import os
import runpy
import types

import pytest

import codegen
from codegen.emit import destination
from codegen.errors import UsageError


def square(x):
    return x * x


def module_of(function):
    return types.SimpleNamespace(function=function, name=function.__name__)


def test_the_header_tells_where_the_file_came_from():
    found = destination.stamped([module_of(square)], "import math\n", "python -m codegen tests.f")
    first, second, *_ = found.split("\n")
    assert "codegen 0.1.0" in first
    assert f"{__name__}.square" in first
    assert "do not edit" in first
    assert len(first.partition("sha256 ")[2].partition(")")[0]) == 12
    assert second == "# To regenerate: python -m codegen tests.f"
    assert os.getcwd() not in found


def test_the_hash_follows_the_source():
    def cube(x):
        return x * x * x

    assert destination.source_hash(module_of(square)) == destination.source_hash(module_of(square))
    assert destination.source_hash(module_of(square)) != destination.source_hash(module_of(cube))
    assert destination.source_hash(module_of(len)) == "unknown"


def test_the_header_is_laid_out_as_black_wants_it():
    import black

    for source in ["import math\n\n\ndef f(x):\n    return x\n", "def f(x):\n    return x\n"]:
        text = destination.stamped([module_of(square)], source, "command")
        assert black.format_str(text, mode=black.Mode()) == text


def test_a_file_is_written_with_its_folder(tmp_path):
    path = tmp_path / "a" / "b.py"
    assert destination.write(path, "x = 'é'\n")
    assert path.read_bytes() == "x = 'é'\n".encode()
    assert os.listdir(path.parent) == ["b.py"]
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_file_that_holds_the_text_is_left_alone(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("x\n")
    os.utime(path, (1, 1))
    assert not destination.write(path, "x\n")
    assert path.stat().st_mtime == 1


def test_permissions_and_links_are_kept(tmp_path):
    path, link = tmp_path / "a.py", tmp_path / "link.py"
    path.write_text("old\n")
    path.chmod(0o640)
    link.symlink_to(path)
    assert destination.write(link, "new\n")
    assert link.is_symlink()
    assert path.read_text() == "new\n"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "a.py"
    path.write_text("old\n")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(UsageError, match="No space left"):
        destination.write(path, "new\n")
    assert path.read_text() == "old\n"
    assert os.listdir(tmp_path) == ["a.py"]


def test_a_device_is_not_replaced():
    assert destination.write("/dev/null", "x\n")
    assert not os.path.isfile("/dev/null")


def test_differences_are_shown_as_a_diff(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("a\nb\n")
    assert destination.difference(path, "a\nb\n", "a.py") == ""
    found = destination.difference(path, "a\nc\n", "a.py")
    assert found.startswith("--- a.py\n+++ a.py (regenerated)\n")
    assert "-b\n+c\n" in found
    assert "/dev/null" in destination.difference(tmp_path / "none.py", "a\n", "none.py")


def test_the_command_alone_makes_no_difference(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(
        destination.stamped([module_of(square)], "x = 1\n", "python -m codegen a.square")
    )
    assert (
        destination.difference(
            path, destination.stamped([module_of(square)], "x = 1\n", "python -m codegen")
        )
        == ""
    )


def test_line_endings_of_a_checkout_make_no_difference(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"a\r\nb\r\n")
    assert destination.difference(path, "a\nb\n") == ""


def test_the_name_of_a_file_cannot_write_a_line_of_its_own(tmp_path):
    path = tmp_path / "odd\nimport os #.py"
    path.write_text("def f(x):\n    return x * x\n")
    space = runpy.run_path(str(path), run_name="odd\nimport os #")
    module = codegen.generate(space["f"], 0.5)
    module.write(tmp_path / "out.py")
    assert "\nimport os" not in (tmp_path / "out.py").read_text()
