"""Whose mistake an exception is: one that the tool did not expect goes in; the error that blames the right one comes
out: an object of the user's, whose methods raise or lie where it is looked at, or the tool itself.
"""

from __future__ import annotations

import linecache
import os
import sys
import traceback
from collections.abc import Iterable
from inspect import getattr_static
from types import FunctionType
from typing import Any

from codegen.errors import CodegenError, Location, UnsupportedError, internal, said
from codegen.trace.followed import is_library_file

LOOKED_AT = ("__dict__", "__len__", "__iter__", "__getitem__", "keys", "values", "items")
CONTAINERS = (list, tuple, dict, set, frozenset)
OF_USERS = (FunctionType, property)
OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def blamed(error: Exception, values: Iterable[Any], location: Location | None) -> CodegenError:
    """Return the error that says whose mistake an exception is, given the arguments and the function's place."""
    return of_users(error) or pretender(values, location) or internal(error, location)


def pretender(values: Iterable[Any], location: Location | None) -> CodegenError | None:
    """Return the error about an argument that says it is of another class than it is, as a proxy does, or a list or
    dict with methods of its own to look into it; None if there is no such argument.
    """
    for value in values:
        kind = type(value)
        looked = [
            name for name in LOOKED_AT if isinstance(getattr_static(kind, name, None), OF_USERS)
        ]
        if looked and (isinstance(value, CONTAINERS) or looked == ["__dict__"]):
            return UnsupportedError(
                f"an object of class {kind.__name__} has a {looked[0]} of its own: what it holds cannot be told",
                advice="Pass a plain list, dict or object.",
                location=location,
            )
        if getattr(value, "__class__", kind) is not kind:
            return UnsupportedError(
                f"an object of class {kind.__name__} says that it is a {value.__class__.__name__}",
                advice="Pass what it stands for.",
                location=location,
            )
    return None


def of_users(error: Exception) -> CodegenError | None:
    """Return the error about a method of the user's, such as `__getattribute__` or the `items` of a dict, that raises
    where an argument is looked at, copied or compared; None where another place raised.
    """
    places = list(traceback.walk_tb(error.__traceback__))
    spot = traceback.extract_tb(error.__traceback__)[-1]
    is_ours = spot.filename.startswith(OWN) or is_library_file(spot.filename)
    space = places[-1][0].f_globals  # what we made of the user's function runs in a copy of its own
    is_users = space is getattr(sys.modules.get(space.get("__name__", "")), "__dict__", None)
    if is_ours or not is_users or not os.path.isfile(spot.filename):
        return None
    text = linecache.getline(spot.filename, spot.lineno or 0).rstrip("\n")
    column = len(text.encode()[: spot.colno or 0].decode(errors="ignore"))
    return UnsupportedError(
        f"{spot.name} raised {type(error).__name__} where it was asked about an example input: {said(error)}",
        advice="Example inputs are looked at, copied and compared. Let it not raise, or pass what the function reads.",
        location=Location(
            spot.name, os.path.basename(spot.filename), spot.lineno or 0, column, text
        ),
    )
