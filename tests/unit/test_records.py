"""The dataclass whose methods are written when they are needed is the standard one to whoever uses it."""

import copy
import dataclasses
import pickle

import pytest

from codegen import records

MANY = records.FEW + 3


def classes(dataclass, field=dataclasses.field):
    @dataclass(frozen=True)
    class Point:
        """A point."""

        x: float
        y: float = 0.0
        tags: list = field(default_factory=list)

    @dataclass
    class Counter:
        """Counts."""

        start: int
        count: int = field(default=3, init=False)
        total: int = 0

        def __post_init__(self):
            self.total += self.start

    @dataclass(eq=False)
    class Thing:
        """Equal to itself alone."""

        name: str

    @dataclass(frozen=True)
    class Solid(Point):
        """A point with a depth."""

        z: float = 1.0

    return Point, Counter, Thing, Solid


OWN, STANDARD = classes(records.dataclass), classes(dataclasses.dataclass)


def outcome(act):
    try:
        return act()
    except Exception as error:
        return type(error)


@pytest.mark.parametrize("round_", range(MANY))
def test_objects_are_those_of_the_standard_dataclass(round_):
    def facts(point, counter, thing, solid):
        p = point(1.0, tags=("a",))
        changed = lambda: setattr(p, "x", 2.0)
        return [
            repr(p).replace("own", ""),
            repr(solid(1.0, 2.0)),
            p == point(1.0, 0.0, ("a",)),
            p == point(2.0, 0.0, ("a",)),
            p == solid(1.0),
            hash(p) == hash(point(1.0, 0.0, ("a",))),
            vars(counter(2)),
            counter(2) == counter(start=2),
            outcome(lambda: hash(counter(2))),
            thing("a") == thing("a"),
            outcome(changed),
            outcome(lambda: delattr(p, "x")),
            point(1.0).tags is not point(1.0).tags,
            outcome(lambda: point()),
            outcome(lambda: point(1.0, x=2.0)),
            outcome(lambda: point(1.0, w=2.0)),
            outcome(lambda: point(1.0, 2.0, [], 4.0)),
            outcome(lambda: counter(1, 2, 3)),
            dataclasses.replace(p, y=5.0).y,
            dataclasses.asdict(p),
            [f.name for f in dataclasses.fields(solid)],
            solid.__match_args__,
            copy.deepcopy(p) == p,
        ]

    own, standard = facts(*OWN), facts(*STANDARD)
    assert own == standard


def test_objects_can_be_pickled():
    from codegen.trace.facts import Fact

    assert vars(pickle.loads(pickle.dumps(Fact()))).keys() == vars(Fact()).keys()
