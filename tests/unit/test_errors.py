"""Refusals: what is raised, where it points, and what it advises."""

import functools
import re
import runpy
import sys
import threading
from unittest.mock import Mock

import numpy as np
import pytest

import codegen
from codegen.emit import templates
from codegen.emit.text import formatted_part

X = np.array([0.5, -1.0, 2.0])


def without_gate(x):
    y = x * 2.0
    return np.i0(y)


def tried(x):
    for _ in range(3):
        try:
            x = np.sin(x)
            break
        except ValueError:
            x = x * 0.5
    return x


def yielding(x):
    yield x


async def waiting(x):
    return x


def leaving(x):
    raise SystemExit(3)


def unknown(x):
    return x * no_such_name  # noqa: F821  # what is tried


def of_text(x):
    return "text"


def square(x):
    return x * x


@pytest.mark.parametrize(
    ("function", "kind", "line", "words"),
    [
        (without_gate, codegen.MissingGateError, "return np.i0(y)", "A row of your own"),
        (tried, codegen.UnsupportedError, "try:", "leave behind the statement"),
        (yielding, codegen.UnsupportedError, "def yielding(x):", "ordinary function"),
        (waiting, codegen.UnsupportedError, "async def waiting(x):", "ordinary function"),
        (leaving, codegen.TraceError, "raise SystemExit(3)", "Call the function itself"),
        (unknown, codegen.TraceError, "return x * no_such_name", "Call the function itself"),
        (of_text, codegen.UnsupportedError, 'return "text"', "Return a number"),
    ],
)
def test_a_refusal_names_function_file_line_and_column(function, kind, line, words):
    with pytest.raises(kind) as caught:
        codegen.generate(function, X)
    error, place = caught.value, caught.value.location
    assert (place.function, place.file) == (function.__name__, "test_errors.py")
    assert place.text.strip().startswith(line)
    shown, source, caret = str(error).splitlines()[1:4]
    assert shown.endswith(f"test_errors.py:{place.line}:{place.column + 1}, in {function.__name__}")
    assert source.strip() == place.text.strip()
    assert caret.index("^") - 4 == place.column - (len(place.text) - len(place.text.lstrip()))
    assert words in str(error)


def misspelt(x):
    total = np.sum(x)
    return 2.0 * (total + np.exq(x))


def listed(x):
    return x.sum()


def handed_on(x):
    return lambda: x


@pytest.mark.parametrize(
    ("function", "given", "column", "words"),
    [
        (misspelt, X, "np.exq", "Did you mean exp?"),
        (unknown, X, "no_such_name", "name 'no_such_name' is not defined"),
        (listed, [1.0, 2.0], "x.sum", "x is a list here"),
    ],
)
def test_what_a_function_raises_is_shown_at_its_own_spot(function, given, column, words):
    with pytest.raises(codegen.TraceError) as caught:
        codegen.generate(function, given)
    error = caught.value
    assert error.location.text.index(column) == error.location.column
    assert words in str(error)
    assert error.__cause__ is not error


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: codegen.generate(square), "do not fit square"),
        (lambda: codegen.generate(square, 2), "no argument of square is a float.*x is of type int"),
        (lambda: codegen.generate(square, np.arange(3)), "x is an array of int64"),
        (lambda: codegen.generate(square, "a", wrt="x"), "x is neither a float nor a float array"),
        (lambda: codegen.generate(square, np.ma.array(X)), "x is a masked array"),
        (lambda: codegen.generate(handed_on, X), "handed_on returns no float"),
        (lambda: codegen.generate(square, X, wrt="y"), "has no argument y"),
        (lambda: codegen.generate(square, X, wrt=()), "names no arguments"),
        (lambda: codegen.generate(square, X, wrt=3), "names no arguments"),
        (lambda: codegen.generate(square, X, style="loud"), "there is no style 'loud'"),
        (lambda: codegen.generate(3, X), "is not a function"),
        (lambda: codegen.generate(square, [X, threading.Lock()]), "cannot be copied"),
    ],
)
def test_wrong_usage_is_told(call, words):
    with pytest.raises(codegen.UsageError, match=words):
        call()


def test_an_argument_is_differentiated_once():
    assert codegen.generate(square, X, wrt=["x", "x"]).wrt == ("x",)


