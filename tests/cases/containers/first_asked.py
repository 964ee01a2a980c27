"""Dicts that give an item to who asks first, lists inside them that grow, and items that are taken off."""

from collections import defaultdict

import numpy as np

from tests.cases import case, uniform

u = uniform(421)


def matrix_of_lists(a, b):
    m = [[0.0] * 2] * 2
    m[0] = [a, b]
    m[1] = [b, a * b]
    return m[0][0] * m[1][1] - m[0][1] * m[1][0]


case(matrix_of_lists, (1.5, 2.5), other=[(2.0, 3.0)])


def rows_comp(a, n):
    m = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            m[i][j] = a[i] * a[j]
    s = 0.0
    for i in range(n):
        s += m[i][n - 1 - i] * (i + 1)
    return s


case(rows_comp, (u(3), 3), other=[(u(4), 4)])


def grouped_default(x, labels):
    groups = defaultdict(float)
    for v, k in zip(x, labels):
        groups[k] += v * v
    return sum(np.sqrt(g) for g in groups.values())


case(grouped_default, (u(5), [0, 1, 0, 2, 1]), other=[(u(3), [1, 1, 0])])


def grouped_default_list(x, labels):
    groups = defaultdict(list)
    for v, k in zip(x, labels):
        groups[k].append(v)
    total = 0.0
    for k in groups:
        total = total + np.prod(groups[k])
    return total


case(grouped_default_list, (u(5), [0, 1, 0, 2, 1]), other=[(u(3), [1, 1, 0])])


def grouped_setdefault(x, labels):
    groups = {}
    for v, k in zip(x, labels):
        groups.setdefault(k, []).append(v)
    total = 0.0
    for k, vs in groups.items():
        total = total + max(vs) * len(vs)
    return total


case(grouped_setdefault, (u(5), [0, 1, 0, 2, 1]), other=[(u(3), [1, 1, 0])])


def setdefault_number(x, p):
    scale = p.setdefault("scale", 2.0)
    return np.tanh(x * scale)


case(setdefault_number, (u(3), {"scale": 1.5}), other=[(u(4), {"scale": 0.5})])


def counted_get(x, labels):
    sums = {}
    for v, k in zip(x, labels):
        sums[k] = sums.get(k, 0.0) + v
    return sum(s**2 for s in sums.values())


case(counted_get, (u(5), ["a", "b", "a", "c", "b"]), other=[(u(3), ["b", "b", "a"])])


def stack_pop(x, tokens):
    stack = [x]
    todo = list(tokens)
    while todo:
        t = todo.pop()
        if t == "sq":
            stack.append(stack.pop() ** 2)
        else:
            stack.append(np.sin(stack.pop()))
    return stack.pop()


case(stack_pop, (1.5, ["sq", "sin", "sq"]), other=[(0.5, ["sin"])])


def rpn(x, y, tokens):
    stack = []
    for t in tokens:
        if t == "x":
            stack.append(x)
        elif t == "y":
            stack.append(y)
        else:
            b = stack.pop()
            a = stack.pop()
            stack.append(a * b if t == "*" else a + b)
    return stack[0]


case(rpn, (1.5, 2.5, ["x", "y", "*", "x", "+"]), other=[(1.5, 2.5, ["x", "x", "*"])])


def setdefault_in_expression(p, x):
    return x * p.setdefault("a", 1.0) + p.setdefault("b", 2.0)


case(setdefault_in_expression, ({"a": 1.5, "b": 2.5}, u(3)), other=[({"a": 0.5, "b": 1.5}, u(2))])


def memo_table(x, n):
    memo = {}
    total = 0.0
    for i in range(n):
        total = total + memo.setdefault(i % 2, np.sum(x) * (i + 1))
    return total


case(memo_table, (u(3), 4), other=[(u(2), 3), (u(2), 1)])


def counts_and_sums(xs, keys):
    sums = defaultdict(float)
    counts = defaultdict(int)
    for x, k in zip(xs, keys):
        sums[k] += x
        counts[k] += 1
    return sum(sums[k] ** 2 / counts[k] for k in sums)


case(counts_and_sums, (u(5), [0, 1, 0, 2, 1]), other=[(u(3), [1, 1, 0])])


def adjacency(x, edges):
    near = defaultdict(list)
    for a, b in edges:
        near[a].append(b)
        near[b].append(a)
    h = np.zeros_like(x)
    for a in near:
        for b in near[a]:
            h[a] += np.tanh(x[b])
    return h


case(adjacency, (u(4), [(0, 1), (1, 2), (2, 3), (0, 2)]), other=[(u(3), [(0, 1), (1, 2)])])


def weighted_adjacency(x, edges, w):
    near = defaultdict(list)
    for (a, b), v in zip(edges, w):
        near[a].append((b, v))
    h = np.zeros_like(x)
    for a in near:
        for b, v in near[a]:
            h[a] += v * x[b]
    return h


case(
    weighted_adjacency,
    (u(4), [(0, 1), (1, 2), (2, 3), (0, 2)], u(4)),
    other=[(u(3), [(0, 1), (1, 2)], u(2))],
)


def shared_matrix(a, b, n):
    m = [[0.0] * n for _ in range(n)]
    for i in range(n):
        m[i][i] = a * i
        m[i][(i + 1) % n] = b
    return sum(m[i][j] ** 2 for i in range(n) for j in range(n))


case(shared_matrix, (1.5, 0.5, 3), other=[(2.0, 1.0, 4)])


def fifo(x, n):
    queue = [x, x * 2]
    for _ in range(n):
        first = queue.pop(0)
        queue.append(first * queue[-1])
    return queue[-1]


case(fifo, (1.1, 3), other=[(0.9, 4)])


def stack_machine(x, y, program):
    stack = [x, y]
    for op in program:
        if op == "mul":
            stack.append(stack.pop() * stack.pop())
        elif op == "dup":
            stack.append(stack[-1])
        else:
            stack.append(np.sin(stack.pop()))
    return stack.pop()


case(stack_machine, (1.5, 0.5, ["sin", "mul", "dup", "mul"]), other=[(1.5, 0.5, ["mul", "sin"])])


def lists_of_one(x):
    groups = defaultdict(list)
    for i in range(len(x)):
        groups[i % 2].append(x[i] * i)
    return sum(sum(v) for v in groups.values())


case(lists_of_one, (u(1),), other=[(u(3),), (u(4),)])
