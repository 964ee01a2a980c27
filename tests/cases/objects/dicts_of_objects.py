"""Objects that a function is given, and whose methods change the dict, list or buffer in an attribute: running averages."""

import numpy as np

from tests.cases import case, normal

r = normal(12)


class Layer:

    def __init__(self, count, steps=0):
        self.gain, self.buffer = r(count), r(count)
        self.running = {"mean": r(count)}
        self.history = [r(count)]
        self.steps = steps

    def __call__(self, x):
        mean = x.mean(0)
        self.running["mean"] = 0.9 * self.running["mean"] + 0.1 * mean
        return self.gain * (x - mean)

    def updated(self, x):
        self.running.update(mean=x * 2, last=x)
        return self.gain * self.running["mean"] + self.running["last"]

    def written(self, x):
        np.multiply(x, 2.0, out=self.buffer)
        self.steps += 1
        return self.gain * self.buffer

    def appended(self, x):
        self.history.append(x * 2)
        return self.gain * self.history[-1] + self.history[0]

    def on_both_sides(self, x):
        if self.steps > 0:
            self.running["mean"] = self.running["mean"] * x
        else:
            self.running["mean"] = x
        self.steps += 1
        return self.running["mean"].sum()


def called_and_read(layer, x):
    return np.tanh(layer(x)).sum() + layer.running["mean"].sum()


def update_of_the_attribute(layer, x):
    layer.running.update(mean=0.9 * layer.running["mean"] + x)
    return layer.gain * layer.running["mean"]


def update_in_a_method(layer, x):
    return layer.updated(x)


def buffer_of_a_method(layer, x):
    return layer.written(x)


def list_of_a_method(layer, x):
    return layer.appended(x)


def on_both_sides(layer, x):
    return layer.on_both_sides(x) + layer.on_both_sides(x * 2)


def in_a_loop(layer, x):
    total = 0.0
    for k in range(3):
        total = total + (layer.updated(x * k) * layer.running["mean"]).sum()
    return total


case(called_and_read, (Layer(3), r(4, 3)), other=[(Layer(3), r(5, 3))])
case(update_of_the_attribute, (Layer(3), r(3)))
case(update_in_a_method, (Layer(3), r(3)))
case(buffer_of_a_method, (Layer(3), r(3)))
case(list_of_a_method, (Layer(3), r(3)))
case(on_both_sides, (Layer(3), r(3)), other=[(Layer(3, 1), r(3))])
case(in_a_loop, (Layer(3), r(3)))
