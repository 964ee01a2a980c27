"""The notebook magic: a cell with a function goes in; its circuit and code are shown, its functions are defined."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from codegen.errors import CodegenError, MissingExampleError, UsageError
from codegen.inputs import example_inputs
from codegen.trace.read import backward_name, forward_name

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
        try:
            return shown(line, cell)
        except CodegenError as error:
            message = f"{type(error).__name__}: {error}"
            error._render_traceback_ = lambda *_: [message]  # type: ignore[attr-defined]  # IPython asks for it
            raise

    def shown(line: str, cell: str) -> Any:
        """Return the module of the cell's last function, its pair defined in the notebook."""
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
                forward_name(module.name): module.forward,
                backward_name(module.name): module.backward,
                f"{module.name}_module": module,
            }
        )
        return module

    ipython.register_magic_function(backprop, magic_kind="cell", magic_name="backprop")


def inputs_of(
    function: Callable[..., Any], line: str, names: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the example inputs: those of the magic's own line, of the function, or variables of the notebook.

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
            one = eval(value, scope)  # noqa: S307  # the notebook's own user wrote it
            given[str(keyword.arg)] = one
    try:
        found = example_inputs(function, given)
    except MissingExampleError:
        named = inspect.signature(function).parameters
        known = {name: names[name] for name in named if name in names}
        try:
            found = example_inputs(function, known | given)
        except MissingExampleError as error:
            advice = "Write it behind the magic (%%backprop x=3.0), or give the notebook a variable of that name."
            raise MissingExampleError(error.message, advice=advice) from error
    return found.args, found.kwargs
