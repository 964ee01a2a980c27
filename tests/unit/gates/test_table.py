"""Rows that users add: what is matched, what is written out in its place, and what is said about a bad row."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
import scipy.special

import codegen
from codegen import syntax
from codegen.gates.rows import check_row
from codegen.gates.table import TABLE, head_in, head_of
from tests.cases import Call, Case
from tests.cases.judge import judge

LIBRARY = """
import numpy as np


def bump(x, width):
    for _ in range(1):
        y = np.exp(-((x / width) ** 2))
    return y


def double_step(x):
    return np.where(x > 0, 2.0, 0.0) + np.zeros_like(x)
"""
FORWARD = """
import numpy as np
import {library} as own
from {library} import bump


def forward(x, w):
    h = bump(x @ w, 2.0)
    return h + own.bump(w, 0.7) * own.double_step(x)
"""


@pytest.fixture
def table():
    """The table as it is; what a test adds is taken away again."""
    codegen.gates.load()
    kept = {head: list(TABLE.under(head)) for head in TABLE.heads}
    yield TABLE
    TABLE.given.clear()
    TABLE.made.clear()
    TABLE.made.update(kept)
    TABLE.version += 1


def module(text, name, folder, monkeypatch):
    monkeypatch.syspath_prepend(str(folder))
    file = folder / f"{name}.py"
    file.write_text(text)
    spec = importlib.util.spec_from_file_location(name, file)
    found = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(__import__("sys").modules, name, found)
    spec.loader.exec_module(found)
    return found


def test_a_function_of_ones_own_is_a_gate(table, tmp_path, monkeypatch):
    module(LIBRARY, "own_library", tmp_path, monkeypatch)
    codegen.gate(
        "own_library.bump(x, width)",
        dx="-2 * x / width**2 * out * dout",
        inline="np.exp(-((x / width) ** 2))",
    )
    codegen.gate("own_library.double_step(x)", zero=True)
    forward = module(
        FORWARD.format(library="own_library"), "own_forward", tmp_path, monkeypatch
    ).forward
    r = np.random.default_rng(0).standard_normal
    example, other = Call(r((3, 3)), r((3, 3))), Call(r((2, 2)), r((2, 2)))
    made = codegen.generate(forward, *example.args)
    assert "h = np.exp(-((x @ w / 2.0) ** 2))" in made.source.replace("xw", "x @ w")
    assert "bump(" not in made.source.replace("own.bump(", "").partition("_backward")[2]
    verdict = judge(Case("own", forward, example, None, [other]))
    assert verdict.outcome == "right", verdict.detail


def test_a_bare_name_stands_for_the_function_of_that_name(table, tmp_path, monkeypatch):
    library = module(LIBRARY, "own_library", tmp_path, monkeypatch)
    codegen.gate("bump(x, width)", dx="-2 * x / width**2 * out * dout")
    forward = module(
        "from own_library import bump\n\n\ndef forward(x):\n    return bump(x, 1.5)\n",
        "own_forward",
        tmp_path,
        monkeypatch,
    ).forward
    made = codegen.generate(forward, np.linspace(-1, 1, 5))
    out, cache = made.forward(np.array([0.3]))
    assert out == library.bump(np.array([0.3]), 1.5)
    assert np.allclose(made.backward(np.ones(1), cache), -2 * 0.3 / 1.5**2 * out)
    assert "-2 * x / 1.5**2 * out * dout" in made.source


def test_a_gradient_may_call_the_library_of_the_function(table, tmp_path, monkeypatch):
    library = module(
        "def curve(x):\n    for _ in range(1):\n        y = x**3\n    return y\n\n\n"
        "def slope(x):\n    return 3 * x**2\n",
        "own_library",
        tmp_path,
        monkeypatch,
    )
    codegen.gate("own_library.curve(x)", dx="own_library.slope(x) * dout")
    forward = module(
        "from own_library import curve\n\n\ndef forward(x):\n    return curve(2.0 * x)\n",
        "own_forward",
        tmp_path,
        monkeypatch,
    ).forward
    made = codegen.generate(forward, np.linspace(-1, 1, 5))
    assert "import own_library" in made.source
    out, cache = made.forward(np.array([0.3]))
    assert out == library.curve(np.array([0.6]))
    assert np.allclose(made.backward(np.ones(1), cache), 2 * 3 * 0.6**2)


@pytest.mark.parametrize("call", ["own_library.curve(x) * x", "curve(x) * x", "twice(curve, x)"])
def test_a_function_with_a_row_of_its_own_is_imported(table, tmp_path, monkeypatch, call):
    module(
        "import numpy as np\n\n\ndef curve(x):\n    return np.exp(-(x**2))\n\n\n"
        "def slope(x):\n    return -2 * x * curve(x)\n",
        "own_library",
        tmp_path,
        monkeypatch,
    )
    codegen.gate("own_library.curve(x)", dx="own_library.slope(x) * dout")
    text = "import own_library\nfrom own_library import curve\n\n\ndef twice(f, x):\n    return f(f(x))\n\n\n"
    text += f"def forward(x):\n    return {call}\n"
    forward = module(text, "own_forward", tmp_path, monkeypatch).forward
    made = codegen.generate(forward, 0.5)
    assert "def curve" not in made.source
    assert "own_library.slope(" in made.source
    assert "from own_library import curve" in made.source
    assert made.check().ok


@pytest.mark.parametrize(
    ("pattern", "arguments", "message"),
    [
        ("np.exp(x", {"dx": "dout"}, "is no expression"),
        ("np.foo(x)", {"dy": "dout"}, "dy= is the gradient of no hole"),
        ("np.foo(x)", {"dx": "dout * z"}, "reads z, which the row does not know"),
        ("np.foo(x)", {"dx": "dout ="}, "is no expression"),
        ("np.foo(x)", {"dx": "dx = dout"}, "is no expression"),
        ("np.foo(x)", {"dx": "dout; dout"}, "is no expression"),
        ("np.foo(x)", {"dx": ["dout", "y"]}, "reads y, which the row does not know"),
        ("np.foo(x)", {}, "needs gradients, or zero=True"),
        ("np.foo(x)", {"dx": "0", "zero": True}, "and not both"),
        ("np.foo(1)", {"zero": True}, "has no hole"),
        ("np.foo(x)", {"gradient": "dout"}, "gradient is not all gradients"),
        ("np.foo(x)", {"dx": "dout", "inline": "np.bar(y)"}, "inline= reads y"),
        ("np.foo(x)", {"dx": "dout", "inline": "np.bar("}, "is no expression"),
        ("np.foo(x)", {"dx": 3}, "is text, not 3"),
        ("np.foo(x)", {"dx": ["dout", None]}, "is text, not None"),
        ("np.foo(x)", {"dx": "dout", "optional": "y"}, "is a mapping, not 'y'"),
        ("np.foo(x)", {"dx": "dout", "when": True}, "is a function, not True"),
        ("np.foo(x)", {"dx": "dout", "when": lambda axis: axis == 0}, "asks for axis, which is no"),
    ],
)
def test_a_bad_row_is_refused_at_once(pattern, arguments, message, table):
    count = len(table.rows)
    with pytest.raises(codegen.UsageError, match=message) as caught:
        codegen.gate(pattern, **arguments)
    assert pattern in str(caught.value)
    assert caught.value.advice
    assert len(table.rows) == count


@pytest.mark.parametrize(
    "pattern",
    [
        "f(x)(y)", "x.T", "(x).sum()", "'a(' + x", "x != y", "x if y else z", "[x, y]", "(x, y)", "not f(x)",
        "x[i](y)", "-x**2", "(x := f(y))", "lambda: x", "f'{x}(' + y", "s['('](x)", "{x: y}", "x and f(y)",
        "(x + y) * (z)", "((y := x[i]) - f(z))[i, j]", "f(x)[i].T", "f((x))", "f()", "f(g(x))", "f(x) + g(y)", "x", "x[0]", "f(g(x))(y)", "np.f(x)[i][j]", "f[i]",
    ],
)  # fmt: skip
def test_what_stands_in_brackets_is_not_read_for_the_head(pattern):
    assert head_in(pattern) == head_of(syntax.parse(pattern))


def test_rows_of_the_table_are_rows():
    for row in TABLE.rows:
        check_row(row)


def modified_bessel(x):
    return np.i0(x) * 2


def smoothed(x):
    return scipy.ndimage.gaussian_filter(x, sigma=1.0)


def legendre(x, y):
    return scipy.special.eval_legendre(3, x) + y


def condition(x):
    return np.linalg.cond(x)


def padded_by_means(x):
    return np.pad(x, 2, mode="mean")


def convolved(x, k):
    return scipy.signal.oaconvolve(x, k)


def parts_of_a_wide_matrix(x):
    q, r = np.linalg.qr(np.outer(x[:2], x) + np.eye(2, 3))
    return q @ r[:, :2]


def ordered_complex(x):
    return np.trim_zeros(x) * 2.0


GIVEN = np.random.default_rng(5).uniform(0.5, 1.5, (4, 4))
WITHOUT_GATE = [
    (modified_bessel, (GIVEN[0],)),
    (modified_bessel, (0.7,)),
    (smoothed, (GIVEN,)),
    (legendre, (0.3, 0.4)),
    (condition, (GIVEN,)),
    (padded_by_means, (GIVEN[0],)),
    (convolved, (GIVEN[0], GIVEN[1, :2])),
    (parts_of_a_wide_matrix, (GIVEN[0, :3],)),
    (ordered_complex, (GIVEN[0],)),
]


@pytest.mark.parametrize(
    ("function", "args"), WITHOUT_GATE, ids=lambda v: getattr(v, "__name__", "")
)
def test_a_row_that_is_advised_works_as_it_is_printed(function, args, table):
    with pytest.raises(codegen.MissingGateError) as caught:
        codegen.generate(function, *args)
    (row,) = re.findall(r"codegen\.gate\(.*\)", caught.value.advice)
    exec(row, {"codegen": codegen})
    verdict = judge(Case("pasted", function, Call(*args), None, []))
    assert verdict.outcome == "right", verdict.detail


READS_SCIPY = """
import numpy as np
import codegen

