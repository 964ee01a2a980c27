"""The notebook magic: a cell with a function goes in; its backward pass and its circuit are shown, its functions are defined."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from codegen.errors import MissingExampleError, UsageError

Generate = Callable[..., Any]


def register(ipython: Any, generate: Generate) -> None:
    """Add the cell magic `%%backprop` to a running IPython.

    Parameters
    ----------
    ipython : InteractiveShell
    generate : function
        Makes a module of a function and its example inputs.
    """

    def backprop(line: str, cell: str) -> Any:
        """Run the cell, then show the backward pass of its last function: `%%backprop x=3.0, y=-4.0`."""
        names = [s.name for s in ast.parse(cell).body if isinstance(s, ast.FunctionDef)]
        if not names:
            raise UsageError(
                "the cell defines no function",
                advice="Write the forward function in the cell that begins with %%backprop.",
            )
        result = ipython.run_cell(cell)
        result.raise_error()
        function = ipython.user_ns[names[-1]]
        args, kwargs = inputs_of(function, line, ipython.user_ns)
        module = generate(function, *args, **kwargs)
        ipython.push(
            {
                f"{module.name}_forward": module.forward,
                f"{module.name}_backward": module.backward,
                f"{module.name}_module": module,
            }
        )
        return module

    ipython.register_magic_function(backprop, magic_kind="cell", magic_name="backprop")


def inputs_of(
    function: Callable[..., Any], line: str, names: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the example inputs: those in the magic's own line, the function's own example, or variables of the notebook.

    Raises
    ------
    MissingExampleError
        If an argument has no value.
    """
    given: dict[str, Any] = {}
    if line.strip():
        try:
            call = ast.parse(f"f({line.strip()})", mode="eval").body
        except SyntaxError as error:
            raise UsageError(
                f"%%backprop cannot read {line.strip()!r}",
                advice="Write example inputs as x=3.0, y=-4.0.",
            ) from error
        assert isinstance(call, ast.Call)
        if call.args or any(k.arg is None for k in call.keywords):
            raise UsageError(
                "%%backprop wants example inputs by name",
                advice="Write example inputs as x=3.0, y=-4.0.",
            )
        for keyword in call.keywords:
            value = compile(ast.Expression(keyword.value), "<%%backprop>", "eval")
            scope = dict(names)
            found = eval(value, scope)  # noqa: S307  # the notebook's own user wrote it
            given[str(keyword.arg)] = found
    own = getattr(function, "__codegen_example__", None)
    if (
        not given
        and isinstance(own, tuple)
        and len(own) == 2
        and not callable(own[0][0] if own[0] else None)
    ):
        return tuple(own[0]), dict(own[1])
    for name, parameter in inspect.signature(function).parameters.items():
        if name in given or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if name in names:
            given[name] = names[name]
        elif parameter.default is parameter.empty:
            raise MissingExampleError(
                f"no example input for {name} of {function.__name__}",
                advice=f"Write it behind the magic (%%backprop {name}=...), or give the notebook a variable {name}.",
            )
    return (), given
