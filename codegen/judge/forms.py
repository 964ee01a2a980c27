"""The forms in which people write derivatives. In: two functions. Out: a `Backward`, or a sentence why it cannot be
told.

A form is told by the names of the parameters (`dout`, `cache`, those of the forward function) and by the names and
shapes of the results; whatever is not obvious is said in the report.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from codegen.errors import UsageError
from codegen.judge.code import code_of, pullback
from codegen.judge.running import PULLED, Backward, Forward, Other, Ran, Role
from codegen.pytree import (
    Attribute,
    Path,
    duplicate,
    get,
    has_float,
    is_dataclass,
    is_float,
    is_number,
    label,
    mapped,
    replaced,
    walk,
)
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
SECOND = re.compile(
    r"second|hess|gamma|curvature|d2|dd|2nd|_?xx$|laplac|ddf|volga|vomma", re.IGNORECASE
)
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
    """Return the names, bare, of the variables that a gradient's name may be meant for: `dW1`, `grad_W1`,
    `grads['W1']`.
    """
    inner = re.search(r"\[['\"](\w+)['\"]\]$", name)
    last = inner.group(1) if inner else name.split(".")[-1]
    found = [bare(m.group(1)) for mark in MARKS if (m := re.match(mark, last, re.IGNORECASE))]
    if inner and re.match(r"(self\.)?_?(d|g|grads?|gradients?|out|res\w*)\[", name):
        found.append(bare(last))
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Leaf:
    """A float, or an array of floats, among the arguments: its argument and where it lies within; where its gradient is
    left, if that is an attribute.
    """

    argument: str
    path: Path = ()
    left: str = ""

    @property
    def label(self) -> str:
        """The leaf as one writes it."""
        return label(self.argument, self.path)

    @property
    def gradient(self) -> str:
        """What its gradient is called: `dx`, `self.dW`."""
        dotted = self.label.replace(".", ".d", 1) if "." in self.label else f"d{self.label}"
        return self.left or dotted

    def of(self, values: Mapping[str, Any]) -> Any:
        """Return what the leaf is among some values."""
        return get(values[self.argument], self.path)

    def put(self, values: Mapping[str, Any], new: Any) -> dict[str, Any]:
        """Return the values with something else in its place."""
        whole = duplicate(values[self.argument]) if self.path else None
        return {**values, self.argument: replaced(whole, self.path, new)}


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
        if name != "self" or is_dataclass(value)
        for path, leaf in walk(value)
        if is_float(leaf)
    ]
    if not wrt:
        return found
    unknown = [w for w in wrt if not any(leaf.label == w or leaf.argument == w for leaf in found)]
    if unknown:
        raise FormError(f"{unknown[0]} is no argument with floats")
    return [leaf for leaf in found if leaf.label in wrt or leaf.argument in wrt]


def floated(values: Mapping[str, Any], wrt: Sequence[str]) -> dict[str, Any]:
    """Return the values in double precision; whole numbers as floats where they are named,
    or where there is no float.
    """
    none = not has_float(dict(values))

    def wide(counts: Callable[[Any], bool], leaf: Any) -> Any:
        if not counts(leaf):
            return leaf
        return leaf.astype(np.float64) if isinstance(leaf, np.ndarray) else float(leaf)

    return {
        name: mapped(partial(wide, is_number if none or name in wrt else is_float), value)
        for name, value in values.items()
    }


def returned_names(function: Callable[..., Any]) -> list[str]:
    """Return the names in the last `return` of a function, "" for what has none."""
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
    """Return how a derivative is called; `FormError` if a parameter is neither an argument, nor an upstream
    gradient, nor a cache.
    """
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
    """Return what each parameter of a derivative takes."""
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
    """Return what one parameter takes, None if its name does not say."""
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


@dataclass(frozen=True)
class Item:
    """A derivative by one leaf, as it was found: the leaf, an array or what stands in its place, how it is meant."""

    leaf: Leaf
    value: Any
    kind: str = "gradient"


@dataclass(frozen=True)
class Reading:
    """What a derivative returned, told apart."""

    form: str
    """In words, for the report."""
    items: tuple[Item, ...] = ()
    value: Any = None
    """The function's value, where it is returned too."""
    missing: tuple[Leaf, ...] = ()
    """The leaves no derivative is returned for."""
    notes: tuple[str, ...] = ()


