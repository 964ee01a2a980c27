"""What stands where nothing is written yet. In: a line of an exercise. Out: a value that every line can be run with.

Whatever is done with it, it stays what it is: so the lines that are written already can be judged while others wait.
"""

from __future__ import annotations

from typing import Any


class Todo:
    """A value that is still to be written."""

    def __array_ufunc__(self, *_: Any, **__: Any) -> Todo:
        return self

    def __array_function__(self, *_: Any, **__: Any) -> Todo:
        return self

    def __getattr__(self, name: str) -> Todo:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def same(self, *_: Any, **__: Any) -> Todo:
        """Return it again, whatever it was asked for."""
        return self

    __call__ = __getitem__ = __neg__ = __pos__ = __abs__ = __invert__ = same
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = same
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __mod__ = __rmod__ = same
    __floordiv__ = __rfloordiv__ = __and__ = __rand__ = __or__ = __ror__ = same
    __lt__ = __le__ = __gt__ = __ge__ = same

    def __setitem__(self, *_: Any) -> None:
        """Take a part, and stay what it is."""

    def __float__(self) -> float:
        return float("nan")

    def __repr__(self) -> str:
        return "todo"


TODO = Todo()
