"""Lists of rows in which whole numbers make room for floats: `[[0, 0] for _ in range(n)]`."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.cases import case, normal

r = normal(271)


def joints(lengths: Any, angles: Any) -> Any:
    points: Any = [[0, 0] for _ in range(len(lengths) + 1)]
    for i in range(1, len(lengths) + 1):
        points[i][0] = points[i - 1][0] + lengths[i - 1] * np.cos(angles[i - 1])
        points[i][1] = points[i - 1][1] + lengths[i - 1] * np.sin(angles[i - 1])
    return points[len(lengths)][0] * points[len(lengths)][1]


def moved_joints(points: Any, lengths: Any) -> Any:
    for i in range(1, len(lengths) + 1):
        points[i][0] = points[i - 1][0] + lengths[i - 1]
        points[i][1] = points[i - 1][1] * lengths[i - 1]
    return points[len(lengths)][0] * points[len(lengths)][1]


case(joints, (r(3), r(3)), other=[(r(5), r(5)), (r(1), r(1))])
case(
    moved_joints,
    ([[0, 0], [1.0, 0], [2.0, 1.0], [3.0, 1.0]], r(3)),
    other=[([[0.5, 0.2], [1.0, 0.3], [2.0, 1.0], [0.1, 0.7]], r(2))],
)
