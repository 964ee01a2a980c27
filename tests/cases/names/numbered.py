"""Variables whose gradients are called as the parts of an upstream gradient are."""

import numpy as np

from tests.cases import case, normal

r = normal(73)


def second_output_called_out2(x, w):
    out1 = x * w
    out2 = np.tanh(out1)
    return out2, out1 * x


case(second_output_called_out2, (r(3), r(3)))


def outputs_that_stand_twice(x):
    dout2 = x * 2
    out2 = dout2 * x
    return out2, x, x


case(outputs_that_stand_twice, (r(3),))


def display_behind_out2(x, w):
    out2 = np.tanh(x * w)
    return out2, (x * x, w)


case(display_behind_out2, (r(3), r(3)))
