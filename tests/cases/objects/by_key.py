"""Objects of a dict at a key that is computed or given; objects that are one in another call."""

import math

import numpy as np

from tests.cases import case, normal, raises

r = normal(233)


class Player:
    def __init__(self, rating, games=0):
        self.rating, self.games = rating, games

    def strength(self):
        return self.rating * 2.0

    def bump(self, by):
        self.rating = self.rating + by
        self.games += 1


class Novice(Player):
    def strength(self):
        return self.rating * 0.5


class Table:
    def __init__(self, players, k=2.0):
        self.players, self.k = players, k

    def record(self, winner, loser):
        a, b = self.players[winner], self.players[loser]
        e = 1.0 / (1.0 + math.exp(b.rating - a.rating))
        a.rating += self.k * (1.0 - e)
        b.rating -= self.k * (1.0 - e)
        a.games += 1

    def season(self, results):
        for winner, loser in results:
            self.record(winner, loser)
        return sum(p.rating**2 for p in self.players.values())

    def looked_up(self, name, x):
        if name not in self.players:
            raise KeyError(name)
        return self.players[name].strength() * x

    def handed_on(self, name, x):
        return strong(self.players[name], x)

    def changed_by_a_method(self, names):
        for name in names:
            self.players[name].bump(self.k)
        return self.players["a"].rating ** 2


def strong(player, x):
    return player.strength() * x


def two():
    return Table({"a": Player(0.3), "b": Player(0.7)})


def three():
    return Table({"a": Player(0.3), "b": Player(0.7), "c": Player(0.1)})


def unlike():
    return Table({"a": Player(0.3), "b": Novice(0.7)})


def one_twice():
    player = Player(0.4)
    return Table({"a": player, "b": player})


one_changes = [raises("no item of self.players stood there twice", one_twice(), "a", "b")]

case(
    Table.record,
    (two(), "a", "b"),
    other=[(two(), "b", "a"), (two(), "b", "b")],
    guarded=[*one_changes, raises("self.players had other keys", three(), "a", "b")],
)
case(
    Table.season,
    (three(), [("a", "b"), ("b", "c")]),
    other=[(three(), [("c", "a"), ("b", "b"), ("a", "b")]), (three(), [])],
)
case(
    Table.looked_up,
    (unlike(), "a", 3.0),
    other=[(unlike(), "b", 2.0)],
)
case(
    Table.handed_on,
    (unlike(), "a", 3.0),
    guarded=[raises("one is a Player on one way and a Novice on another", unlike(), "b", 3.0)],
)
case(
    Table.changed_by_a_method,
    (two(), ["a", "b"]),
    other=[(two(), ["b", "a", "a"]), (unlike(), ["b"])],
)


class Layers:
    def __init__(self):
        self.layers = {1: Player(0.5), 2: Player(-0.7), 3: Player(1.1)}

    def forward(self, x, n):
        for i in range(1, n + 1):
            x = np.tanh(self.layers[i].strength() * x)
        return x


case(Layers.forward, (Layers(), r(3), 3), other=[(Layers(), r(4), 1), (Layers(), r(2), 0)])


def changed_in_a_list(players, k):
    first, second = players[0], players[1]
    first.rating += k * second.rating
    second.rating -= first.rating
    return first.rating * second.rating


case(
    changed_in_a_list,
    ([Player(0.3), Player(0.7)], 2.0),
    guarded=[raises("no item of players stood there twice", [Player(0.3)] * 2, 2.0)],
)


class Field:
    def __init__(self, *ratings):
        self.players = [Player(rating) for rating in ratings]

    def best_of(self, i, j, x):
        p, q = self.players[i], self.players[j]
        best = p if p.rating > q.rating else q
        return best.strength() * x

    def last_of(self, i, j, x):
        p = self.players[i]
        q = self.players[j]
        if p.rating < q.rating:
            last = p
        else:
            last = q
        return last.rating * x


for method in ("best_of", "last_of"):
    case(
        getattr(Field, method),
        (Field(0.3, 0.7, 0.5), 0, 1, 2.0),
        other=[(Field(0.3, 0.7, 0.5), 2, 0, 2.0), (Field(0.9, 0.7, 0.5), 1, 1, 2.0)],
    )


class Coder:
    def __init__(self):
        sizes = {"enc/W": (3, 2), "enc/b": (2,), "dec/W": (2, 3), "dec/b": (3,)}
        self.params = {name: r(*shape) for name, shape in sizes.items()}

    def layer(self, name, x):
        W = self.params[f"{name}/{'W'}"]
        self.last = f"{name}-{len(name)}"
        return np.tanh(x @ W + self.params[f"{name}/b"])

    def forward(self, x):
        return self.layer("dec", self.layer("enc", x))


case(Coder.forward, (Coder(), r(4, 3)), other=[(Coder(), r(2, 3))], name="keys_of_two_words")


class Cell:
    def __init__(self, w):
        self.w = w

    def step(self, x):
        self.w = self.w * 0.5
        return self.w * x


class Cells:
    def __init__(self, *ws):
        self.cells = [Cell(w) for w in ws]

    def step(self, x, k):
        return self.cells[k].step(x)


case(Cells.step, (Cells(2.0, 3.0), 0.7, 1), other=[(Cells(0.5, 0.2), 0.3, 0)], name="one_cell")
