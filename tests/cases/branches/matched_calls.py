"""What is matched is computed in the header; a pattern gives it a name."""

import numpy as np

from tests.cases import case, normal

r = normal(99)


def rest_of_three(x, n):
    match n % 3:
        case 0:
            return np.sum(x)
        case 1 | 2 as rest:
            return np.sum(x * x) * rest


def by_mode(x, mode):
    match mode:
        case "double" as word:
            y = x * 2
        case _ as word:
            y = x * x
    return np.sum(y) * len(word)


case(rest_of_three, (r(3), 4), other=[(r(4), 3), (r(3), 5)])
case(by_mode, (r(3), "double"), other=[(r(4), "square")])