def test_a_mistake_of_the_tool_is_an_error_of_its_own(monkeypatch):
    monkeypatch.setattr("codegen.passes.lower", len)
    with pytest.raises(codegen.InternalError, match="TypeError: object of type") as caught:
        codegen.generate(square, X)
    assert isinstance(caught.value.__cause__, TypeError)
    assert caught.value.location.text == "def square(x):"
    assert "Please report it" in str(caught.value)


class Speechless(Exception):
    """An error that cannot be printed."""

    def __str__(self):
        raise RuntimeError("no words")


class Hidden:
    """What lets nobody look at it."""

    def __getattribute__(self, name):
        raise ValueError("hands off")


class Uncopied:
    """What cannot be copied, and does not say why."""

    def __deepcopy__(self, memo):
        raise Speechless


def rude(*args):
    raise RuntimeError("go away")


class Rude(dict):
    """A dict that nobody may go through, by a function of another name."""

    items = rude


class Pretends:
    """No array, whatever it says."""

    __class__ = np.ndarray


class Answers(list):
    """A list that shows what it likes."""

    def __iter__(self):
        return iter([1.0, 2.0])


def speechless(x):
    raise Speechless


def beside(x, other):
    return x * x


@pytest.mark.parametrize(
    ("function", "args", "words"),
    [
        (speechless, (X,), "speechless raised Speechless on the example inputs: a Speechless that"),
        (beside, (X, Hidden()), "__getattribute__ raised ValueError where it was asked"),
        (beside, (X, Rude(a=1.0)), "rude raised RuntimeError where it was asked"),
        (beside, (X, Pretends()), "an object of class Pretends says that it is a ndarray"),
        (beside, (X, Answers([3.0, 4.0])), "an object of class Answers has a __iter__ of its own"),
        (beside, (X, {object(): 1.0}), "other holds a dict with a key that cannot be written"),
        (beside, (X, [{float("nan"): 1.0}]), "cannot be written in code, of type float"),
        (beside, (X, Uncopied()), "cannot be copied: a Speechless that cannot say"),
        (functools.partial(beside, other=2.0), (X,), "a partial of beside is no function"),
        (3, (X,), "of type int: it is not a function"),
        (Mock(spec=beside), (X,), "is not a Python function"),
        (X.dot, (X,), "<built-in method dot of numpy.ndarray object> is not a Python function"),
    ],
)
def test_what_is_the_users_own_is_not_called_a_mistake_of_the_tool(function, args, words):
    with pytest.raises(codegen.CodegenError, match=re.escape(words)) as caught:
        codegen.generate(function, *args)
    assert not isinstance(caught.value, codegen.InternalError)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ("def f(x:\n    return", "cannot be read: '(' was never closed, line 1"),
        ("", "the source of f cannot be found"),
        ("\n\n\n\ndef g(x):\n    return x\n", "the source of f cannot be found in later.py"),
    ],
)
def test_a_file_that_changed_after_it_was_imported_is_told(tmp_path, after, words):
    path = tmp_path / "later.py"
    path.write_text("def f(x):\n    return x * x\n")
    space = runpy.run_path(str(path))
    path.write_text(after)
    with pytest.raises(codegen.CodegenError, match=re.escape(words)):
        codegen.generate(space["f"], X)


def test_a_name_that_is_none_is_that_of_the_definition():
    def plain(x):
        return x * x

    plain.__name__ = "not a name"
    assert "def plain_forward(x):" in codegen.generate(plain, X).source


@pytest.mark.parametrize("package", ["black", "jinja2"])
def test_a_package_that_is_not_there_is_no_mistake_of_the_tool(monkeypatch, package):
    templates.environment.cache_clear()
    formatted_part.cache_clear()
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(codegen.UsageError, match=f"codegen needs {package}") as caught:
        codegen.generate(square, X)
    assert f"pip install {package}" in str(caught.value)


def test_all_errors_are_of_one_kind():
    for name in codegen.__all__:
        if name.endswith("Error"):
            assert issubclass(getattr(codegen, name), codegen.CodegenError)


class Sour(dict):
    """A dict of the user's that cannot be gone through."""

    w = 2.0

    def items(self):
        raise RuntimeError("sour")


def test_what_the_users_object_raises_is_told_as_such():
    def f(x, options):
        return x * options.w

    with pytest.raises(
        codegen.UnsupportedError, match="items raised RuntimeError where it was asked"
    ):
        codegen.generate(f, np.ones(3), Sour())
