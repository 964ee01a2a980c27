"""Trees of objects: a function that runs on a node, and on the nodes below it."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(919)


class Node:
    def __init__(self, value, children=()):
        self.value, self.children = value, list(children)


def tree_sum(node):
    total = node.value**2
    for child in node.children:
        total = total + tree_sum(child) * np.sin(node.value)
    return total


tree = Node(r(), [Node(r()), Node(r(), [Node(r())])])
case(
    tree_sum,
    (tree,),
    other=[(Node(r(), [Node(r()), Node(r(), [Node(r())])]),)],
    guarded=[
        raises("node.children had 2 items", Node(r(), [Node(r())])),
        raises(
            "node.children[0].children was empty",
            Node(r(), [Node(r(), [Node(r())]), Node(r(), [Node(r())])]),
        ),
    ],
)


def weighted(node, w):
    return node.value * w + sum(weighted(child, w * 0.5) for child in node.children)


case(weighted, (tree, r()), wrt=("w",), name="weighted_by_w")
case(weighted, (tree, r()), wrt=("node.children[1].value", "w"), name="weighted_by_both")


class Pair:
    """A node with two places, of which some are empty."""

    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def total(self):
        total = self.value
        if self.left is not None:
            total = total + self.left.total()
        if self.right is not None:
            total = total * 1.5 + self.right.total()
        return total

    def where_there(self):
        total = self.value
        if self.left:
            total = total * self.left.where_there()
        if self.right:
            total = total * 1.5 + self.right.where_there()
        return total

    def deep(self, depth=0):
        if self.left is None and self.right is None:
            return self.value * depth
        total = 0.0
        for child in (self.left, self.right):
            if child is not None:
                total = total + child.deep(depth + 1)
        return total * self.value

    def predict(self, x):
        if self.left is None:
            return self.value
        gate = 1 / (1 + np.exp(-(x - self.value)))
        return gate * self.left.predict(x) + (1 - gate) * self.right.predict(x)


pairs = Pair(r(), Pair(r()), Pair(r(), None, Pair(r())))
full = Pair(r(), Pair(r(), Pair(r()), Pair(r())), Pair(r()))
case(pairs.total)
case(pairs.where_there)
case(pairs.deep)
case(full.predict, (r(),))


def whole(pair):
    return pair.total()


case(
    whole,
    (pairs,),
    other=[(Pair(r(), Pair(r()), Pair(r(), None, Pair(r()))),)],
    guarded=[
        raises("was not recorded", Pair(r(), Pair(r(), Pair(r())), Pair(r(), None, Pair(r()))))
    ],
)


def visited(pair, x):
    if pair is None:
        return x
    return visited(pair.left, x * pair.value) + visited(pair.right, x + pair.value)


case(visited, (pairs, r()))


class Number:
    def __init__(self, value):
        self.value = value

    def of(self, known):
        return self.value


class Variable:
    def __init__(self, name):
        self.name = name

    def of(self, known):
        return known[self.name]


class Sum:
    def __init__(self, one, two):
        self.one, self.two = one, two

    def of(self, known):
        return self.one.of(known) + self.two.of(known)


class Product(Sum):
    def of(self, known):
        return self.one.of(known) * self.two.of(known)


formula = Sum(
    Product(Number(2.0), Variable("x")), Product(Variable("x"), Sum(Variable("y"), Number(1.0)))
)
case(formula.of, ({"x": r(), "y": r()},), name="formula")


class Joint:
    def __init__(self, angle, length, children=()):
        self.angle, self.length, self.children = angle, length, list(children)


def places(joint, place, angle):
    angle = angle + joint.angle
    place = place + joint.length * np.array([np.cos(angle), np.sin(angle)])
    found = [place]
    for child in joint.children:
        found += places(child, place, angle)
    return found


def arm(joint):
    return np.stack(places(joint, np.zeros(2), 0.0))


case(arm, (Joint(0.1, 1.0, [Joint(0.2, 0.5), Joint(0.3, 0.6, [Joint(0.4, 0.2)])]),))


class Particle:
    def __init__(self):
        self.x, self.mass = r(2), 1.3


def forces(particles):
    found = [np.zeros(2) for _ in particles]
    for i in range(len(particles)):
        for j in range(len(particles)):
            if i != j:
                d = particles[i].x - particles[j].x
                found[i] = found[i] + particles[i].mass * particles[j].mass * d / np.sum(d**2)
    return np.stack(found)


case(forces, ([Particle(), Particle(), Particle()],))


def extended(x, n):
    ys = [x]
    for i in range(n):
        ys += double(x * i)
    return sum(ys) * x


def double(x):
    return [x, x * 2]


case(extended, (r(), 3), other=[(r(), 1)])


def extended_under_two_names(x):
    ys = [x]
    zs = ys
    ys += double(x)
    return sum(zs) * x


case(extended_under_two_names, (r(),), refused="another name shows the same list")


def tree_of_dicts(tree):
    if not tree["children"]:
        return tree["value"] ** 2
    return tree["value"] * sum(tree_of_dicts(child) for child in tree["children"])


leaf = {"value": r(), "children": []}
case(
    tree_of_dicts,
    ({"value": r(), "children": [leaf, {"value": r(), "children": [leaf]}]},),
    refused="tree_of_dicts calls itself for the dicts in tree",
)
