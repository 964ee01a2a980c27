"""Where example inputs come from, and in which order."""

import enum
import shlex
import tomllib
import types

import numpy as np
import pytest

import codegen
from codegen.errors import MissingExampleError, UsageError
from codegen.inputs import example_inputs, has_example
from codegen.inputs.example import example
from codegen.inputs.literal import parse


def plain(x, y):
    return x * y


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-2", -2),
        ("+0.5", 0.5),
        ("[1.0, -2]", [1.0, -2]),
        ("{'W': (1, 2.0)}", {"W": (1, 2.0)}),
        ("'train'", "train"),
        ("None", None),
        ("1 / 4", 0.25),
        ("float(3)", 3.0),
        ("np.pi", np.pi),
        ("-inf", -np.inf),
    ],
)
def test_literals_mean_themselves(text, value):
    found = parse(text, "x")
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "shape", "dtype"),
    [
        ("randn(5, 10)", (5, 10), "float64"),
        ("randn((5, 10))", (5, 10), "float64"),
        ("np.random.randn(4)", (4,), "float64"),
        ("rand(2, 3, dtype=float32)", (2, 3), "float32"),
        ("5 * randn(4, 5) + 12", (4, 5), "float64"),
        ("randn(4, 5) < 0.5", (4, 5), "bool"),
        ("randint(0, 3, (4,))", (4,), "int64"),
        ("arange(4, dtype='float32')", (4,), "float32"),
        ("np.arange(6.0).reshape(2, 3)", (2, 3), "float64"),
        ("ones((2, 3))", (2, 3), "float64"),
        ("zeros(3, dtype=int32)", (3,), "int32"),
        ("np.array([[1, 2]])", (1, 2), "int64"),
    ],
)
def test_constructors_make_arrays(text, shape, dtype):
    found = parse(text, "x")
    assert found.shape == shape
    assert found.dtype == dtype


def test_random_values_depend_on_the_name_of_the_argument_alone():
    assert np.array_equal(parse("randn(3)", "x"), parse("randn(3)", "x"))
    assert not np.array_equal(parse("randn(3)", "x"), parse("randn(3)", "y"))
    first, second = parse("[randn(3), randn(3)]", "x")
    assert not np.array_equal(first, second)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "open('file')",
        "(lambda: 1)()",
        "[k for k in (1, 2)]",
        "9 ** 9 ** 9",
        "x.__class__",
        "np.load('file')",
        "randn(*[2])",
        "randn(2.5)",
        "randn(3",
        "",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(UsageError, match="x"):
        parse(text, "x")


def test_a_generator_of_random_numbers_is_an_input():
    first, second = parse("np.random.default_rng(3)", "rng"), parse("default_rng(3)", "rng")
    assert first.random() == second.random() == np.random.default_rng(3).random()


def test_a_bare_word_is_refused_with_the_quotes_to_write():
    with pytest.raises(UsageError, match="--input \"mode='train'\""):
        parse("train", "mode")


def test_arrays_come_from_files(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(2))
    np.savez(tmp_path / "b.npz", W=np.ones(3), b=np.zeros(4))
    assert np.array_equal(parse("@a.npy", "x", tmp_path), np.eye(2))
    assert np.array_equal(parse(f"@{tmp_path}/b.npz:W", "x"), np.ones(3))
    with pytest.raises(UsageError, match="W, b"):
        parse("@b.npz:nothing", "x", tmp_path)
    with pytest.raises(UsageError, match="W, b"):
        parse("@b.npz", "x", tmp_path)
    with pytest.raises(UsageError, match="missing.npy"):
        parse("@missing.npy", "x", tmp_path)


