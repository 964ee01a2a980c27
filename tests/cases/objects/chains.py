"""Chains of objects that a loop walks: linked lists, and the way up to a root."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(2311)


class Node:
    def __init__(self, w, next=None):
        self.w, self.next = w, next

    def apply(self, x):
        return np.tanh(self.w * x)


class Chain:
    def __init__(self, *weights):
        self.head = None
        for w in reversed(weights):
            self.head = Node(w, self.head)

    def forward(self, x):
        node = self.head
        while node is not None:
            x = np.tanh(node.w * x)
            node = node.next
        return x

    def called(self, x):
        node = self.head
        while node:
            x = node.apply(x) * x
            node = node.next
        return x

    def up_to_the_last(self, x):
        node = self.head
        while node.next is not None:
            x = x * node.w
            node = node.next
        return x + node.w

    def behind_the_first(self, x):
        node = self.head
        while node.next:
            node = node.next
            x = np.sin(x * node.w)
        return x

    def decayed(self):
        total, k, node = 0.0, 0, self.head
        while node is not None:
            total += node.w**2 / (k + 1)
            node, k = node.next, k + 1
        return total

    def counted(self):
        total, k = 0.0, 0
        node = self.head
        while node is not None:
            total += node.w**2 / (k + 1)
            k += 1
            node = node.next
        return total / k

    def scaled(self, s):
        node = self.head
        while node is not None:
            node.w = node.w * s
            node = node.next

    def twice(self, x):
        node = self.head
        while node is not None:
            x = x + node.w
            node = node.next
        node = self.head
        while node is not None:
            x = x * node.w
            node = node.next
        return x


class Joint:
    def __init__(self, angle, parent=None):
        self.angle, self.parent = angle, parent

    def turned(self, p):
        node = self
        while node.parent is not None:
            c, s = np.cos(node.angle), np.sin(node.angle)
            p = np.array([[c, -s], [s, c]]) @ p
            node = node.parent
        return p


def walked(node, x):
    while node is not None:
        x = x * node.w
        node = node.next
    return x


case(
    Chain.forward,
    (Chain(0.5, 0.3, 0.2), 1.5),
    wrt=("self.head.w", "self.head.next.w", "x"),
    other=[(Chain(0.1, -0.3, 0.7), 0.5)],
    guarded=[
        raises("self.head led to a chain of 3", Chain(0.5, 0.3), 1.5),
        raises("self.head led to a chain of 3", Chain(0.5, 0.3, 0.2, 0.1), 1.5),
        raises("self.head led to a chain of 3", Chain(), 1.5),
    ],
)
case(Chain(0.5, 0.3).called, (1.5,), other=[(0.5,)])
case(Chain(0.5, 0.3, 0.7).up_to_the_last, (1.5,), other=[(0.5,)])
case(Chain(0.5).up_to_the_last, (1.5,), name="nothing_but_the_last")
case(Chain(0.5, 0.3, 0.7).behind_the_first, (1.5,), other=[(0.5,)])
case(Chain(0.5, 0.3).counted, ())
case(Chain(0.5, 0.3).scaled, (1.5,), other=[(0.5,)])
case(Chain(0.5, 0.3).twice, (1.5,), other=[(0.5,)])
case(Joint(0.3, Joint(0.5, Joint(0.7))).turned, (r(2),), other=[(r(2),)])
case(walked, (Node(0.5, Node(0.3)), 1.5), wrt=("node.w", "x"))
case(
    Chain(0.5, 0.3).decayed,
    (),
    refused="the object node is compared as a whole",
)


class Bone:
    def __init__(self, length, angle, parent=None):
        self.length, self.angle, self.parent = length, angle, parent

    def start(self):
        if self.parent is None:
            return 0.0, 0.0, self.angle
        x, y, a = self.parent.tip()
        return x, y, a + self.angle

    def tip(self):
        x, y, a = self.start()
        return x + self.length * np.cos(a), y + self.length * np.sin(a), a


def of_which_one_part_is_left(bone):
    x, y, _ = bone.tip()
    return x * y


case(
    of_which_one_part_is_left,
    (Bone(0.7, 0.4, Bone(1.2, 0.3)),),
    other=[(Bone(0.4, 1.4, Bone(0.2, 0.5)),)],
    wrt=["bone.length", "bone.parent.length", "bone.parent.angle"],
)
