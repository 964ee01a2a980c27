"""Gates whose gradient is a quotient with a limit at one point."""

import numpy as np
from scipy import special

from tests.cases import case


def special_quotients(x):
    return special.exprel(x) + special.ellipk(x) * special.ellipe(x)


case(
    special_quotients,
    (np.array([0.1, 0.3, 0.5]),),
    exact=[((np.array([0.0, 0.0]),), {"x": np.array([0.5, 0.5])})],
)


def transformed(x, p):
    return special.boxcox(x, p)


case(transformed, (2.0, 0.7), exact=[((2.0, 0.0), {"x": 0.5, "p": np.log(2.0) ** 2 / 2})])
