"""The course's convention: `return out, cache` counts as `return out`; names, caches and helpers follow the author's."""

import numpy as np
import pytest

import codegen

r = np.random.default_rng(7).standard_normal


def affine_forward(x, w, b):
    N = x.shape[0]
    out = x.reshape(N, -1).dot(w) + b
    # what the backward pass needs
    cache = (x, w, b)
    return out, cache


def relu_forward(x):
    out = np.maximum(0, x)
    cache = x
    return out, cache


def affine_relu_forward(x, w, b):
    a, fc_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(a)
    cache = (fc_cache, relu_cache)
    return out, cache


def without_a_name(x, w):
    return np.tanh(x * w), (x, w)


def a_dictionary(A_prev, W):
    Z = W @ A_prev
    A = np.maximum(0, Z)
    memory = {"A_prev": A_prev, "Z": Z}
    return A, memory


def a_list_of_caches(x, ws):
    caches = []
    for w in ws:
        x, c = without_a_name(x, w)
        caches.append(c)
    return x, caches


def set_to_none_first(x, w, mode="train"):
    out, cache = None, None
    if mode == "train":
        out = x * w
        cache = (x, w)
    else:
        out = x + w
    return out, cache


def gradient_by_hand(x, y):
    e = x - y
    loss = np.sum(e**2)
    dx = 2 * e
    dx /= 1.0
    return loss, dx


def called_for_the_output(x, w, b):
    h, _ = affine_forward(x, w, b)
    return np.sum(h**2)


def conv_forward_naive(x, w):
    out = x * w
    ctx = (x, w)
    return out, ctx


ONE_OUTPUT = [
    (affine_forward, (r((4, 3)), r((3, 2)), r(2))),
    (relu_forward, (r((4, 3)),)),
    (affine_relu_forward, (r((4, 3)), r((3, 2)), r(2))),
    (without_a_name, (r(3), r(3))),
    (a_dictionary, (r((3, 4)), r((2, 3)))),
    (a_list_of_caches, (r(3), [r(3), r(3)])),
    (set_to_none_first, (r(3), r(3))),
    (gradient_by_hand, (r(3), r(3))),
    (called_for_the_output, (r((4, 3)), r((3, 2)), r(2))),
    (conv_forward_naive, (r(3), r(3))),
]


@pytest.mark.parametrize(("function", "args"), ONE_OUTPUT, ids=[f.__name__ for f, _ in ONE_OUTPUT])
def test_only_the_output_counts(function, args):
    module = codegen.generate(function, *args)
    value = function(*args)
    want = value[0] if isinstance(value, tuple) else value
    out, cache = module.forward(*args)
    np.testing.assert_array_equal(out, want)
    grads = module.backward(np.ones_like(out), cache)
    grads = grads if isinstance(grads, tuple) else (grads,)
    direction = [
        r(np.shape(a)) if isinstance(a, np.ndarray) else [r(b.shape) for b in a] for a in args
    ]

    def moved(h):
        at = [
            (
                a + h * d
                if isinstance(a, np.ndarray)
                else [b + h * e for b, e in zip(a, d, strict=True)]
            )
            for a, d in zip(args, direction, strict=True)
        ]
        value = function(*at)
        return np.sum(value[0] if isinstance(value, tuple) else value)

    slope = (moved(1e-6) - moved(-1e-6)) / 2e-6
    inner = sum(np.sum(np.multiply(g, d)) for g, d in zip(grads, direction, strict=True))
    assert inner == pytest.approx(slope, rel=1e-6)


def test_the_author_s_names_are_kept():
    source = codegen.generate(affine_relu_forward, *ONE_OUTPUT[2][1]).source
    assert "def affine_relu_forward(x, w, b):" in source
    assert "def affine_relu_backward(dout, cache):" in source
    assert "    a, fc_cache = affine_forward(x, w, b)\n" in source
    assert "    fc_cache, relu_cache = cache\n" in source
    assert source.count("def ") == 6
    source = codegen.generate(conv_forward_naive, r(3), r(3)).source
    assert "def conv_backward_naive(dout, ctx):" in source