def test_pickled_objects_are_not_loaded(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(UsageError, match="a.npy"):
        parse("@a.npy", "x", tmp_path)


@pytest.mark.parametrize("content", [b"1.0 2.0\n", b"", b"\x80\x04K\x01."])
def test_files_that_numpy_has_not_saved_are_told_as_such(tmp_path, content):
    (tmp_path / "t.npy").write_bytes(content)
    with pytest.raises(UsageError, match="no array that NumPy has saved") as refused:
        parse("@t.npy", "x", tmp_path)
    assert "pickle" not in str(refused.value)


@example(x=1.0, y=2.0)
def told_in_every_way(x: float, y: float = 5.0, z: float = 6.0, *, flag=True):
    """
    >>> told_in_every_way(3.0, 4.0, 4.5)
    """
    return x * y


def test_the_first_way_that_answers_counts_for_each_argument():
    found = example_inputs(told_in_every_way, {"x": 0.5}, {"x": "7.0", "y": "8.0"})
    assert found.args == (0.5, 2.0, 4.5)
    assert found.kwargs == {"flag": True}


def test_settings_go_before_doctests():
    def f(x, y, z=6.0):
        """
        >>> f(3.0, 4.0)
        """
        return x * y

    assert example_inputs(f, {}, {"x": "7.0"}).args == (7.0, 4.0, 6.0)


def test_every_form_of_mark_is_understood():
    def f(x, y=2.0):
        return x * y

    for mark, args in [
        (((1.0,), {"y": 3.0}), (1.0, 3.0)),
        ((1.0, 4.0), (1.0, 4.0)),
        ({"x": 5.0}, (5.0, 2.0)),
        (lambda: (6.0, 7.0), (6.0, 7.0)),
        (lambda: {"x": 8.0}, (8.0, 2.0)),
        (lambda: 9.0, (9.0, 2.0)),
    ]:
        f.__codegen_example__ = mark
        assert has_example(f)
        assert example_inputs(f).args == args
    f.__codegen_example__ = 3
    with pytest.raises(UsageError, match="example of f"):
        example_inputs(f)


def test_an_example_may_be_written_as_on_the_command_line():
    def f(x, mode):
        return x

    f.__codegen_example__ = {"x": "0.1 * randn(5, 4)", "mode": "train"}
    x, mode = example_inputs(f).args
    assert x.shape == (5, 4)
    assert mode == "train"


def test_a_module_may_hold_the_examples_of_its_functions():
    module = types.ModuleType("shelf")
    text = "__codegen_example__ = {'f': {'x': 1.0}}\ndef f(x): return x\ndef g(x): return x"
    exec(text, vars(module))  # noqa: S102  # a module of its own
    assert example_inputs(module.f).args == (1.0,)
    assert not has_example(module.g)


def test_the_maker_of_an_example_runs_only_when_needed():
    @example(lambda: 1 / 0)
    def f(x):
        return x

    assert example_inputs(f, {"x": 1.0}).args == (1.0,)
    with pytest.raises(UsageError, match="ZeroDivisionError"):
        example_inputs(f)


def test_doctests_may_use_names_assigned_before_and_nothing_is_run():
    def f(x, w, mode="train"):
        """
        >>> import os
        >>> x, w = np.ones((2, 3)), np.array([1.0, 2.0, 3.0])
        >>> secret = os.system("true")
        >>> f(x, secret)
        >>> print(f(x, w=w, mode="test")[0])
        """
        return x * w

    x, w, mode = example_inputs(f).args
    assert x.shape == (2, 3)
    assert w.tolist() == [1, 2, 3]
    assert mode == "test"


@pytest.mark.parametrize(
    ("lines", "shape"),
    [
        (["rng = np.random.default_rng(0)", "f(rng.normal(size=(2, 3)))"], (2, 3)),
        (["f(np.random.RandomState(3).uniform(0, 1, 5))"], (5,)),
        (["f(np.random.normal(0.0, 2.0, size=4))"], (4,)),
        (["t = np.linspace(0, 1, 7)", "f(np.exp(-t)[1:5])"], (4,)),
        (["a, b = np.ones(3), np.zeros(3)", "f(np.stack([a, np.sin(b)]))"], (2, 3)),
        (["f(np.concatenate((np.ones(2), np.tile(0.5, 3)))[::-1])"], (5,)),
    ],
)
def test_doctests_draw_and_compute_their_arrays(lines, shape):
    def f(x):
        return x

    f.__doc__ = "\n".join(f">>> {line}" for line in lines)
    (first,), (second,) = example_inputs(f).args, example_inputs(f).args
    assert first.shape == shape
    assert np.array_equal(first, second)


def test_an_unreadable_doctest_is_named():
    def f(x):
        """
        >>> f(make())
        """
        return x

    with pytest.raises(MissingExampleError, match=r"make\(\) as the value of x"):
        example_inputs(f)


def test_whole_numbers_count_as_floats_when_there_is_no_float():
    found = example_inputs(plain, {"x": -2, "y": [1, 2]})
    assert found.args == (-2.0, [1.0, 2.0])
    assert all(type(v) is float for v in (found.args[0], *found.args[1]))
    assert "x, y" in found.notes[0]


def test_whole_numbers_stay_beside_an_object_that_holds_floats():
    shelf, k = example_inputs(Shelf.apart, {"self": Shelf(2), "x": [1, 2]}).args
    assert (type(shelf), k) == (Shelf, [1, 2])
    assert type(k[0]) is int


def test_whole_numbers_stay_beside_a_float():
    found = example_inputs(plain, {"x": 2.5, "y": 3})
    assert type(found.args[1]) is int
    assert found.notes == ()
    found = example_inputs(plain, {"x": 2.5, "y": 3}, wrt=["y"])
    assert type(found.args[1]) is float


def test_whole_numbers_stay_in_defaults_and_where_annotated():
    def f(x, k: int, n=3, eps=1e-5):
        return x

    found = example_inputs(f, {"x": 2, "k": 4})
    assert [type(v) for v in found.args] == [float, int, int, float]


def test_whole_numbers_are_floats_where_annotated():
    def f(density: float, speed: "float", n, size: int = 3, factor: float = 2):
        return density * speed

    found = example_inputs(f, {"density": 900, "speed": 2.5, "n": 4})
    assert [type(v) for v in found.args] == [float, float, int, int, int]
    assert found.notes == (
        "density: whole numbers count as floats here; write density as a float to say so",
    )


def test_sizes_in_annotations_are_distinct_primes():
    def f(x, w, y, s):
        return x

    f.__annotations__ = {
        "x": 'Float[np.ndarray, "N D"]',
        "w": 'Float32[np.ndarray, "D M"]',
        "y": 'Int[np.ndarray, "N"]',
        "s": float,
    }

    found = example_inputs(f)
    x, w, y, s = found.args
    assert x.shape == (3, 5)
    assert w.shape == (5, 7)
    assert w.dtype == np.float32
    assert y.shape == (3,)
    assert y.dtype.kind == "i"
    assert set(y) <= {0, 1, 2}
    assert type(s) is float
    assert np.array_equal(x, example_inputs(f).args[0])
    assert "N = 3, D = 5, M = 7" in found.notes[0]


def test_annotations_take_sizes_from_known_arguments():
    def f(x, w):
        return x

    f.__annotations__ = {"x": 'Float[np.ndarray, "N D"]', "w": 'Float[np.ndarray, "D D-1 2"]'}

    _, w = example_inputs(f, {"x": np.ones((4, 6))}).args
    assert w.shape == (6, 5, 2)


def test_annotations_may_be_objects():
    kind = type("Float[ndarray, 'N']", (), {"dim_str": "N"})

    def f(x: kind, y: np.ndarray = 1.0):
        return x

    assert example_inputs(f).args[0].shape == (3,)


def test_arrays_without_sizes_do_not_answer():
    def f(x: np.ndarray):
        return x

    with pytest.raises(MissingExampleError):
        example_inputs(f)


def test_the_error_lists_every_way():
    with pytest.raises(MissingExampleError) as caught:
        example_inputs(plain, {"x": 1.0})
    text = str(caught.value)
    assert "plain has no example for y" in text
    ways = [
        "--input",
        "codegen.generate",
        "@codegen.example",
        "__codegen_example__",
        "[tool.codegen]",
    ]
    for way in [*ways, ">>> plain(x=1.5, y=1.5)", "def plain(x, y=1.5)", "Float[np.ndarray"]:
        assert way in text


def test_every_kind_of_parameter_gets_its_values():
    def f(a, /, b, *rest, c, **more):
        return a

    found = example_inputs(f, {"a": 1.0, "b": 2.0, "rest": [3.0, 4.0], "c": 5.0, "d": 6.0})
    assert found.args == (1.0, 2.0, 3.0, 4.0)
    assert found.kwargs == {"c": 5.0, "d": 6.0}
    assert example_inputs(f, {"a": 1.0, "b": 2.0, "c": 5.0}, {"d": "6.0"}).kwargs == found.kwargs
    found = example_inputs(f, {"a": 1.0, "b": 2.0, "c": 5.0})
    assert found.args == (1.0, 2.0)
    assert found.kwargs == {"c": 5.0}


def test_unknown_names_are_refused():
    with pytest.raises(UsageError, match=r"plain has no argument z[\s\S]*x, y"):
        example_inputs(plain, {"z": 1.0})
    with pytest.raises(UsageError, match="inputs: plain has no argument z"):
        example_inputs(plain, {}, {"z": "1.0"})


def test_an_example_that_does_not_fit_is_refused():
    def f(x):
        return x

    f.__codegen_example__ = (1.0, 2.0)
    with pytest.raises(UsageError, match="does not fit"):
        example_inputs(f)


class Side(enum.Enum):
    CALL = 1
    PUT = 2


def test_members_of_an_enum_are_read_by_their_name():
    assert parse("Side.PUT", "side", known={"Side": Side}) is Side.PUT
    with pytest.raises(UsageError, match="The members of Side: CALL, PUT"):
        parse("Side.PUTS", "side", known={"Side": Side})


def test_every_way_works_as_it_is_printed():
    def product(x, y):
        return x * y

    product.__qualname__ = "product"
    with pytest.raises(MissingExampleError) as caught:
        example_inputs(product)
    lines = str(caught.value).splitlines()
    names = {"codegen": codegen, "np": np, "product": product}
    way = {line.split(": ", 1)[0].strip(): line.split(": ", 1)[1] for line in lines if ": " in line}
    assert eval(way["from Python"], names).wrt == ("x", "y")
    exec(way["below it, without an import"], names)
    assert has_example(product)
    (entry,) = tomllib.loads(way["in pyproject.toml, under [tool.codegen]"])["targets"]
    assert entry["target"] == f"{__name__}.product"
    words = shlex.split(way["on the command line"].partition(" (also")[0])[1::2]
    values = {n: parse(v, n) for n, v in (word.split("=", 1) for word in words)}
    assert {n: np.shape(v) for n, v in values.items()} == {"x": (5, 10), "y": (5, 10)}


class Shelf:
    """What a doctest makes an object of.

    >>> text = "of another class"
    >>> text.twice(1.0)
    >>> Shelf(4).twice(3.0)
    """

    def __init__(self, n):
        self.w = np.ones(n)

    def forward(self, x):
        """
        >>> shelf = Shelf(3)
        >>> shelf.forward(np.ones(3))
        """
        return self.w * x

    def apart(self, x):
        return self.w * x

    def twice(self, x):
        return 2 * self.w * x

    def __call__(self, x):
        """
        >>> shelf, other = Shelf(2), np.ones(2)
        >>> other(3.0)
        >>> shelf(1.5)
        """
        return self.w * x

    @staticmethod
    def alone(x):
        """
        >>> Shelf(3).alone(2.0)
        """
        return 2.0 * x


def test_the_doctest_of_a_method_gives_its_object_too():
    shelf, x = example_inputs(Shelf.forward).args
    assert isinstance(shelf, Shelf)
    assert x.shape == (3,)
    assert example_inputs(Shelf.alone).args == (2.0,)
    shelf, x = example_inputs(Shelf.__call__).args
    assert (shelf.w.shape, x) == ((2,), 1.5)


def test_the_docstring_of_its_class_shows_the_call_of_a_method():
    shelf, x = example_inputs(Shelf.twice).args
    assert (shelf.w.shape, x) == ((4,), 3.0)
    assert not has_example(Shelf.apart)


def test_a_method_without_an_example_is_told_how_its_object_is_given():
    with pytest.raises(MissingExampleError, match="no example for self, x") as caught:
        example_inputs(Shelf.apart)
    assert '--input "self=Shelf(...)" --input "x=randn(5, 10)"' in str(caught.value)
    assert "codegen.generate(Shelf(...).apart, x=np.ones((5, 10)))" in str(caught.value)
    with pytest.raises(UsageError, match=r"Did you mean Shelf\(\.\.\.\)\?"):
        parse("Shelv(3)", "self", known={"Shelf": Shelf})


class Drawn:
    def __init__(self, n):
        self.w = np.random.randn(n)


def test_objects_draw_the_same_numbers_each_time():
    np.random.seed(5)
    one, two = parse("[Drawn(3), Drawn(3)]", "self", known={"Drawn": Drawn})
    after = np.random.rand()
    again, _ = parse("[Drawn(3), Drawn(3)]", "self", known={"Drawn": Drawn})
    assert np.array_equal(one.w, again.w) and not np.array_equal(one.w, two.w)
    np.random.seed(5)
    assert np.random.rand() == after