def read(
    backward: Backward,
    ran: Ran,
    leaves: Sequence[Leaf],
    values: Mapping[str, Any],
    outputs: tuple[Any, ...],
    told: str | None = None,
    narrowed: bool = False,
) -> Reading:
    """Return what a derivative returned, leaf by leaf, at these values and outputs of the forward function; `told`
    is one of `options.FORMS`, `narrowed` whether the leaves were named by the user.
    """
    names = returned_names(backward.function)
    result, value, notes = ran.result, None, []
    roles = {role.kind for role in backward.roles}
    upstream = "upstream" in roles or bool(backward.method)
    arguments = list(dict.fromkeys(leaf.argument for leaf in leaves))
    form = "a backward function" if upstream else "a gradient"
    if backward.pulled:
        form = "a function that returns its backward function"
    if not upstream and isinstance(result, (tuple, list)) and len(result) > 1:
        if is_value_first(result, outputs, arguments, told):
            value, result, names = result[0], result[1:], names[1:]
            form = "the value and its gradient"
            if len(result) == 1:
                result, names = result[0], []
    if isinstance(result, (tuple, list)) and not (
        len(arguments) == 1 and fits_container(result, values[arguments[0]])
    ):
        parts, extra = by_position(result, names, arguments, values)
        notes += extra
    elif isinstance(result, dict) and not (
        len(arguments) == 1 and fits_container(result, values[arguments[0]])
    ):
        parts = by_key(result, arguments, values)
        form = form.replace("a gradient", "a dict of gradients").replace(
            "its gradient", "a dict of gradients"
        )
    else:
        parts = single(result, names, backward, arguments, leaves, values, notes)
    items: list[Item] = []
    for argument, found in parts.items():
        own = [leaf for leaf in leaves if leaf.argument == argument]
        items += [Item(leaf, part) for leaf, part in inside(found, own, values[argument])]
    if backward.method:
        items += from_attributes(ran.attributes, values["self"])
    hint = bool(SECOND.search(getattr(backward.function, "__name__", "")))
    items = [
        Item(i.leaf, i.value, kind_of(i, values, outputs, upstream, told, hint)) for i in items
    ]
    kinds = {item.kind for item in items}
    for kind, text in WORDS.items():
        if kind in kinds:
            form = text
    have = {item.leaf.label for item in items}
    missing = tuple(leaf for leaf in leaves if leaf.label not in have)
    if not narrowed and form.startswith(("a derivative by", "a Jacobian", "a Hessian", "a second")):
        missing = tuple(leaf for leaf in missing if leaf.argument in parts)
    return Reading(form, tuple(items), value, missing, tuple(notes))


WORDS = {
    "elementwise": "an elementwise derivative",
    "jacobian": "a Jacobian",
    "hessian": "a Hessian",
    "second": "a second derivative",
}


def is_value_first(
    result: Sequence[Any], outputs: tuple[Any, ...], arguments: Sequence[str], told: str | None
) -> bool:
    """Return whether the first of several results is the function's value."""
    if told is not None:
        return told == "value_and_grad"
    first = result[0]
    if not isinstance(first, np.ndarray) or not isinstance(outputs[0], np.ndarray):
        return False
    if first.shape != outputs[0].shape and first.size != outputs[0].size:
        return False
    rest = result[1:]
    if len(rest) == 1 and (isinstance(rest[0], (dict, tuple, list)) or len(arguments) == 1):
        return True
    close = bool(np.allclose(np.ravel(first), np.ravel(outputs[0]), rtol=1e-6, atol=1e-12))
    return len(rest) == len(arguments) or (close and len(result) != len(arguments))


def fits_container(result: Any, value: Any) -> bool:
    """Return whether a result has the structure of a container of floats."""
    if isinstance(value, dict) and isinstance(result, dict):
        keys = {bare(str(key)) for key in value}
        return any(not keys.isdisjoint({bare(key), *variables_of(key)}) for key in result)
    if isinstance(value, (list, tuple)) and isinstance(result, (list, tuple)):
        return len(value) == len(result)
    if isinstance(value, np.ndarray) and isinstance(result, list):
        return all(np.shape(item) == () and item is not None for item in result)
    return False


