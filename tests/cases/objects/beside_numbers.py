"""Objects beside numbers, in tuples, lists and dicts."""

from dataclasses import dataclass

import numpy as np

from tests.cases import case, normal, raises

r = normal(937)


class Asset:
    def __init__(self, value):
        self.value = value

    def price(self):
        return np.exp(self.value) - 1.0


@dataclass
class Bond:
    rate: float
    years: float = 2.0

    def price(self):
        return np.exp(-self.rate * self.years)


class Portfolio:
    def __init__(self):
        self.held = {"a": (Asset(r()), 2.0), "b": (Asset(r()), -1.0)}
        self.bonds = {"c": (Bond(0.1), 1.5), "d": (Bond(0.2, 3.0), 0.5)}
        self.weighted = [(1.5, Asset(r())), (2.5, Asset(r()))]
        self.named = [(Asset(r()), "long"), (Asset(r()), "short")]
        self.groups = {"u": [Asset(r()), Asset(r())], "v": [Asset(r())]}

    def values_of_pairs(self):
        return sum(count * asset.price() for asset, count in self.held.values())

    def items_of_pairs(self):
        return sum(count * asset.price() for _, (asset, count) in self.held.items())

    def dataclasses_in_pairs(self):
        return sum(count * bond.price() for bond, count in self.bonds.values())

    def pairs(self):
        total = 0.0
        for i, (weight, asset) in enumerate(self.weighted):
            total += weight * asset.price() * (i + 1)
        return total

    def words(self):
        total = 0.0
        for asset, word in self.named:
            if word == "long":
                total += asset.price()
            else:
                total -= asset.value
        return total

    def grouped(self):
        return sum(asset.price() for assets in self.groups.values() for asset in assets)


portfolio = Portfolio()
case(portfolio.values_of_pairs)
case(portfolio.items_of_pairs)
case(portfolio.dataclasses_in_pairs)
case(portfolio.pairs)
case(portfolio.words)
case(portfolio.grouped)


def weighted(pairs):
    return sum(weight * asset.price() for weight, asset in pairs)


case(
    weighted,
    ([(1.5, Asset(r())), (2.5, Asset(r()))],),
    wrt=("pairs[0][0]", "pairs[0][1].value", "pairs[1][0]", "pairs[1][1].value"),
    other=[([(0.5, Asset(r())), (-1.0, Asset(r()))],)],
    guarded=[raises("pairs had 2 items", [(1.5, Asset(r()))])],
)


def configured(config, x):
    for layer in config["layers"]:
        x = x * layer.price()
    return x * config["rate"]


case(
    configured,
    ({"layers": [Asset(r()), Asset(r())], "rate": 0.1}, r(3)),
    wrt=("config['rate']", "config['layers'][0].value", "config['layers'][1].value", "x"),
)
