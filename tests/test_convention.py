"""The course's convention: `return out, cache` counts as `return out`; names, caches and helpers follow the author's."""

import importlib

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


def affine_backward(dout, cache):
    x, w, b = cache
    return dout.dot(w.T).reshape(x.shape), x.reshape(len(x), -1).T.dot(dout), dout.sum(axis=0)


def softmax_loss(x, y):
    shifted = x - np.max(x, axis=1, keepdims=True)
    log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    loss = -np.sum(log_probs[np.arange(len(x)), y]) / len(x)
    dx = np.exp(log_probs)
    dx[np.arange(len(x)), y] -= 1
    dx /= len(x)
    return loss, dx


class TwoLayerNet:
    def __init__(self, D, H, C, reg):
        self.params = {"W1": r((D, H)), "b1": r(H), "W2": r((H, C)), "b2": r(C)}
        self.reg = reg

    def loss(self, X, y=None):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        h1, cache1 = affine_relu_forward(X, W1, b1)
        scores, cache2 = affine_forward(h1, W2, b2)
        if y is None:
            return scores
        loss, grads = 0, {}
        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(W1**2) + np.sum(W2**2))
        dh1, grads["W2"], grads["b2"] = affine_backward(dscores, cache2)
        grads["W2"] += self.reg * W2
        return loss, grads


def test_gradients_by_hand_go_with_all_that_serves_them_alone():
    module = codegen.generate(TwoLayerNet(4, 5, 3, 0.1).loss, r((6, 4)), np.arange(6) % 3)
    assert "grads" not in module.source
    assert '    dh1, dw, dparams["b2"] = affine_backward(dscores, cache2)\n' in module.source
    assert module.source.count("def ") == 10
    assert module.check().verdict == "right"


class DeepNet:
    """Layers in a loop, with a layer of the same kind behind it; its author's backward pass unpacks what they keep."""

    def __init__(self, dims, scale=None):
        self.L, self.reg, self.params = len(dims) - 1, 0.1, {}
        self.options = {} if scale is None else {"scale": scale}
        for i in range(self.L):
            self.params[f"W{i + 1}"] = r((dims[i], dims[i + 1]))
            self.params[f"b{i + 1}"] = r(dims[i + 1])

    def loss(self, X, y=None):
        caches = []
        out = X
        for i in range(self.L - 1):
            out, fc_cache = affine_forward(out, self.params[f"W{i + 1}"], self.params[f"b{i + 1}"])
            out, relu_cache = relu_forward(out)
            caches.append((fc_cache, relu_cache, self.options))
        W, b = self.params[f"W{self.L}"], self.params[f"b{self.L}"]
        scores, last_cache = affine_forward(out, W, b)
        if y is None:
            return scores
        grads = {}
        loss, dout = softmax_loss(scores, y)
        for i in range(1, self.L + 1):
            loss += 0.5 * self.reg * np.sum(self.params[f"W{i}"] ** 2)
        dout, grads[f"W{self.L}"], grads[f"b{self.L}"] = affine_backward(dout, last_cache)
        for i in reversed(range(self.L - 1)):
            fc_cache, relu_cache, options = caches[i]
            dout = dout * (relu_cache > 0) * options.get("scale", 1.0)
            dout, grads[f"W{i + 1}"], grads[f"b{i + 1}"] = affine_backward(dout, fc_cache)
        return loss, grads


@pytest.mark.parametrize(("dims", "scale"), [((3, 4, 3), None), ((3, 4, 2, 3), 0.5)])
def test_what_layers_in_a_loop_keep_goes(dims, scale):
    net, x, y = DeepNet(dims, scale), r((4, 3)), np.array([0, 2, 1, 1])
    module = codegen.generate(net.loss, x, y)
    assert module.check().verdict == "right"
    assert "caches.append" not in module.source
    loss, _ = module.forward(x[:2], y[:2])
    np.testing.assert_allclose(loss, net.loss(x[:2], y[:2])[0])


def rows_twice(x, w):
    loss, state = without_a_name(x, w)
    again, kept = without_a_name(loss, w)
    grads = {"state": state}
    return np.sum(again * kept[0]), grads


def test_a_helper_is_called_as_it_is_where_one_call_reads_what_it_keeps():
    x, w = r(3), r(3)
    module = codegen.generate(rows_twice, x, w)
    assert module.check().verdict == "right"
    np.testing.assert_allclose(module.forward(x, w)[0], rows_twice(x, w)[0])


def filled_through_an_item(x, w):
    grads, rows = {}, []
    rows.append([])
    inner = rows[0]
    inner.append(x * 2.0)
    grads["inner"] = inner
    return np.sum(rows[0][0] * w), grads


def test_what_fills_an_item_of_a_list_fills_the_list():
    with pytest.raises(codegen.CodegenError, match="append to this list"):  # it is not left out
        codegen.generate(filled_through_an_item, r(3), r(3))


def hinge_naive(W, X, y):
    dW = np.zeros(W.shape)
    loss = 0.0
    for i in range(X.shape[0]):
        scores = X[i].dot(W)
        for j in range(W.shape[1]):
            margin = scores[j] - scores[y[i]] + 1
            if j != y[i] and margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    dW = dW / X.shape[0]
    dW += W
    return loss / X.shape[0], dW


def test_a_gradient_by_hand_goes_that_a_loop_fills():
    module = codegen.generate(hinge_naive, r((3, 4)), r((5, 3)), np.arange(5) % 4, wrt="W")
    assert "dW" not in module.source.split("def hinge_naive_backward")[0]
    assert module.check().verdict == "right"


