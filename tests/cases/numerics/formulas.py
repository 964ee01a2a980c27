"""Formulae of physics, statistics and numerical work, as scientists write them."""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(10), uniform(10)
G = 6.674e-1
K_B = 1.38


def pendulum_energy(theta, omega, length, mass):
    g = 9.81
    kinetic = 0.5 * mass * (length * omega) ** 2
    potential = mass * g * length * (1 - math.cos(theta))
    return kinetic + potential


case(pendulum_energy, (0.5, 1.2, 2.0, 1.5), other=[(-1.0, 0.2, 1.0, 0.5)])


def lennard_jones(r_, epsilon, sigma):
    sr6 = (sigma / r_) ** 6
    return 4 * epsilon * (sr6**2 - sr6)


case(lennard_jones, (1.5, 1.0, 1.2), other=[(2.0, 0.5, 1.0)])


def pairwise_energy(x):
    n = x.shape[0]
    diff = x[:, None, :] - x[None, :, :]
    d2 = np.sum(diff**2, axis=-1) + np.eye(n)
    return 0.5 * np.sum(1.0 / d2) - 0.5 * n


case(pairwise_energy, (r(4, 2),), other=[(r(3, 3),)])


def gravitation(m1, m2, p1, p2):
    d = p2 - p1
    dist = np.sqrt(np.sum(d**2))
    return G * m1 * m2 * d / dist**3


case(gravitation, (1.5, 2.0, r(3), r(3)), other=[(0.5, 1.0, r(2), r(2))])


def planck(nu, T):
    return 2 * nu**3 / (np.exp(nu / (K_B * T)) - 1)


case(planck, (u(4), 1.3), other=[(u(2), 0.7)])


def relativistic(m, v):
    gamma = 1 / math.sqrt(1 - v**2)
    return (gamma - 1) * m


case(relativistic, (1.5, 0.4), other=[(0.5, -0.7)])


def van_der_waals(T, V, a, b):
    return T / (V - b) - a / V**2


case(van_der_waals, (1.5, 2.0, 0.3, 0.1), other=[(0.5, 1.0, 0.1, 0.2)])


def damped_oscillation(t, amplitude, gamma, omega, phi):
    return amplitude * np.exp(-gamma * t) * np.cos(omega * t + phi)


case(damped_oscillation, (r(4), 1.5, 0.3, 2.0, 0.1), other=[(r(2), 0.5, 0.1, 1.0, 1.1)])


def thin_lens(f, d):
    return 1 / (1 / f - 1 / d)


case(thin_lens, (1.5, 4.0), other=[(0.5, 3.0)])


def heat_step(temperature, alpha):
    interior = temperature[1:-1]
    laplace = temperature[2:] - 2 * interior + temperature[:-2]
    return interior + alpha * laplace


case(heat_step, (r(6), 0.1), other=[(r(4), 0.2)])


def laplace_2d(u_):
    return u_[1:-1, 2:] + u_[1:-1, :-2] + u_[2:, 1:-1] + u_[:-2, 1:-1] - 4 * u_[1:-1, 1:-1]


case(laplace_2d, (r(4, 5),), other=[(r(3, 3),)])


def rolled_difference(x, h):
    return (np.roll(x, -1) - np.roll(x, 1)) / (2 * h)


case(rolled_difference, (r(5), 0.5), other=[(r(7), 1.5)])


def trapezoid(y, x):
    return np.sum((y[1:] + y[:-1]) / 2 * np.diff(x))


case(trapezoid, (r(5), np.cumsum(u(5))), other=[(r(3), np.cumsum(u(3)))])


def quaternion_product(q, p):
    w0, x0, y0, z0 = q
    w1, x1, y1, z1 = p
    return np.array(
        [
            w0 * w1 - x0 * x1 - y0 * y1 - z0 * z1,
            w0 * x1 + x0 * w1 + y0 * z1 - z0 * y1,
            w0 * y1 - x0 * z1 + y0 * w1 + z0 * x1,
            w0 * z1 + x0 * y1 - y0 * x1 + z0 * w1,
        ]
    )


case(quaternion_product, (r(4), r(4)))
