"""Decorated functions: a function whose decorator takes any arguments goes in; one with the parameters
of the original comes out.
"""

from __future__ import annotations

import inspect
import linecache
from types import FunctionType

MARK = "<decorated "
PLAIN = (int, float, str, bool, type(None))


def with_parameters(function: FunctionType) -> FunctionType:
    """Return a function that calls a decorated one by the parameters that are written in its
    definition; others as they are.
    """
    own = list(inspect.signature(function, follow_wrapped=False).parameters)
    written = inspect.signature(function).parameters
    if own == list(written) or not hasattr(function, "__wrapped__"):
        return function
    header: list[str] = []
    passed: list[str] = []
    for name, parameter in written.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            header.append(f"*{name}")
            passed.append(f"*{name}")
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            header.append(f"**{name}")
            passed.append(f"**{name}")
            continue
        late = parameter.kind is parameter.KEYWORD_ONLY
        if late and not any(h.startswith("*") for h in header):
            header.append("*")
        plain = type(parameter.default) in PLAIN
        header.append(f"{name}={parameter.default!r}" if plain else name)
        passed.append(f"{name}={name}" if late else name)
    own_name = function.__name__
    text = f"def {own_name}({', '.join(header)}):\n    return {own_name}({', '.join(passed)})\n"
    path = f"{MARK}{own_name}>"
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    scope = {**function.__globals__}
    exec(compile(text, path, "exec"), scope)  # noqa: S102  # two lines written here
    made = scope[own_name]
    assert isinstance(made, FunctionType)
    return FunctionType(
        made.__code__, {**function.__globals__, own_name: function}, own_name, made.__defaults__
    )
