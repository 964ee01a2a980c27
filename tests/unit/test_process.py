"""What a generation does to its process."""

import weakref

from codegen import process


class Knot:
    """Something that only a search for garbage finds."""

    def __init__(self):
        self.own = self


def test_garbage_of_earlier_generations_is_found(monkeypatch):
    monkeypatch.setattr(process, "IN_USE", [0])
    monkeypatch.setattr(process, "SOME", 0)
    with process.old_spared():
        knot = Knot()
        gone = weakref.ref(knot)
        del knot
        with process.without_collector():
            pass
        assert gone() is not None
    assert gone() is None
