"""Layers in a dict or list, some without numbers of their own: listed, turned round, and told by a word that is put together."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(871)


class Scale:
    def __init__(self):
        self.w, self.x, self.dw = u(), None, None

    def forward(self, x):
        self.x = x
        return self.w * x

    def backward(self, dout):
        self.dw = np.sum(self.x * dout)
        return self.w * dout


class Tanh:
    def __init__(self):
        self.y = None

    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dout):
        return (1 - self.y**2) * dout


class Net:
    def __init__(self, count=2):
        self.count = count
        self.layers = {}
        for k in range(1, count + 1):
            self.layers["scale" + str(k)] = Scale()
            self.layers["tanh" + str(k)] = Tanh()
        self.losses = [Tanh() for _ in range(count + 1)]

    def forward(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def turned_round(self, x):
        dout = self.forward(x)
        layers = list(self.layers.values())
        layers.reverse()
        for layer in layers:
            dout = layer.backward(dout)
        grads = {}
        for k in range(1, self.count + 1):
            grads["w" + str(k)] = self.layers["scale" + str(k)].dw
        return grads

    def read_backwards(self, x):
        dout = self.forward(x)
        for layer in reversed(list(self.layers.values())):
            dout = layer.backward(dout)
        return dout

    def sliced(self, x):
        layers = list(self.layers.values())
        for layer in layers[:3]:
            x = layer.forward(x)
        return x

    def by_word(self, x):
        for k in range(1, self.count + 1):
            x = self.layers[f"scale{k}"].forward(x)
            x = self.layers[f"tanh{k}"].forward(x)
        return x

    def several_losses(self, x):
        loss = np.sum(self.losses[0].forward(x))
        for k in range(self.count):
            loss += np.sum(self.losses[1 + k].forward(k * x))
        return loss


for method in (Net.turned_round, Net.read_backwards, Net.sliced, Net.by_word):
    case(
        method,
        (Net(), u(3)),
        other=[(Net(), u(4))],
        guarded=[raises("when this code was made", Net(3), u(3))],
    )
case(
    Net.several_losses,
    (Net(), u(3)),
    other=[(Net(), u(4))],
    guarded=[raises("self.count was 2", Net(3), u(3))],
)
