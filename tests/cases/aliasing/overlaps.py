"""Parts of an array that lie apart in the example and overlap at other sizes."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(761)


def ends_of_a_column(x):
    y = np.sin(x)
    top = y[:2]
    bottom = y[-2:]
    s = (top * bottom).sum()
    top -= s
    return y * s + bottom.sum()


for rows in (6, 7, 17):
    case(
        ends_of_a_column,
        (r(rows, 2),),
        other=[(r(4, 2),), (r(9, 3),)],
        guarded=[raises("x.shape[0] was", r(n, 2)) for n in (3, 2, 1)],
        name=f"ends_of_{rows}_rows",
    )


def first_and_last(x):
    first, last = x[0], x[-1]
    first += last
    return first, last, x


case(
    first_and_last,
    (r(3, 2),),
    other=[(r(2, 2),), (r(4, 3),)],
    guarded=[raises("x.shape[0] was 3", r(1, 2))],
)


def doubled_front(x, k):
    y = x * x
    front, back = y[:k], y[3:]
    front *= 2
    return y * back.sum()


case(
    doubled_front,
    (r(7), 2),
    other=[(r(7), 3), (r(7), 1), (r(5), 2)],
    guarded=[raises("k was 2", r(7), 4), raises("k was 2", r(7), 5)],
)
