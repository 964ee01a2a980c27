"""Gradients through loops that unroll something: descent, differential equations, filters."""

import math

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


@example(x=randn(4), A=randn((4, 4)), b=randn(4), lr=0.05, steps=3)
def gradient_descent(x, A, b, lr, steps):
    """The loss after some steps of gradient descent on a least-squares problem."""
    for k in range(steps):
        r = A.dot(x) - b
        x = x - lr * A.T.dot(r)
    return 0.5 * np.sum((A.dot(x) - b) ** 2)


@example(theta=0.5, omega=0.0, length=2.0, dt=0.1, steps=4)
def euler_pendulum(theta, omega, length, dt, steps):
    g = 9.81
    for k in range(steps):
        alpha = -g / length * math.sin(theta)
        theta = theta + dt * omega
        omega = omega + dt * alpha
    return theta, omega


def lotka_volterra(z, rates):
    prey, predators = z[0], z[1]
    born = rates[0] * prey - rates[1] * prey * predators
    died = rates[2] * prey * predators - rates[3] * predators
    return np.array([born, died])


@example(z=np.array([1.5, 1.0]), rates=np.array([1.5, 1.0, 0.8, 2.0]), dt=0.1, steps=4)
def runge_kutta(z, rates, dt, steps):
    """Predator and prey after some steps of the classical Runge-Kutta method."""
    for k in range(steps):
        k1 = lotka_volterra(z, rates)
        k2 = lotka_volterra(z + 0.5 * dt * k1, rates)
        k3 = lotka_volterra(z + 0.5 * dt * k2, rates)
        k4 = lotka_volterra(z + dt * k3, rates)
        z = z + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return z


def kalman_inputs():
    """Returns measurements, state, covariance and the four matrices of a filter: position and velocity in the plane."""
    F = np.eye(4) + 0.1 * np.eye(4, k=2)
    H = np.eye(2, 4)
    return randn((3, 2)), randn(4), np.eye(4), F, H, 0.01 * np.eye(4), 0.1 * np.eye(2)


@example(kalman_inputs)
def kalman_filter(z, x, P, F, H, Q, R):
    """The negative log-likelihood of the measurements, up to a constant."""
    loss = 0.0
    for t in range(z.shape[0]):
        # predict
        x = F.dot(x)
        P = F.dot(P).dot(F.T) + Q
        # update
        innovation = z[t] - H.dot(x)
        S = H.dot(P).dot(H.T) + R
        K = P.dot(H.T).dot(np.linalg.inv(S))
        loss += 0.5 * innovation.dot(np.linalg.solve(S, innovation))
        loss += 0.5 * np.log(np.linalg.det(S))
        x = x + K.dot(innovation)
        P = P - K.dot(H).dot(P)
    return loss


@example(a=2.0)
def newton_sqrt(a):
    root = a
    while abs(root * root - a) > 1e-9:
        root = 0.5 * (root + a / root)
    return root


@example(coefficients=[1.0, -2.0, 0.5, 3.0], x=1.5, k=0)
def horner(coefficients, x, k):
    """A polynomial by Horner's rule: c0 + x * (c1 + x * (c2 + ...))."""
    if k == len(coefficients) - 1:
        return coefficients[k]
    return coefficients[k] + x * horner(coefficients, x, k + 1)
