"""The notebook magics: a cell with a function goes in, or the name of one; its circuit and code are shown, its functions
are defined.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from codegen.errors import CodegenError, Location, MissingExampleError, UsageError
from codegen.inputs import example_inputs
from codegen.inputs.literal import value_of
from codegen.pairs import backward_name, forward_name

Generate = Callable[..., Any]


def register(ipython: Any, generate: Generate) -> None:
    """Add the magics `%%backprop x=randn(3)`, for a cell, and `%backprop f`, to a running IPython."""

    def backprop(line: str, cell: str | None = None) -> Any:
        """Show the backward pass of the cell's last function, as in `%%backprop x=3.0, y=-4.0`, or `%backprop f x=3.0`."""
        try:
            return of_name(line) if cell is None else of_cell(line, cell)
        except CodegenError as error:
            message = f"{type(error).__name__}: {error}"
            error._render_traceback_ = lambda *_: [message]  # type: ignore[attr-defined]  # IPython asks for it
            raise

    def of_name(line: str) -> Any:
        name, _, inputs = line.strip().partition(" ")
        first, *rest = name.split(".")
        found = ipython.user_ns.get(first)
        for part in rest:
            found = getattr(found, part, None)
        if not callable(found):
            raise UsageError(
                f"the notebook has no function {name}" if name else "%backprop wants a function",
                advice="Write %backprop f, or %backprop f x=3.0, y=randn(5); of a method %backprop net.loss x=3.0.",
            )
        return shown(found, inputs)

    def of_cell(line: str, cell: str) -> Any:
        try:
            body = ast.parse(cell).body
        except SyntaxError as error:
            row, column, text = error.lineno or 1, (error.offset or 1) - 1, error.text or ""
            spot = Location("the cell", "<cell>", row, column, text.rstrip())
            raise UsageError(f"the cell is no Python: {error.msg}", location=spot) from None
        names = [s.name for s in body if isinstance(s, ast.FunctionDef)]
        if not names:
            raise UsageError(
                "the cell defines no function",
                advice="Write the forward function in the cell that begins with %%backprop.",
            )
        result = ipython.run_cell(cell)
        result.raise_error()
        return shown(ipython.user_ns[names[-1]], line)

    def shown(function: Callable[..., Any], line: str) -> Any:
        """Return the module of a function, its pair defined in the notebook."""
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

    ipython.register_magic_function(backprop, magic_kind="line_cell", magic_name="backprop")


def inputs_of(
    function: Callable[..., Any], line: str, names: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the example inputs: those of the magic's own line, of the function, or variables of the notebook;
    `MissingExampleError` if an argument has no value.
    """
    given: dict[str, Any] = {}
    if line.strip():
        try:
            call = ast.parse(f"f({line.strip()})", mode="eval").body
        except SyntaxError as error:
            raise UsageError(
                f"%%backprop cannot read {line.strip()!r}",
                advice="Write example inputs as x=3.0, y=randn(5, 10).",
            ) from error
        assert isinstance(call, ast.Call)
        if call.args or any(k.arg is None for k in call.keywords):
            raise UsageError(
                "%%backprop wants example inputs by name",
                advice="Write example inputs as x=3.0, y=randn(5, 10).",
            )
        for keyword in call.keywords:
            given[str(keyword.arg)] = value_in(keyword.value, str(keyword.arg), names)
    try:
        found = example_inputs(function, given)
    except MissingExampleError:
        named = inspect.signature(function).parameters
        known = {name: names[name] for name in named if name in names}
        try:
            found = example_inputs(function, known | given)
        except MissingExampleError as error:
            advice = "Write it behind the magic (x=3.0, y=randn(5, 10)), or give the notebook a variable of that name."
            raise MissingExampleError(error.message, advice=advice) from error
    return found.args, found.kwargs


def value_in(tree: ast.expr, name: str, variables: Mapping[str, Any]) -> Any:
    """Return the value of an example input: read as on the command line, or else run, as a line of the notebook is."""
    try:
        return value_of(tree, name, variables)
    except UsageError:
        code = compile(ast.Expression(tree), "<%%backprop>", "eval")
        try:
            return eval(code, dict(variables))  # noqa: S307  # the notebook's own user wrote it
        except NameError as unknown:
            raise UsageError(
                f"cannot read {ast.unparse(tree)} as the value of {name}: {unknown}",
                advice="Write example inputs as x=3.0, y=randn(5, 10), or name variables of the notebook.",
            ) from None
