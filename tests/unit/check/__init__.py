"""Tests of codegen/check."""


def pair_of(source):
    """The two functions of a module's text, forward and backward."""
    space = {"__name__": "mutant"}
    exec(source, space)  # noqa: S102  # the module is the test's own
    found = [value for name, value in space.items() if name.endswith("_forward")]
    return found[-1], space[found[-1].__name__.replace("_forward", "_backward")]
