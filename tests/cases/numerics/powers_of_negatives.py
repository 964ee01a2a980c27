"""Powers of negative numbers, which there are for whole exponents alone: no slope by the exponent."""

import math

from tests.cases import case


def power(x, p):
    return math.pow(x, p)


case(power, (1.5, 2.0), other=[(1.3, 3.5), (2.0, -1.0)])


def powers(x, p, q):
    return math.pow(x, p) + math.pow(x * 2.0, q) * p


case(powers, (1.5, 2.0, 3.0), other=[(1.3, 3.5, 0.5)])


def power_law(x, y, p):
    return y * math.pow(x - y, p) + x


case(power_law, (1.5, 0.5, 3.0), other=[(1.3, -0.5, 1.0)])


def angle_beyond_its_bounds(x, p):
    return math.acos(x) * math.pow(x, p)


case(angle_beyond_its_bounds, (0.5, 3.0), other=[(0.3, 1.5)])
