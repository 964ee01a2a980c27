"""What is written is in the language of what is read: a backward function can be given to the tool again."""

import importlib
import importlib.util

import numpy as np
import pytest

import codegen
from codegen.inputs import example_inputs

FUNCTIONS = (
    "dynamics.newton_sqrt",
    "layers.affine",
    "layers.dropout",
    "losses.softmax_loss",
    "losses.svm_loss",
    "modes.dropout_modes",
    "naive.softmax_loss_naive",
    "naive.svm_loss_naive",
    "normalization.batchnorm_compact",
    "notes.staged",
    "recurrent.rnn_step",
    "recurrent.word_embedding",
    "style.total_variation_loss",
)


def like(value):
    """An upstream gradient of the structure of an output."""
    if isinstance(value, tuple):
        return tuple(map(like, value))
    return np.random.default_rng(0).standard_normal(np.shape(value))[()]


def found(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_backward_function_has_a_backward_function(name, tmp_path):
    folder, _, own = name.partition(".")
    function = getattr(importlib.import_module(f"examples.{folder}"), own)
    module = codegen.generate(function)
    inputs = example_inputs(function, wrt=())
    out, cache = module.forward(*inputs.args, **inputs.kwargs)

    path = tmp_path / f"{own}_once.py"
    module.write(path)
    backward = getattr(found(path), f"{own}_backward")
    report = codegen.generate(backward, like(out), cache).check()
    assert report.ok
    assert not report.unjudged
