"""The losses of style transfer."""

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


@example(content_weight=0.06, current=randn((3, 4, 5)), target=randn((3, 4, 5)))
def content_loss(content_weight, current, target):
    loss = content_weight * np.sum((current - target) ** 2)
    return loss


def gram_matrix(features):
    C, H, W = features.shape
    F = features.reshape(C, H * W)
    gram = F.dot(F.T) / (C * H * W)
    return gram


@example(style_weight=0.5, features=randn((3, 4, 5)), target=randn((3, 3)))
def style_loss(style_weight, features, target):
    gram = gram_matrix(features)
    loss = style_weight * np.sum((gram - target) ** 2)
    return loss


@example(img=randn((3, 4, 5)), tv_weight=0.02)
def total_variation_loss(img, tv_weight):
    down = img[:, 1:, :] - img[:, :-1, :]
    right = img[:, :, 1:] - img[:, :, :-1]
    loss = tv_weight * (np.sum(down**2) + np.sum(right**2))
    return loss