def test_what_only_fills_the_cache_goes():
    source = codegen.generate(affine_forward, *ONE_OUTPUT[0][1]).source
    assert "# what the backward pass needs" not in source
    assert "/= 1.0" not in codegen.generate(gradient_by_hand, r(3), r(3)).source


def test_the_report_says_what_was_taken():
    text = str(codegen.generate(affine_forward, *ONE_OUTPUT[0][1]).check())
    assert "out counts as output; cache only holds what a backward pass reads" in text


def state_and_output(x, h):
    h = np.tanh(x + h)
    c = h * x
    return c, (h, c)


def test_what_may_be_an_output_is_one():
    x, h = r(3), r(3)
    _, cache = codegen.generate(state_and_output, x, h).forward(x, h)
    out, _ = codegen.generate(state_and_output, x, h).forward(x, h)
    assert isinstance(out, tuple)
    assert isinstance(cache, tuple)


def computed(x, w):
    cache = np.tanh(x * w)
    return x * w, cache


def test_what_is_computed_is_an_output_whatever_its_name():
    out, _ = codegen.generate(computed, r(3), r(3)).forward(r(3), r(3))
    assert isinstance(out, tuple)


def kept_in_an_argument(x, w, store):
    cache = store
    cache.append(1.0)
    return x * w, cache


def test_what_is_kept_for_others_stays_kept():
    store = []
    codegen.generate(kept_in_an_argument, r(3), r(3), [], outputs=0).forward(r(3), r(3), store)
    assert store == [1.0]


def test_outputs_may_be_named():
    x, h = r(3), r(3)
    for wanted in ("c", 0, ["c"]):
        out, _ = codegen.generate(state_and_output, x, h, outputs=wanted).forward(x, h)
        np.testing.assert_array_equal(out, state_and_output(x, h)[0])
    out, _ = codegen.generate(affine_forward, *ONE_OUTPUT[0][1], outputs=["out", "cache"]).forward(
        *ONE_OUTPUT[0][1]
    )
    assert isinstance(out, tuple)
    with pytest.raises(codegen.UsageError, match="returns no z"):
        codegen.generate(state_and_output, x, h, outputs="z")


def two_values(x, w):
    h = np.tanh(x * w)
    out = h * x
    return out, h


def test_the_report_says_what_counts_where_that_is_not_certain():
    both = codegen.generate(two_values, r(3), r(3))
    told = "out and h count as outputs, and dout is a tuple; outputs= says which of them count"
    assert told in both.check().notes
    one = codegen.generate(two_values, r(3), r(3), outputs="out")
    assert "    cache = (" in one.source  # h is more than a cache
    assert "out counts as output; h only holds" in str(one.check())


def with_options(x, options):
    return x * options["p"] if options["mode"] == "train" else x


def test_a_dictionary_of_options_is_not_differentiated_unless_asked():
    options = {"p": 0.5, "mode": "train"}
    assert codegen.generate(with_options, r(3), options).wrt == ("x",)
    asked = codegen.generate(with_options, r(3), options, wrt=("x", "options"))
    assert asked.wrt == ("x", "options")


def scaled(x, k):
    return x * k


def repeated(x, n):
    for _ in range(n):
        x = np.sin(x)
    return x


def weighed(p, x):
    return np.sum(x * p["a"] + p["b"] ** 2)


def test_an_integer_that_would_count_as_a_float_is_named():
    text = "k is an integer and left out; as a float it would have a gradient"
    assert text in codegen.generate(scaled, r(3), 2).check().notes
    assert not [n for n in codegen.generate(repeated, r(3), 2).check().notes if "integer" in n]
    among = codegen.generate(weighed, {"a": 1, "b": 2.0}, r(3)).check().notes
    assert "p['a'] is an integer and left out; as a float it would have a gradient" in among
