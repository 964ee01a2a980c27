"""What things are called in what comes out: the two functions of a pair, what they are named after, the upstream
gradient and the cache. Settings of a project (`Layout`) rename them afterwards.

>>> forward_name("affine"), backward_name("affine")
('affine_forward', 'affine_backward')
>>> forward_name("affine_forward"), backward_name("affine_forward"), base_name("affine_forward")
('affine_forward', 'affine_backward', 'affine')
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from keyword import iskeyword
from typing import Any

from codegen.records import dataclass

UPSTREAM = "dout"
CACHES = "__codegen_caches__"  # on a function that was made here: what its caches were called


@dataclass(frozen=True)
class Caches:
    """What the user calls the caches that the course's convention hands around."""

    own: str = "cache"
    """The cache that the function returned."""
    calls: Mapping[int, str] = field(default_factory=dict)
    """The caches of helpers, by the line of the call."""


def pair_name(function: Callable[..., Any], owner: object = None) -> str:
    """Return the name of the pair of a function: its own, or that of the class for what a class is mainly for; of its
    `owner`, if that has the function from a class above.

    >>> class Activation:
    ...     def __call__(self, z):
    ...         return self.of(z)
    >>> class ReLU(Activation):
    ...     pass
    >>> pair_name(ReLU.__call__), pair_name(ReLU.__call__, ReLU())
    ('activation', 'relu')
    """
    path = getattr(function, "__qualname__", function.__name__).split(".")
    if len(path) > 1 and path[-2] != "<locals>" and path[-1] in ("__call__", "forward"):
        kinds = [kind.__name__ for kind in type(owner).__mro__]
        name = kinds[0] if path[-2] in kinds else path[-2]
        # a word begins with a capital before a small letter: batch_norm, lstm_cell, relu
        return re.sub(r"(?<=[^_])(?=[A-Z][a-z])", "_", name).lower()
    name = function.__name__
    if not name.isidentifier() or iskeyword(name):  # it was given another one
        name = function.__code__.co_name
    return "f" if name == "<lambda>" else name.strip("_") or "f"


def forward_name(name: str) -> str:
    """Return the name of the forward function of a pair: `affine_forward` for `affine` and for itself."""
    return name if "forward" in name.split("_") else f"{name}_forward"


def backward_name(name: str) -> str:
    """Return the name of the backward function of a pair: `affine_backward` for `affine` and `affine_forward`."""
    words = name.split("_")
    return (
        "_".join("backward" if w == "forward" else w for w in words)
        if "forward" in words
        else f"{name}_backward"
    )


def base_name(name: str) -> str:
    """Return the name of what a pair computes: `affine` for `affine_forward`."""
    return "_".join(w for w in name.split("_") if w != "forward") or name