def written_into(W, X):
    dW = np.zeros(W.shape)
    dW[0] += X[0, 0]
    rows = [X]
    rows[0] += 1.0
    return np.sum(X.dot(W)), dW


def bound_anew(W, X):
    dX = np.zeros(3)
    dX[0] += 1.0
    dX = X
    dX[0] += 1.0
    return np.sum(X.dot(W)), dX


@pytest.mark.parametrize("function", [written_into, bound_anew])
def test_what_a_gradient_by_hand_does_to_an_argument_stays_done(function):
    W, ours = r((3, 2)), r((4, 3))
    theirs = ours.copy()
    codegen.generate(function, W, ours.copy()).forward(W, ours)
    function(W, theirs)
    np.testing.assert_equal(ours, theirs)


def filled_under_a_second_name(x, W):
    s = np.exp(x.dot(W))
    row = s[0]
    row[...] = 1.5
    grads = {"W": row * 2}
    return np.sum(s * s), grads


def filled_in_a_list(x, W):
    s = np.exp(x.dot(W))
    held = [s]
    held[0][0] = 0.5
    grads = {"W": held[0] * 2}
    return np.sum(s * s * x.sum()), grads


def filled_for_the_next_trip(x, W):
    out = 0.0
    buf = np.ones(W.shape[1])
    dW = np.zeros_like(W)
    for i in range(x.shape[0]):
        s = x[i].dot(W) * buf
        out = out + np.sum(s**2)
        buf[0] = 0.5 + i
        dW += np.outer(x[i], s)
    return out, dW


def left_early(x, W):
    s = x.dot(W)
    grads = {}
    total = 0.0
    for k in range(5):
        if k == 3:
            break
        total += np.sum(s**2)
    for k in range(5):
        if k == 3:
            break
        grads[k] = s
    return total * k, grads


def by_hand_on_sides(x, W, mode="a"):
    s = x.dot(W)
    grads = {}
    if mode == "a":
        out = np.sum(s**2)
        grads["W"] = 2 * s
    elif mode == "b":
        grads["b"] = s
        out = np.sum(s)
    if mode == "a":
        grads["c"] = 1
    elif mode == "c":
        grads["d"] = 1
    else:
        grads["e"] = 1
    return out, grads


def deleted_at_the_end(x, W):
    s = x.dot(W)
    ds = 2 * s
    dW = x.T.dot(ds)
    del ds, s
    return np.sum(x.dot(W) ** 2), dW


@pytest.mark.parametrize(
    "function",
    [
        deleted_at_the_end,
        filled_under_a_second_name,
        filled_in_a_list,
        filled_for_the_next_trip,
        left_early,
    ]
    + [by_hand_on_sides],
)
def test_what_the_output_reads_of_it_stays(function):
    module = codegen.generate(function, r((4, 3)), r((3, 2)))
    for x, W in [(r((4, 3)), r((3, 2))), (r((2, 5)), r((5, 4)))]:
        assert module.forward(x, W)[0] == function(x, W)[0]
    assert module.check().verdict == "right"


def noted(value, store):
    store["value"] = value
    return value


def written_by_a_helper(x, W, store):
    s = x.dot(W)
    dW = noted(x.T.dot(2 * s), store)
    return np.sum(s**2), dW


def written_through_an_argument(x, W, store):
    s = x.dot(W)
    g = store["g"]
    g += np.sum(s)
    grads = {"W": g * 2}
    return np.sum(s**2), grads


@pytest.mark.parametrize("function", [written_by_a_helper, written_through_an_argument])
def test_what_a_gradient_by_hand_does_besides_stays_done(function):
    x, W, ours, theirs = r((4, 3)), r((3, 2)), {"g": np.ones(3)}, {"g": np.ones(3)}
    codegen.generate(function, x, W, {"g": np.ones(3)}, wrt=("x", "W")).forward(x, W, ours)
    function(x, W, theirs)
    np.testing.assert_equal(ours, theirs)


def scaled_forward(x, w):
    return x * w, x


def in_a_tuple(x, w):
    loss = np.sum((x * w) ** 2)
    dx, dw = 2 * x * w**2, 2 * x**2 * w
    return loss, (dx, dw)


def in_a_dictionary(x, w):
    loss = np.sum((x * w) ** 2)
    dw = 2 * x**2 * w
    return loss, {"w": dw}


@pytest.mark.parametrize("function", [scaled_forward, in_a_tuple, in_a_dictionary])
def test_an_argument_and_containers_of_gradients_only_hold(function):
    out, _ = codegen.generate(function, r(3), r(3)).forward(r(3), r(3))
    assert not isinstance(out, tuple)


def forward_euler(x, v):
    return x + 0.1 * v, v


def test_the_state_of_a_step_is_an_output():
    out, _ = codegen.generate(forward_euler, r(3), r(3)).forward(r(3), r(3))
    assert isinstance(out, tuple)


TABS = """class Counter:
\tdef __init__(self):
\t\tself.x = 0.3

\tdef scale(self, t):
\t\tself.x = self.x * t

\tdef add(self, t): self.x += t
"""


@pytest.mark.parametrize("word", ["scale", "add"])
def test_a_method_without_a_return_may_be_indented_with_tabs(tmp_path, monkeypatch, word):
    (tmp_path / "tabbed.py").write_text(TABS)
    monkeypatch.syspath_prepend(tmp_path)
    counter = importlib.import_module("tabbed").Counter()
    module = codegen.generate(getattr(counter, word), 0.5)
    out, cache = module.forward(0.5)
    assert out == counter.x == (0.15 if word == "scale" else 0.8)
    assert module.backward(1.0, cache) == ((0.5, 0.3) if word == "scale" else (1.0, 1.0))
