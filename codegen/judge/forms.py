"""How a hand-written derivative is called. In: two functions. Out: a `Backward`, or a sentence why it cannot be told.

That is told by the names of the parameters: `dout`, `cache`, those of the forward function.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from codegen import pytree
from codegen.errors import UsageError
from codegen.judge.code import code_of, pullback
from codegen.judge.running import PULLED, Backward, Forward, Role
from codegen.records import dataclass

UPSTREAM = re.compile(
    r"d_?out|d_?o|dy|dz|dl|dvalues?|upstream|up|grad|g|gy|gout|grad_?(out(put)?s?|y|z)|grad_in|delta|dloss|"
    r"d[_a-z]*next[_a-z0-9]*|dl_?dout|dl_?dy|cotangents?|ct|v|output_grad(ient)?|out_grad",
    re.IGNORECASE,
)
CACHE = re.compile(
    r"(\w*_)?(caches?|ctx|saved|memory|tape|store|context|residuals?|stash)", re.IGNORECASE
)
OUTPUT = re.compile(r"out(put)?s?|ans|value|res(ult)?|fx|y_?hat", re.IGNORECASE)
MARKS = (
    r"^d_?l_?d_?(.+)$", r"^dloss_?d?_?(.+)$", r"^grads?_?(?:wrt_)?(.+)$", r"^(.+)_?grads?$", r"^(.+)_bar$",
    r"^delta_?(.+)$", r"^g_?(.+)$", r"^d_?(.+)$",
)  # fmt: skip


class FormError(UsageError):
    """It cannot be told how a derivative is to be called or read."""


def bare(name: str) -> str:
    """Return a name without what people vary: case and underscores."""
    return name.replace("_", "").lower()


def variables_of(name: str) -> list[str]:
    """Return the names that a gradient may be of: `dW1`, `grad_W1`, `grads['W1']`."""
    inner = re.search(r"\[['\"](\w+)['\"]\]$", name)
    last = inner.group(1) if inner else name.split(".")[-1]
    found = [bare(m.group(1)) for mark in MARKS if (m := re.match(mark, last, re.IGNORECASE))]
    if inner and re.match(r"(self\.)?_?(d|g|grads?|gradients?|out|res\w*)\[", name):
        found.append(bare(last))
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Leaf:
    """A float, or an array of floats, among the arguments, and where an attribute has its gradient."""

    argument: str
    path: pytree.Path = ()
    left: str = ""

    @property
    def label(self) -> str:
        return pytree.label(self.argument, self.path)

    @property
    def gradient(self) -> str:
        """What its gradient is called: `dx`, `self.dW`."""
        dotted = self.label.replace(".", ".d", 1) if "." in self.label else f"d{self.label}"
        return self.left or dotted

    def of(self, values: Mapping[str, Any]) -> Any:
        return pytree.get(values[self.argument], self.path)

    def put(self, values: Mapping[str, Any], new: Any) -> dict[str, Any]:
        """Return the values with something else in its place."""
        whole = pytree.duplicate(values[self.argument]) if self.path else None
        return {**values, self.argument: pytree.replaced(whole, self.path, new)}


@dataclass(frozen=True)
class Bound:
    """A forward function with the values of its arguments, and those of them that were given rather than left out."""

    forward: Forward
    values: dict[str, Any]
    given: tuple[str, ...]


def bound(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Bound:
    owner = getattr(function, "__self__", None)
    method = owner is not None and not isinstance(owner, type) and hasattr(owner, "__dict__")
    try:
        signature = inspect.signature(function)
        call = signature.bind(*args, **kwargs)
    except ValueError:  # a function of a library written in C
        names = ("x", "y", "z", "u", "v", "w")[: len(args)]
        forward = Forward(function, names, named=tuple(kwargs))
        values = dict(zip(names, args, strict=True)) | dict(kwargs)
        return Bound(forward, values, tuple(values))
    except TypeError as error:
        name = getattr(function, "__name__", "the function")
        raise FormError(f"{name} cannot be called with these arguments: {error}") from error
    given = tuple(call.arguments)
    call.apply_defaults()
    kinds = {name: p.kind for name, p in signature.parameters.items()}
    of = inspect.Parameter
    forward = Forward(
        function,
        tuple(n for n, k in kinds.items() if k in (of.POSITIONAL_ONLY, of.POSITIONAL_OR_KEYWORD)),
        next((n for n, k in kinds.items() if k is of.VAR_POSITIONAL), ""),
        tuple(n for n, k in kinds.items() if k is of.KEYWORD_ONLY),
        next((n for n, k in kinds.items() if k is of.VAR_KEYWORD), ""),
        function.__name__ if method else "",
    )
    values = dict(call.arguments)
    if method:
        values = {"self": owner, **values}
    return Bound(forward, values, given)


def leaves_of(values: Mapping[str, Any], wrt: Sequence[str] = ()) -> list[Leaf]:
    """Return the differentiable leaves of some arguments, or those of them that are named.

    The attributes of a method's object are told by the gradients that the method leaves in it.
    """
    found = [
        Leaf(name, path)
        for name, value in values.items()
        if name != "self" or pytree.is_dataclass(value)
        for path, leaf in pytree.walk(value)
        if pytree.is_float(leaf)
    ]
    if not wrt:
        return found
    unknown = [w for w in wrt if not any(leaf.label == w or leaf.argument == w for leaf in found)]
    if unknown:
        raise FormError(f"{unknown[0]} is no argument with floats")
    return [leaf for leaf in found if leaf.label in wrt or leaf.argument in wrt]


def floated(values: Mapping[str, Any], wrt: Sequence[str]) -> dict[str, Any]:
    """Return the values in double precision; whole numbers too where they are named, or no float is there."""
    none = not pytree.has_float(dict(values))

    def wide(counts: Callable[[Any], bool], leaf: Any) -> Any:
        if not counts(leaf):
            return leaf
        return leaf.astype(np.float64) if isinstance(leaf, np.ndarray) else float(leaf)

    return {
        name: pytree.mapped(
            partial(wide, pytree.is_number if none or name in wrt else pytree.is_float), value
        )
        for name, value in values.items()
    }


@lru_cache(maxsize=8)
def returned_names(function: Callable[..., Any]) -> list[str]:
    """Return the names in the last `return` of a function, "" for what has none.

    Each of some hundred repairs of one function asks again.
    """
    code = code_of(function)
    if code is None:
        return []
    inner = pullback(code.tree)
    if isinstance(inner, ast.Lambda):
        value: ast.expr | None = inner.body
    else:
        within = ast.walk(inner or code.tree)
        returns = [node for node in within if isinstance(node, ast.Return) and node.value]
        if not returns:
            return []
        value = max(returns, key=lambda node: node.lineno).value
    items = value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value]
    return [name_in(item) for item in items]


def name_in(node: ast.AST | None) -> str:
    """Return the name that an expression is, `grads['W']` and `self.dW` included."""
    if isinstance(node, (ast.Name, ast.Attribute)):
        return ast.unparse(node)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return ast.unparse(node)
    return ""


def forward_half(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return the forward function that stands beside a backward function, by its name."""
    name = getattr(function, "__name__", "")
    spaces = [getattr(function, "__globals__", {})]
    module = sys.modules.get(getattr(function, "__module__", "") or "")
    spaces += [vars(module)] if module else []
    swaps = (("backward", "forward"), ("bwd", "fwd"), ("bprop", "fprop"), ("_grad", "_forward"))
    for old, new in swaps:
        for space in spaces:
            found = space.get(name.replace(old, new)) if old in name else None
            if callable(found) and found is not function:
                half: Callable[..., Any] = found
                return half
    return None


