"""What belongs to the whole process: nothing goes in, a stretch of work that leaves it as it was comes out.

>>> import random
>>> random.seed(1)
>>> with undisturbed():
...     first = random.random()
>>> random.random() == first
True
"""

from __future__ import annotations

import gc
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

LOCK = threading.RLock()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Run functions of the user's: one at a time, and afterwards the next random numbers are what they were before."""
    with LOCK:
        of_numpy, of_python = np.random.get_state(), random.getstate()
        try:
            yield
        finally:
            np.random.set_state(of_numpy)
            random.setstate(of_python)


@contextmanager
def without_collector() -> Iterator[None]:
    """Make trees without looking for garbage among them: there is none before the end, and looking
    takes half the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
