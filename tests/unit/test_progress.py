"""Progress: shown on a terminal alone, one line at a time, and nothing of it stays."""

import io
import threading

import codegen
from codegen.cli import terminal
from codegen.progress import doing, told


class Terminal(io.StringIO):
    """A terminal that tells when something was written."""

    def __init__(self):
        super().__init__()
        self.written = threading.Event()

    def isatty(self):
        return True

    def flush(self):
        self.written.set()


def shown(text):
    """What a terminal shows after a text with carriage returns, without the blanks at the end."""
    line = ""
    for part in text.split("\r"):
        line = part + line[len(part) :]
    return line.rstrip()


def test_the_line_says_what_is_done_and_how_far_it_is():
    stream = Terminal()
    display = terminal.Display(stream, patience=0.0)
    display.target("m.f", 3, 14)
    display.listen("checking the gradients", 2, 6)
    display.thread.start()
    assert stream.written.wait(30)
    display.end()
    assert "\r3 of 14, m.f: checking the gradients (2 of 6 done)" in stream.getvalue()
    assert shown(stream.getvalue()) == ""


def test_a_message_stands_on_a_line_of_its_own():
    stream = Terminal()
    display = terminal.Display(stream, patience=0.0)
    display.target("m.f", 1, 1)
    display.thread.start()
    assert stream.written.wait(30)
    display.say("right")
    display.end()
    lines = stream.getvalue().split("\n")
    assert shown(lines[0]) == "right"
    assert "m.f" in lines[0]
    assert shown(lines[1]) == ""


def test_nothing_is_shown_where_nobody_looks(monkeypatch):
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    for stream, quiet in [(io.StringIO(), False), (Terminal(), True)]:
        with terminal.display(stream, quiet) as found:
            doing("something")
            assert found.what == ""
        assert stream.getvalue() == ""


def test_a_generation_tells_what_it_does():
    heard = []
    with told(lambda *words: heard.append(words)):
        codegen.generate(lambda x: x * x, 3.0)
    assert [what for what, _, _ in heard][:2] == [
        "running the function on its example",
        "writing the backward pass",
    ]
    checks = [(done, total) for what, done, total in heard if what == "checking the gradients"]
    total = checks[-1][1]
    assert checks == [(done, total) for done in range(total)]
    assert total > 1
    doing("nobody listens")