def recognised(
    function: Callable[..., Any],
    derivative: Callable[..., Any],
    made: Bound,
    half: Callable[..., Any] | None = None,
) -> Backward:
    """Return how a derivative is called; `FormError` if a parameter is none that is known."""
    owner = getattr(derivative, "__self__", None)
    method = owner is not None and made.forward.method and owner is made.values.get("self")
    roles = roles_of(derivative, function, made)
    if not any(role.kind == "upstream" for role in roles):
        roles = (*roles, *roles_of_pullback(derivative))
    cached = any(role.kind == "cache" for role in roles)
    forward = made.forward
    if cached:
        beside = half or forward_half(derivative)
        if beside is not None and beside is not function:
            forward = same_names(bound(beside, *as_call(made)).forward, made)
    name = derivative.__name__ if method else ""
    return Backward(derivative, roles, forward, cached, name)


def same_names(forward: Forward, made: Bound) -> Forward:
    """Return a forward half that is called with the arguments of the forward function, whatever its own are called."""
    if set(forward.positional) <= set(made.values):
        return forward
    return replace(made.forward, function=forward.function, method="")


def as_call(made: Bound) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a bound call as one passes them."""
    forward, values = made.forward, made.values
    args = tuple(values[n] for n in forward.positional if n in values and n in made.given)
    kwargs = {n: values[n] for n in forward.named if n in made.given}
    return (*args, *values.get(forward.starred, ())), kwargs | values.get(forward.doubled, {})


def roles_of(
    derivative: Callable[..., Any], function: Callable[..., Any], made: Bound
) -> tuple[Role, ...]:
    try:
        parameters = list(inspect.signature(derivative).parameters.values())
    except ValueError:
        return tuple(Role(name, "argument", name) for name in made.forward.positional)
    names = [n for n in made.values if n != "self"]
    outputs = [n for n in returned_names(function) if n]
    roles: list[Role | None] = []
    free: list[int] = []
    for parameter in parameters:
        role = role_of(parameter, names, outputs)
        if role is None and parameter.default is not parameter.empty:
            continue
        if role is None:
            free.append(len(roles))
        roles.append(role)
    kinds = {role.kind for role in roles if role}
    if free and len(roles) == len(made.forward.positional) and not kinds & {"upstream", "cache"}:
        return tuple(
            Role(name, "argument", n)
            for n, name in zip(made.forward.positional, [p.name for p in parameters], strict=False)
        )
    required = [p for p in parameters if p.default is p.empty]
    if len(free) == 2 and len(required) == 2:
        roles = [Role(required[0].name, "upstream"), Role(required[1].name, "cache")]
    elif len(free) == 1 and "upstream" not in kinds:
        roles[free[0]] = Role(required[free[0]].name, "upstream")
    elif len(free) == 1 and not kinds & {"cache", "argument"}:
        roles[free[0]] = Role(required[free[0]].name, "cache")
    elif free:
        name = getattr(derivative, "__name__", "the derivative")
        raise FormError(
            f"what is the parameter {required[free[0]].name} of {name}? It is no argument of the forward function, "
            "and neither called like an upstream gradient (dout) nor like a cache"
        )
    found = [role for role in roles if role is not None]
    several = [k for k, role in enumerate(found) if role.kind == "upstream"]
    if len(several) > 1:
        for number, k in enumerate(several):
            found[k] = Role(found[k].parameter, "upstream", str(number))
    return tuple(found)


def roles_of_pullback(derivative: Callable[..., Any]) -> tuple[Role, ...]:
    """Return the upstream gradients that the function takes which a derivative returns, none if it returns none."""
    code = code_of(derivative)
    inner = pullback(code.tree) if code is not None else None
    if inner is None:
        return ()
    of = inner.args
    wanted = [*of.posonlyargs, *of.args][: len(of.posonlyargs) + len(of.args) - len(of.defaults)]
    if len(wanted) == 1:
        return (Role(PULLED, "upstream"),)
    return tuple(Role(PULLED, "upstream", str(k)) for k in range(len(wanted)))


def role_of(
    parameter: inspect.Parameter, names: Sequence[str], outputs: Sequence[str]
) -> Role | None:
    name = parameter.name
    mark = "=" if parameter.kind is parameter.KEYWORD_ONLY else ""
    if parameter.kind is parameter.VAR_KEYWORD:
        return None
    if parameter.kind is parameter.VAR_POSITIONAL:
        return Role(f"*{name}", "argument", name) if name in names else None
    if name in names and not CACHE.fullmatch(name):
        return Role(mark + name, "argument", name)
    if CACHE.fullmatch(name):
        return Role(mark + name, "cache")
    if any(bare(out) in variables_of(name) for out in outputs) or UPSTREAM.fullmatch(name):
        return Role(mark + name, "upstream")
    if name in outputs and len(outputs) == 1 or OUTPUT.fullmatch(name):
        return Role(mark + name, "output")
    return None
