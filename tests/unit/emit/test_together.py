"""Several modules as one: imports and helpers once, one meaning for each name."""

import pytest

from codegen.emit.together import together
from codegen.errors import UsageError

ONE = "import numpy as np\n\nEPS = 1e-5\n\n\ndef soft(x):\n    return np.tanh(x)\n\n\ndef f(x):\n    return soft(x)\n"
TWO = "import math\nimport numpy as np\n\nTOP = 3\n\n\ndef soft(x):\n    return np.tanh(x)\n\n\ndef g(x):\n    return soft(x)\n"


def test_one_module_stays_as_it_is():
    assert together([ONE]) == ONE


def test_imports_and_helpers_stand_there_once():
    assert together([ONE, TWO]) == (
        "import math\n\nimport numpy as np\n\nEPS = 1e-5\nTOP = 3\n\n\ndef soft(x):\n    return np.tanh(x)\n\n\n"
        "def f(x):\n    return soft(x)\n\n\ndef g(x):\n    return soft(x)\n"
    )


def test_a_comment_goes_with_what_stands_below_it():
    text = together(
        ["import math\n\n\n# why\ndef f(x):\n    return x\n", ONE.replace("def f", "def h")]
    )
    assert "# why\ndef f(x):" in text


@pytest.mark.parametrize(
    ("other", "name"),
    [
        (TWO.replace("np.tanh(x)", "np.sin(x)"), "soft"),
        ("EPS = 2\n", "EPS"),
        ("import autograd.numpy as np\n", "np"),
    ],
)
def test_a_name_with_two_meanings_is_refused(other, name):
    with pytest.raises(UsageError, match=f"{name} would be defined twice"):
        together([ONE, other])
