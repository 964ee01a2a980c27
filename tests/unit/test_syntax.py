"""Printing: the same text under every Python, which reads as the tree it came from."""

import ast

import pytest

from codegen import syntax

EXPRESSIONS = [
    "x**2",
    "x.y**0.5",
    "(a + b) ** 2",
    "(a**b) ** c",
    "a ** b**c",
    "-x**2",
    "(-x) ** 2",
    "x ** (-1)",
    "a - (b - c)",
    "a - b - c + d * e / f",
    "(a + b) * c @ d",
    "a * (b * c)",
    "a and b and not c",
    "(a or b) and c",
    "(a and b) and c",
    "not (a < b) < c",
    "a < b <= c is not None",
    "(lambda x, *y, z=1, **w: x)(1)",
    "lambda: (yield)",
    "(a if b else c) if d else e if f else g",
    "x[1:n]",
    "x[i - 1 : i + 1, ::2]",
    "x[-1:, None, ..., a:b:c]",
    "x[a + 1 :: b + 1]",
    "x[()]",
    "x[a,]",
    "x[*a, 1]",
    "f(*args, k=1, **kw)",
    "sum(x for x in y if x if z)",
    "sorted((x for x in y), key=f)",
    "{**a, 'b': c}".replace("'", '"'),
    "{*a, b}",
    "{k: v for k, v in x.items()}",
    "[(y := f(x)), y]",
    "(1).real".replace("(1)", "1 "),
    "1e309",
    "2j",
    "...",
    "(1,)",
    "()",
    "b'a'",
    '"plain"',
    "'say \"so\"'",
    'f"{x}"',
    "f\"{x['k']:>{w}} {y!r} {{}}\"",
    "f'\"{x}\"'",
    'f"{ {1: 2}[x] }"'.replace(" }", "}"),
    'f"line\\n{x}"',
    'f"""{x[\'k\']}"and\'"""',
]
STATEMENTS = [
    "a, b = c = (d, e)",
    "x[i] += 1",
    "x: int = 3",
    "(x): int",
    "return (a, b)",
    "assert x > 0, y",
    "raise E from e",
    "del a, b[0]",
    "from .a import b as c, d",
    "global a, b",
    "if a:\n    pass\nelif b:\n    pass\nelse:\n    x = 1\n    if c:\n        break",
    "for i, j in enumerate(x):\n    continue\nelse:\n    y = 1",
    "while x:\n    x -= 1",
    "with a as b, c:\n    pass",
    "try:\n    a\nexcept (E, F) as e:\n    raise\nelse:\n    b\nfinally:\n    c",
    "match x:\n    case [a, *_] if a > 0:\n        y = a\n    case _:\n        y = 0",
    '@d(1)\ndef f(a, /, b: int=2, *, c=3) -> None:\n    """Say "so".\n\n    More."""\n    return a',
    "class A(B, m=C):\n    x = 1\n\n    def f(self):\n        pass",
    "async def f():\n    async with a:\n        await b\n    async for x in y:\n        yield x",
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_is_printed_as_it_was_written(text: str) -> None:
    assert syntax.show(syntax.parse(text)) == text


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_statement_is_printed_as_it_was_written(text: str) -> None:
    assert syntax.show(ast.parse(text).body[0]) == text


def test_a_number_keeps_the_spelling_of_its_file() -> None:
    text = "y = x * 1e-8 + 1_000 + 0x10"
    tree = ast.parse(text)
    syntax.keep_spelling(tree, (text,))
    assert syntax.show(tree) == text


def test_a_string_with_a_line_end_inside_an_f_string_reads_back() -> None:
    tree = syntax.parse('f"a\\n\\t\\\\{x}\\x00"')
    assert syntax.same(syntax.parse(syntax.show(tree)), tree)


def test_a_sum_of_ten_thousand_terms_is_printed() -> None:
    tree: ast.expr = syntax.name("x")
    for _ in range(10_000):
        tree = ast.BinOp(tree, ast.Add(), syntax.name("x"))
    assert syntax.show(tree) == " + ".join(["x"] * 10_001)


def test_what_a_comprehension_goes_over_first_is_read_outside():
    names = [n.id for n in syntax.free_names(syntax.parse("[x * y for x in x for y in (x, z)]"))]
    assert names == ["x", "z"]