def by_position(
    result: Sequence[Any], names: Sequence[str], arguments: Sequence[str], values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Return the results of a tuple by argument, and what is to be said about it."""
    notes: list[str] = []
    if len(result) == 1 and len(arguments) != 1 and isinstance(result[0], (dict, tuple)):
        if isinstance(result[0], dict):
            return by_key(result[0], arguments, values), notes
        return by_position(result[0], [], arguments, values)
    places: dict[str, int] = {}
    if len(names) == len(result):
        for argument in arguments:
            fitting = [k for k, n in enumerate(names) if bare(argument) in variables_of(n)]
            if len(fitting) == 1 and fitting[0] not in places.values():
                places[argument] = fitting[0]
    open_results = [k for k in range(len(result)) if k not in places.values()]
    open_arguments = [a for a in arguments if a not in places]
    if not places and len(result) == len(values) != len(arguments):
        order = [name for name in values if name != "self"]
        places = {name: k for k, name in enumerate(order) if name in arguments}
        open_results = []
    elif len(open_results) == len(open_arguments):
        places |= in_order(open_arguments, open_results, result, values, notes)
    else:
        for argument in open_arguments:
            fitting = [k for k in open_results if shape_fits(result[k], values[argument])]
            if fitting:
                places[argument] = fitting[0]
                open_results.remove(fitting[0])
    taken = [places[a] for a in arguments if a in places]
    if taken != sorted(taken):
        notes.append(
            f"the results are in another order: {', '.join(name_at(names, k, places) for k in range(len(result)))}"
        )
    extra = [k for k in range(len(result)) if k not in taken and result[k] is not None]
    if extra and len(taken) < len(result):
        notes.append(
            f"{len(extra)} more result{'s' if len(extra) > 1 else ''} returned, not judged"
        )
    return {
        a: result[places[a]] for a in arguments if a in places and result[places[a]] is not None
    }, notes


def name_at(names: Sequence[str], k: int, places: Mapping[str, int]) -> str:
    """Return what the k-th result is called."""
    if k < len(names) and names[k]:
        return names[k]
    return next((f"d{a}" for a, place in places.items() if place == k), "?")


def in_order(
    arguments: Sequence[str],
    numbers: Sequence[int],
    result: Sequence[Any],
    values: Mapping[str, Any],
    notes: list[str],
) -> dict[str, int]:
    """Return which result belongs to which argument: in order, or by their shapes where only those fit."""
    straight = dict(zip(arguments, numbers, strict=True))
    if all(shape_fits(result[k], values[a]) for a, k in straight.items()):
        return straight
    found: dict[str, int] = {}
    for argument in arguments:
        fitting = [k for k in numbers if shape_fits(result[k], values[argument])]
        if len(fitting) != 1 or fitting[0] in found.values():
            return straight
        found[argument] = fitting[0]
    notes.append("the results are matched by their shapes")
    return found


def shape_fits(found: Any, value: Any) -> bool:
    """Return whether a result has the shape of an argument."""
    if isinstance(found, np.ndarray) and is_number(value):
        return bool(found.shape == np.shape(value))
    return fits_container(found, value)


def by_key(
    result: Mapping[str, Any], arguments: Sequence[str], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the gradients of a dict by argument."""
    found = {}
    for argument in arguments:
        for key, item in result.items():
            if bare(key) == bare(argument) or bare(argument) in variables_of(key):
                found[argument] = item
                break
    containers = [a for a in arguments if isinstance(values[a], dict) and a not in found]
    if containers and fits_container(result, values[containers[0]]):
        found[containers[0]] = result
    return found


def single(
    result: Any,
    names: Sequence[str],
    backward: Backward,
    arguments: Sequence[str],
    leaves: Sequence[Leaf],
    values: Mapping[str, Any],
    notes: list[str],
) -> dict[str, Any]:
    """Return the one result of a derivative by argument."""
    if len(arguments) <= 1 or result is None:
        return dict.fromkeys(arguments, result)
    sizes = [np.size(leaf.of(values)) for leaf in leaves]
    if (
        isinstance(result, np.ndarray)
        and result.ndim == 1
        and result.size == sum(sizes) > max(sizes)
    ):
        notes.append("one flat vector holds the gradients of all arguments")
        pieces = np.split(result, np.cumsum(sizes)[:-1])
        whole: dict[str, Any] = {}
        for leaf, piece in zip(leaves, pieces, strict=True):
            if leaf.path:
                return {arguments[0]: result}
            whole[leaf.argument] = piece.reshape(np.shape(leaf.of(values)))
        return whole
    returned = {*map(bare, variables_of(names[0] if names else ""))}
    title = getattr(backward.function, "__name__", "")
    forward = getattr(backward.forward.function, "__name__", "")
    # what both names say, `reg` of `softmax_reg`, does not tell by what it is the derivative
    title = title.removeprefix(forward) or title
    own = [a for a in arguments if bare(a) in returned]
    words = {*map(bare, [*variables_of(title), *title.split("_")[1:]])}
    told = [a for a in arguments if bare(a) in words]
    tails = [
        a
        for a in arguments
        if any(n.endswith((f"_d{a}", f"_{a}", f"d{a}")) for n in (*names[:1], title) if n)
    ]
    fitting = [a for a in arguments if shape_fits(result, values[a])]
    chosen = (own or told or tails or fitting or list(arguments))[0]
    notes.append(f"taken for the derivative by {chosen}")
    return {chosen: result}


def inside(found: Any, leaves: Sequence[Leaf], value: Any) -> list[tuple[Leaf, Any]]:
    """Return the parts of a container of gradients by leaf."""
    pairs = []
    for leaf in leaves:
        here: Any = found
        for key in leaf.path:
            here = step(here, key)
        if here is not None or not leaf.path:
            pairs.append((leaf, as_array(here, value, leaf)))
    return pairs


def step(found: Any, key: Any) -> Any:
    """Return what lies under a key of a container of gradients, None if nothing does."""
    if isinstance(key, Attribute):
        key = key.name
    if isinstance(found, dict):
        for name, item in found.items():
            if (
                name == str(key)
                or bare(name) == bare(str(key))
                or bare(str(key)) in variables_of(name)
            ):
                return item
        return None
    if isinstance(found, (list, tuple)) and isinstance(key, int) and key < len(found):
        return found[key]
    return None


def as_array(found: Any, value: Any, leaf: Leaf) -> Any:
    """Return a list of numbers as an array where an array is meant."""
    if isinstance(found, (list, tuple)) and isinstance(get(value, leaf.path), np.ndarray):
        try:
            made = np.asarray(found, np.float64)
        except (TypeError, ValueError):
            return Other("list")
        return made
    return found


def from_attributes(found: Mapping[str, Any], owner: Any) -> list[Item]:
    """Return the gradients that a method left in its object."""
    items = []
    for name, value in vars(owner).items():
        held = value.items() if isinstance(value, dict) else [("", value)]
        for inner, number in held:
            if not is_float(number):
                continue
            wanted = bare(str(inner)) if inner else bare(name)
            for key, grad in found.items():
                own = key.partition("[")[0] == name
                if not own and wanted in variables_of(key) and isinstance(grad, np.ndarray):
                    path = (Attribute(name), inner) if inner else (Attribute(name),)
                    items.append(Item(Leaf("self", path, f"self.{key}"), grad))
                    break
    return items


def kind_of(
    item: Item,
    values: Mapping[str, Any],
    outputs: tuple[Any, ...],
    upstream: bool,
    told: str | None,
    hint: bool,
) -> str:
    """Return how a derivative is meant: as "gradient", "elementwise", "jacobian", "hessian" or "second"."""
    if told in ("elementwise", "jacobian", "hessian", "second"):
        return told
    if upstream or not isinstance(item.value, np.ndarray) or not isinstance(outputs[0], np.ndarray):
        return "gradient"
    x, out, found = np.shape(item.leaf.of(values)), outputs[0].shape, item.value.shape
    n, m = int(np.prod(x)), int(np.prod(out))
    if m == 1 and len(x) and found in (x + x, (n, n)) and found != x:
        return "hessian"
    if hint and found == x:
        return "second"
    if m == 1 and (found == x or item.value.size == n):
        return "gradient"
    if found in ((*out, *x), (m, n)) and (found != x or not x):
        return "jacobian"
    if found == x:
        return "elementwise"
    if found == (*out, *x):
        return "jacobian"
    return "gradient"
