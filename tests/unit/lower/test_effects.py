"""What an expression does besides computing happens once, in the forward pass, or is refused."""

import numpy as np
import pytest

import codegen
from codegen.ir import stages_of
from tests.unit.passes import circuit

X = np.array([0.5, 1.0])


def dropped(x):
    return x * (np.random.rand(*x.shape) > 0.5)


def noisy(x):
    return x * np.random.randn(*x.shape)


def drawn_once(x):
    mask = np.random.rand(*x.shape) > 0.5
    return x * mask


def texts(function):
    """The texts of the stages."""
    return [s.text or ast_line(s) for s in stages_of(circuit(function, X).block)]


def ast_line(stage):
    """The user's own line."""
    import ast

    return ast.unparse(stage.statement)


def test_a_draw_inside_an_expression_gets_a_name_in_front_of_it():
    assert texts(dropped)[0] == "mask = np.random.rand(*x.shape) > 0.5"
    assert texts(noisy)[0] == "noise = np.random.randn(*x.shape)"


def test_a_draw_that_has_a_name_keeps_it():
    assert texts(drawn_once)[0] == "mask = np.random.rand(*x.shape) > 0.5"


def from_text(x):
    return float(f"{x[0]:.3f}") * x


def test_a_number_that_is_made_of_text_again_has_lost_its_gradient():
    with pytest.raises(codegen.UnsupportedError):
        codegen.generate(from_text, X)


def told(x):
    print(f"{x[0]:.3f}", end="")
    return x * 2.0


def test_text_may_be_printed(capsys):
    codegen.generate(told, X)
    assert "0.500" in capsys.readouterr().out
