"""Calls in the spellings people use: the files of `spellings` go in, each line is judged at the traced size and at three others.

A line is an expression, or statements and an expression with ` ; ` between them. A line of `refused.txt` ends in `  # ` and a part of
the message with which it must be refused. The names that a line reads are arguments; `operands` says
what each of them is. Sizes are (n, m, k) and b of a stack; among the other sizes are lengths of one and turned proportions.
One line in five is judged by default, all of them with `-m 'long or not long'`.
"""

import ast
import copy
import inspect
import pathlib
import re
import types

import numpy as np
import pytest

from tests.cases import Call, Case
from tests.cases.judge import judge, problem
from tests.test_expressions import loaded

SIZES = [(3, 4, 2, 2), (5, 2, 3, 3), (1, 3, 1, 1), (4, 1, 2, 2)]
FOLDER = pathlib.Path(__file__).parent / "spellings"
HEADER = """
import functools
import math
import operator

import numpy as np
import scipy
import scipy.special


def forward({}):
"""


def operands(n, m, k, b):
    """Return a value for each name."""
    rng = np.random.default_rng([n, m, k, b])
    r, u = rng.standard_normal, rng.uniform
    square, squares = r((n, n)), r((b, n, n))
    found = {
        # matrices, their positive kin, vectors
        "x": r((n, m)),
        "y": r((n, m)),
        "p": u(0.4, 0.9, (n, m)),
        "p2": u(0.4, 0.9, (n, m)),
        "v": r(m),
        "w": r(m),
        "pv": u(0.4, 0.9, m),
        "h": r(n),
        "g": r(k),
        "mk": r((m, k)),
        "km": r((k, m)),
        "nk": r((n, k)),
        "nn": square + 3 * np.eye(n),
        "nn2": r((n, n)) + 3 * np.eye(n),
        "spd": square @ square.T + n * np.eye(n),
        # stacks
        "z": r((b, n, m)),
        "z2": r((b, n, m)),
        "t": r((b, m, k)),
        "bn": r((b, n)),
        "bnk": r((b, n, k)),
        "bnn": squares + 3 * np.eye(n),
        "bspd": squares @ np.swapaxes(squares, -1, -2) + n * np.eye(n),
        "one_nm": r((1, n, m)),
        "b1mk": r((b, 1, m, k)),
        "q4": r((b, k, n, m)),
        "q4b": r((b, k, m, n)),
        # lengths of one, two and three; even lengths
        "c": r((n, 1)),
        "rw": r((1, m)),
        "three": r(3),
        "three2": r(3),
        "n3": r((n, 3)),
        "n3b": r((n, 3)),
        "two": r(2),
        "even": r((2 * n, 4)),
        "ev": r(2 * m),
        # numbers and lists
        "a": float(r()),
        "bb": abs(float(r())) + 0.3,
        "pa": float(u(0.4, 0.9)),
        "pa2": float(u(0.4, 0.9)),
        "d0": np.array(float(r())),
        "pd0": np.array(u(0.4, 0.9)),
        "fa": np.float64(r()),
        "xs": r(n + 1).tolist(),
        "ts": tuple(r(3).tolist()),
        "rows": [r(m) for _ in range(n)],
        "arrs": [r(m), r(m)],
    }
    passive = {
        "i": rng.integers(0, n, k + 2),
        "ii": rng.integers(0, m, (n, 2)),
        "lab": rng.integers(0, m, n),
        "mask": r((n, m)) > 0,
        "mrow": r(n) > 0,
        "mcol": r(m) > 0,
        "ni": n,
        "mi": m,
        "ki": k,
        "ax": 0,
        "ax1": 1,
        "axm": -1,
        "axt": (0, 1),
        "off": np.array([0.0, 1.0, 2.0]),
        "yes": True,
    }
    return found, passive


VALUES = [operands(*sizes) for sizes in SIZES]
LINES = {
    f"{file.stem}: {line}".partition("  # ")[0]: line.partition("  # ")[::2]
    for file in sorted(FOLDER.glob("*.txt"))
    for line in file.read_text().splitlines()
}


def names_of(lines):
    """Return the arguments that lines read, in order."""
    tree = ast.parse("\n".join(lines))
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
    bound = {n.id for n in found if isinstance(n.ctx, ast.Store)}
    known = VALUES[0][0].keys() | VALUES[0][1].keys()
    return [n for n in dict.fromkeys(n.id for n in found) if n in known - bound]


def runs(function, arguments):
    """Return whether a function takes arguments of these sizes."""
    try:
        function(*copy.deepcopy(arguments))
    except (ValueError, IndexError, TypeError):
        return False
    return True


OLD = np.lib.NumpyVersion(np.__version__) < "2.1.0"
OF_OLD = {
    "np.cov(x, rowvar=False)": "dx is wrong by nan",
    "np.float32(a) * 2": "da is float32, not float64",
}
"""What the judge finds where NumPy 1.26 itself gives another value: it takes a single row for a column, and makes float64
of a float32 and an int.
"""


def parameters(function):
    """Return the names of a function's parameters; none where it does not tell them."""
    try:
        return set(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return set()


def lacks(text):
    """Return what a spelling asks of NumPy that the installed one, which may be older, has not."""
    for part in ast.walk(ast.parse(text.replace(" ; ", "\n"))):
        if isinstance(part, ast.Attribute) and re.fullmatch(r"np(\.\w+)+", ast.unparse(part)):
            owner = np
            for name in ast.unparse(part).split(".")[1:]:
                if isinstance(owner, types.ModuleType) and not hasattr(owner, name):
                    return f"np.{name}"
                owner = getattr(owner, name, None)
        elif (
            isinstance(part, ast.Attribute) and part.attr == "mT" and not hasattr(np.ndarray, "mT")
        ):
            return "mT"
        elif isinstance(part, ast.Call) and re.fullmatch(r"np\.\w+", ast.unparse(part.func)):
            known = parameters(getattr(np, part.func.attr, None))
            for keyword in part.keywords if known else ():
                if keyword.arg not in known and "kwargs" not in known:
                    return f"{ast.unparse(part.func)}({keyword.arg}=)"
    return ""


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "label",
    [
        pytest.param(label, marks=[pytest.mark.long] if number % 5 else [])
        for number, label in enumerate(LINES)
    ],
)
def test_spelling_is_right(label, tmp_path):
    text, refused = LINES[label]
    if lacks(text):
        pytest.skip(f"this NumPy has no {lacks(text)}")
    lines = text.split(" ; ")
    names = names_of(lines)
    body = "".join(f"    {line}\n" for line in [*lines[:-1], f"return {lines[-1]}"])
    function = loaded(HEADER.format(", ".join(names)) + body, tmp_path, abs(hash(label)) % 10**8)
    example, *others = [[{**a, **b}[n] for n in names] for a, b in VALUES]
    wanted = tuple(n for n in names if n in VALUES[0][0])
    others = [Call(*o) for o in others if runs(function, o)]
    case = Case(label, function, Call(*example), wanted, others, refused=refused)
    wrong = problem(case, judge(case))
    known = OF_OLD.get(text, "") if OLD else ""
    assert known in wrong if known else not wrong, wrong