codegen.gate("np.i0(x)", dx="scipy.special.i1(x) * dout", example={"x": (3,)})
print(codegen.generate(lambda x: np.i0(x) * 2.0, np.array([0.3, -0.4])).source)
"""


def test_a_row_may_read_scipy_where_the_function_does_not_import_it(tmp_path):
    (tmp_path / "bessel.py").write_text(READS_SCIPY)
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "bessel.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.fspath(Path(codegen.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "import scipy.special" in done.stdout
    assert "dx = 2.0 * scipy.special.i1(x) * dout" in done.stdout


LOOKED_UP = """
import numpy as np
import scipy.interpolate

curve = scipy.interpolate.interp1d(np.arange(4.0), np.arange(4.0) ** 2)


def looked_up(x):
    return curve(x) * x
"""


def test_a_function_that_is_advised_for_an_object_works_as_printed(table, tmp_path, monkeypatch):
    before = module(LOOKED_UP, "own_curve", tmp_path, monkeypatch)
    with pytest.raises(codegen.MissingGateError) as caught:
        codegen.generate(before.looked_up, 1.5)
    definition, row = (line.partition(": ")[2] for line in caught.value.advice.splitlines())
    name = definition.partition("(")[0].removeprefix("def ")
    text = LOOKED_UP.replace("curve(x) * x", f"{name}(x) * x") + f"\n\n{definition}\n"
    after = module(text, "own_curve", tmp_path, monkeypatch)
    exec(row, {"codegen": codegen})
    verdict = judge(Case("pasted", after.looked_up, Call(1.5), None, []))
    assert verdict.outcome == "right", verdict.detail


def test_known_forms_are_few_and_of_one_call():
    def function(x):
        return np.linalg.norm(x, ord=2, axis=(0, 1))

    with pytest.raises(codegen.MissingGateError) as caught:
        codegen.generate(function, GIVEN)
    known = next(line for line in caught.value.advice.splitlines() if line.startswith("Known"))
    forms = known.removeprefix("Known forms: ").rstrip(".").split("; ")
    assert 0 < len(forms) <= 3
    assert all(form.count("(") == form.count("np.") == 1 for form in forms)


def test_a_form_that_is_known_for_other_operands_is_not_advised_again():
    def function(x):
        return np.cov(x)

    with pytest.raises(codegen.MissingGateError) as caught:
        codegen.generate(function, 1.0)
    advice = caught.value.advice
    assert "known for operands of other shapes or types" in advice
    assert "np.cov(x);" not in advice
