"""What a pass has made, as text that can be read."""

import re

import numpy as np
import pytest

import codegen
from codegen.cli.arguments import PASSES, parse
from codegen.cli.show import Looks, looking, shown
from codegen.progress import looked_at


def looks(function, *args):
    """What each pass makes of a function, as text."""
    found = {}
    with looked_at(lambda name, made: found.setdefault(name, shown(made))):
        codegen.generate(function, *args)
    return found


def sided(x, n):
    total = 0.0
    for _ in range(n):
        if n > 1:
            total += np.sum(x * x)
        else:
            total = total + 1.0
    return total


def test_every_pass_says_what_it_has_made():
    assert tuple(looks(sided, np.ones((2, 3)), 2)) == PASSES


def test_the_run_tells_dtypes_sizes_and_the_sides_that_were_seen():
    text = looks(sided, np.ones((2, 3)), 2)["observe"]
    assert "sided(x, n):" in text
    assert re.search(r"if n > 1: +# seen: True, False$", text, re.MULTILINE)
    assert "# float64" in text


def test_the_circuit_tells_gates_with_their_gradients():
    text = looks(sided, np.ones((2, 3)), 2)["circuit"]
    assert "sided(x, n), gradients of x:" in text
    assert "# x * y: dx = y * dout, dy = x * dout" in text
    assert "    for _ in range(n):" in text
    assert "        # carried: total, x" in text
    assert text.count("return total") == 1


def test_the_plan_is_the_backward_pass():
    found = looks(sided, np.ones((2, 3)), 2)
    assert "# backprop total += np.sum(x * x)" in found["plan"]
    assert found["emit"].startswith("import numpy as np")
    assert found["check"].startswith("gradient check of sided: right")


@pytest.mark.parametrize(("word", "name"), [("lower", "circuit"), ("handover", "plan")])
def test_a_pass_is_known_by_its_own_name_and_by_what_it_makes(word, name):
    assert parse(["m.f", "--show", word]).show == parse(["m.f", "--show", name]).show == name


def half(z):
    t = np.exp(z)
    return t / (1 + t)


def halved(x):
    rows = []
    try:
        rows.append(half(x))
    except ValueError:
        rows.append(x)
    return rows[0]


def looked(name, function, *args):
    found = Looks()
    with looking(name, found):
        codegen.generate(function, *args)
    return str(found)


def test_helpers_are_shown_under_their_names():
    assert looked("remember", halved, 0.5).startswith("half(z):\n    cache: t, out\n\n\nhalved(x):")
    assert "half(z), gradients of z:\n    t = np.exp(z)" in looked("circuit", halved, 0.5)
    assert looked("remember", half, 0.5) == "cache: t, out"


def test_no_part_of_a_statement_is_left_out():
    assert "    except ValueError:\n        rows.append(x)" in looked("observe", halved, 0.5)
    circuit = looked("circuit", halved, 0.5)
    assert "        rows.append(half(x))          # append; call of half" in circuit
    assert "    except ValueError as error:\n" in circuit
