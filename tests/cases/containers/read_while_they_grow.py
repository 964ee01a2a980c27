"""Lists that become arrays in the loop that makes them longer: keys and values so far, rows so far."""

import numpy as np

from tests.cases import case, normal

r = normal(93)


def read_while_it_grows(xs, W):
    kept, out = {"k": []}, []
    for x in xs:
        kept["k"].append(x @ W)
        K = np.stack(kept["k"])
        weights = np.exp(K @ x)
        out.append(weights @ K / weights.sum())
    return np.concatenate(out)


case(read_while_it_grows, (r(3, 2), r(2, 2)), other=[(r(2, 3), r(3, 3)), (r(1, 3), r(3, 3))])


def all_so_far(xs, W):
    rows = [xs[0]]
    for x in xs:
        rows.append(np.tanh(np.array(rows).sum(0) * x @ W) + np.vstack(rows)[0])
    return np.vstack(rows)


case(all_so_far, (r(3, 2), r(2, 2)), other=[(r(2, 3), r(3, 3)), (r(1, 3), r(3, 3))])
