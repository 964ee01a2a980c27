"""Helpers that get nothing that counts, and that could give another shape on a side which nobody takes."""

import math

import numpy as np

from tests.cases import case

SMALL = 1e-12


def length(data, axis=None):
    data = np.array(data, dtype=np.float64, copy=True)
    if data.ndim == 1:
        return math.sqrt(np.dot(data, data))
    data *= data
    return np.sqrt(np.atleast_1d(np.sum(data, axis=axis)))


def quaternion_about_an_axis(angle, axis):
    q = np.array([0.0, axis[0], axis[1], axis[2]])
    qlen = length(q)
    if qlen > SMALL:
        q *= math.sin(angle / 2.0) / qlen
    q[0] = math.cos(angle / 2.0)
    return q


case(quaternion_about_an_axis, (0.3, [1, 0, 0]), other=[(0.4, [0, 1, 0]), (0.4, [1, 2, 0])])
