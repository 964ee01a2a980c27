"""Gates that have a gradient by some of their operands only, random numbers with parameters, and what to write instead."""

import numpy as np
from scipy import special

from tests.cases import case, normal, uniform

r, u = normal(461), uniform(461)


def bessel(order, x):
    return special.jv(order, x)


case(bessel, (0.7, u(3)), refused="no gradient by order\n")
case(bessel, (0.7, u(3)), wrt=["x"], name="bessel_of_a_given_order")


def incomplete(x):
    return special.gammainc(x, 2.0)


case(incomplete, (0.7,), refused='codegen.gate("scipy.special.gammainc(x, y)", dx="(')


def quantile(x, q):
    return np.quantile(x, q, axis=1)


case(quantile, (r(2, 5), 0.3), refused="no gradient by q\n")
case(quantile, (r(2, 5), 0.3), wrt=["x"], name="quantile_of_the_values")


def drawn(mu, s):
    return np.random.normal(mu, s)


case(drawn, (r(3), u(3)), refused="scale them, as in mu + s * np.random.randn(n)")


def floored(x):
    y = x * 3
    y //= 0.1
    return y * x


case(floored, (r(3),), refused="Write y = y // 0.1 instead.")


def twice_in_a_tuple(x):
    y = x * 1
    z = (y,) * 2
    return z[0] + z[1]


case(twice_in_a_tuple, (r(3),), other=[(r(5),)])
