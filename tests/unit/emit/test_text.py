"""Styles, marks that turn the direction of reading, and threads that begin at once."""

import subprocess
import sys

import pytest

import codegen
from codegen.emit import text


def factorial_like(x, k):
    if k == 0:
        return x
    return x * factorial_like(x, k - 1)


def test_a_function_that_calls_itself_has_no_style_of_one_function():
    with pytest.raises(codegen.UsageError, match="calls itself"):
        codegen.generate(factorial_like, 0.5, 3, style="notes")
    assert "factorial_like_backward" in codegen.generate(factorial_like, 0.5, 3).source


def test_a_long_function_laid_out_in_pieces_is_laid_out_as_a_whole(monkeypatch):
    lines = []
    for k in range(60):
        lines += [f"    # step {k}", f"    y{k} = {{ 'a':x,\"b\" : x}}", f"    z = y{k} ['a']**2"]
        lines += [
            "    if z>0:",
            "        z = -z",
            "    # text",
            "    z = (x)",
            f"    z -= f({'x, ' * k})",
        ]
    whole = "def f(x):\n" + "\n".join(
        [*lines, '    s = """', "    # no comment", '    z=1 """', "    return z"]
    )
    assert len(text.pieces(whole)) > 3
    shown = text.formatted(whole)
    monkeypatch.setattr(text, "pieces", lambda one: [one])
    assert text.formatted(whole) == shown


def marked(x):
    # ‮turned‬
    return x * x


AT_ONCE = """
import threading
import codegen
from examples.notes import multiply

found = []

def made():
    found.append(codegen.generate(multiply, 3.0, -4.0).source)

threads = [threading.Thread(target=made) for _ in range(6)]
[one.start() for one in threads]
[one.join() for one in threads]
print(len(found), len(set(found)))
"""


def test_threads_may_be_the_first_to_need_a_library():
    done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("6 1\n", "")


def test_nothing_in_a_module_turns_the_direction_of_reading():
    source = codegen.generate(marked, 0.5).source
    assert "# \\u202eturned\\u202c" in source
