"""Statements as places of a file."""

import ast

import pytest

from codegen.judge.places import entry_of, head_of, narrowed, place_of, reads_cache
from tests.unit.judge import derivatives
from tests.unit.judge.derivatives import W, X, bent_forward
from tests.unit.judge.wrong import search


@pytest.fixture(scope="module")
def found():
    return search(bent_forward, derivatives.of_wrong_sign, X, W)


def test_a_suspect_is_shown_with_the_first_entry_that_differs(found):
    suspect = found.suspects.of(found.ran)[0]
    place = place_of(found.code, found.code.statements[1], suspect)
    assert place.text[place.column :][: place.width] == "ds"
    assert place.variable == "ds[0]"
    assert float(place.found) == -float(place.expected)


def test_without_a_suspect_the_place_is_what_the_statement_sets(found):
    place = place_of(found.code, found.code.statements[2], None)
    assert (place.text.strip(), place.variable, place.expected) == ("dx = ds * w", "dx", "")


def test_the_head_of_a_derivative_and_where_it_reads_the_cache(found):
    head, cache = head_of(found.code), reads_cache(found.wrong, found.code)
    assert head is not None
    assert cache is not None
    assert head.text[head.column :].startswith("of_wrong_sign(dout, cache)")
    assert (cache.line, cache.text.strip()) == (head.line + 1, "x, w, s = cache")
    assert head_of(None) is None
    assert reads_cache(found.wrong, None) is None


def test_of_several_results_the_first_wrong_one_is_shown():
    found = search(bent_forward, derivatives.wrong_in_the_last_line, X, W)
    place = narrowed(found.wrong, found.code, found.code.statements[-1])
    assert place.text.strip() == "return dx, dw"
    assert place.text[place.column :][: place.width] == "dw"


@pytest.mark.parametrize(
    ("text", "index", "entry"),
    [
        ("np.array([[a, b], [c, d]])", [1, 0], "c"),
        ("[a, b]", [1], "b"),
        ("np.array([a, f(b)])", [1, 3], "f(b)"),
        ("np.array(rows)", [1], "np.array(rows)"),
    ],
)
def test_an_array_that_is_written_out_is_narrowed_to_its_entry(text, index, entry):
    assert ast.unparse(entry_of(ast.parse(text, mode="eval").body, index)) == entry
