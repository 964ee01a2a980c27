"""Properties of objects that a function writes, which compute of what it leaves alone: the pair keeps what they read."""

from tests.cases import case


class Level:
    """A level; `k` works out what depends on it, `s` reads what stays."""

    def __init__(self, s, k):
        self._s, self._k, self.n = s, k, 2
        self.refresh()

    def refresh(self):
        self.d = self.s * self._k

    @property
    def scale(self):
        return 1.0 + self.n

    @property
    def s(self):
        return self._s * self.scale

    @property
    def k(self):
        return self._k

    @k.setter
    def k(self, value):
        self._k = value
        self.refresh()

    @property
    def out(self):
        return self.d + self.k * self.s

    def grown(self, x):
        self.k = self.k * x
        return self.out


class Guarded(Level):
    """A setter that does nothing where nothing changes."""

    @property
    def k(self):
        return self._k

    @k.setter
    def k(self, value):
        if self._k == value:
            return
        self._k = value
        self.refresh()


class Box:
    """A level inside."""

    def __init__(self):
        self.level, self.w = Level(1.0, 2.0), 0.5

    @property
    def gain(self):
        return self.w * 2

    def set(self, x):
        self.level.k = x * self.gain
        return self.level.out * self.level.s


def raised(level, x):
    level.k += x * level.scale
    return level.out


def set_twice(level, x):
    level.k = level.k + x
    level.k = level.k * x
    return level.out


def of_each(levels, x):
    for level in levels:
        level.k = level.k * x
    return sum(level.out for level in levels)


for kind in (Level, Guarded):
    name = kind.__name__.lower()
    case(kind.grown, (kind(1.0, 2.0), 0.5), name=f"{name}_grown", other=[(kind(1.0, 3.0), 0.7)])
    case(raised, (kind(1.0, 2.0), 0.3), name=f"{name}_raised", other=[(kind(2.0, 3.0), 0.4)])
    case(set_twice, (kind(1.0, 2.0), 0.3), name=f"{name}_twice", other=[(kind(2.0, 3.0), 0.4)])
case(Box.set, (Box(), 0.5), name="inside", other=[(Box(), 0.7)])
case(
    of_each,
    ([Level(1.0, 2.0), Level(0.5, 1.0)], 0.3),
    other=[([Level(1.0, 2.0), Level(0.7, 1.0)], 0.5)],
)
