"""Guards: what is asked once, and the names in their messages."""

import ast

from codegen.trace.guards import close_message, is_guard, open_message, raising, without_repeats

AT = ast.parse("y = x").body[0]


def left(*statements):
    """The statements of a block without guards that ask again."""
    return [ast.unparse(s).split("\n")[0] for s in without_repeats(list(statements), {})]


def test_a_question_is_asked_again_once_something_it_reads_was_written():
    ask = lambda: raising("len(x) != 2", "x had 2 items", AT)  # noqa: E731  # one line reads best
    other, store = ast.parse("z = 1").body[0], ast.parse("x = z").body[0]
    grow = ast.parse("x.append(z)").body[0]
    assert left(ask(), other, ask()) == ["if len(x) != 2:", "z = 1"]
    assert left(ask(), store, ask()) == ["if len(x) != 2:", "x = z", "if len(x) != 2:"]
    assert left(ask(), grow, ask()) == ["if len(x) != 2:", "x.append(z)", "if len(x) != 2:"]


def test_what_is_asked_before_a_branch_is_not_asked_inside():
    branch = ast.parse("if z:\n    y = x").body[0]
    branch.body.insert(0, raising("len(x) != 2", "x had 2 items", AT))
    left(raising("len(x) != 2", "x had 2 items", AT), branch)
    assert [ast.unparse(s) for s in branch.body] == ["y = x"]


def test_a_users_own_raise_is_no_guard():
    assert is_guard(raising("x > 1", "x was small", AT))
    assert not is_guard(ast.parse("if x > 1:\n    raise NotImplementedError('x')").body[0])


def test_a_message_gets_the_names_of_where_the_function_is_called():
    guard = raising("len(self.layers) != 2", "self.layers had 2 items", AT)
    message = open_message(guard)
    for node in ast.walk(guard):
        if isinstance(node, ast.Name) and node.id == "self":
            node.id = "net"
    close_message(message)
    text = guard.body[0].exc.args[0].value
    assert text.startswith("net.layers had 2 items")
