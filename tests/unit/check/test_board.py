"""The board that twins ask at each test."""

import pytest

from codegen.check.board import Board
from codegen.errors import EndlessError


def asked(board, role, number, *values):
    """What a twin is answered for some values at one place."""
    board.called(role)
    return [board.hooks[number](value) for value in values]


def test_a_side_is_noted_with_the_line_of_the_function():
    board = Board()
    number = board.place("x > 0", False, 3)
    board.begin({})
    assert asked(board, "function", number, 1.0, 0.0) == [True, False]
    assert board.sides == {("x > 0", True): 3, ("x > 0", False): 3}
    assert board.turned == {("x > 0", False)}


def test_calls_behind_the_first_are_for_slopes_and_note_nothing():
    board = Board()
    number = board.place("x > 0", False, 3)
    board.begin({})
    asked(board, "function", number, True)
    asked(board, "function", number, False)
    assert board.sides == {("x > 0", True): 3}


def test_a_forced_answer_is_given_to_the_function_and_its_module():
    board = Board()
    of_function, of_module = board.place("x > 0", False, 3), board.place("x > 0", True, 0)
    board.begin({"x > 0": True})
    assert asked(board, "function", of_function, False) == [True]
    assert asked(board, "forward", of_module, False) == [False]  # it asks the opposite
    assert board.followed == {"x > 0"}


def test_a_loop_makes_the_trips_that_are_forced():
    board = Board()
    board.begin({"e > 1": 2})
    board.called("function")
    board.enter("e > 1", 4)
    assert [board.loop("e > 1", False, 4) for _ in range(3)] == [True, True, False]
    assert board.sides == {("e > 1", 2): 4}


def test_a_run_that_asks_many_times_as_often_is_ended():
    board = Board()
    number = board.place("x > 0", False, 3)
    board.begin({})
    asked(board, "function", number, True)
    board.settle()
    board.begin({"x > 0": True})
    with pytest.raises(EndlessError):
        asked(board, "function", number, *[True] * (board.most + 1))


def test_the_way_back_may_make_the_trips_the_other_way_round():
    board = Board()
    board.place("x > 0", False, 3, (False,))
    board.place("x > 0", False, 0, (True,), is_back=True)
    board.place("y > 0", False, 5, (False,))
    board.place("y > 0", False, 0, (False,), is_back=True)
    assert [board.direction(text) for text in ("x > 0", "y > 0")] == [-1, 1]
