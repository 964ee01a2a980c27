"""Rows of convolutions, of spectra, of interpolation, of polynomials, and of `bincount` with weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from codegen.gates.table import gate, ranked, ranks

LINES = {"x": (5,), "k": (3,)}
# What "valid" and "same" leave out of the full result, by the shorter of both.
SHORT = "min(len(x), len(k))"
FULL = {
    "": "dout",
    "'full'": "dout",
    "'valid'": f"np.pad(dout, {SHORT} - 1)",
    "'same'": f"np.pad(dout, (({SHORT} - 1) // 2, {SHORT} // 2))",
}
# Where the second is the longer one, `np.correlate` leaves out the other way round.
FULL["turned"] = (
    f"np.pad(dout, (({SHORT} - (len(x) >= len(k))) // 2, ({SHORT} - (len(x) < len(k))) // 2))"
)
for mode, upstream in FULL.items():
    if mode == "turned":
        continue
    tail = f", {mode}" if mode else ""
    gate(
        f"np.convolve(x, k{tail})",
        dx=f"np.correlate({upstream}, k, mode='valid')",
        dk=f"np.correlate({upstream}, x, mode='valid')",
        example=LINES,
    )
for mode, name in (
    ("", "'valid'"),
    ("'valid'", "'valid'"),
    ("'full'", "'full'"),
    ("'same'", "turned"),
):
    tail = f", {mode}" if mode else ""
    gate(
        f"np.correlate(x, k{tail})",
        dx=f"np.convolve({FULL[name]}, k, mode='valid')",
        dk=f"np.correlate({FULL[name]}, x, mode='valid')[::-1]",
        example=LINES,
    )
# In several dimensions, and with what SciPy leaves out: "same" is as large as the first operand.
SCIPY = {
    "": "dout",
    ", mode='full'": "dout",
    ", mode='valid'": "np.pad(dout, [(min(n) - 1,) * 2 for n in zip(x.shape, k.shape)])",
    ", mode='same'": "np.pad(dout, [((n - 1) // 2, n // 2) for n in k.shape])",
}
for name in ("convolve", "fftconvolve", "convolve2d", "correlate", "correlate2d"):
    for mode, upstream in SCIPY.items():
        if name == "correlate2d":  # the other way round where a length is even
            upstream = upstream.replace("((n - 1) // 2, n // 2)", "(n // 2, (n - 1) // 2)")
        whole = "whole" if mode in (", mode='valid'", ", mode='same'") else "dout"
        dx, dk = (f"scipy.signal.{{0}}({whole}, {one}, mode='valid')" for one in "kx")
        turned = name.startswith("correlate")
        gate(
            f"scipy.signal.{name}(x, k{mode})",
            dx=dx.format("convolve" if turned else "correlate"),
            dk=f"np.flip({dk.format('correlate')})" if turned else dk.format("correlate"),
            let={"whole": upstream} if whole == "whole" else {},
            example={"x": (5, 4), "k": (3, 2)},
        )
# The gradient runs through a filter backwards; each coefficient counts for what it was multiplied with.
TAPS = "np.array([back[i:] @ {0}[: max(len(x) - i, 0)] for i in range(len({1}))])"
ranked(
    "scipy.signal.lfilter(b, a, x)",
    {"b": (3,), "a": "np.array([1.0, -0.3])", "x": (6,)},
    db=TAPS.format("x", "b"),
    da="-" + TAPS.format("out", "a"),
    dx="scipy.signal.lfilter(b, a, dout[::-1])[::-1]",
    let={"back": "scipy.signal.lfilter([1.0], a, dout[::-1])[::-1]"},
)

SEGMENT = "np.clip(np.searchsorted(points, x) - 1, 0, len(points) - 2)"
HATS = "np.array([np.sum(np.interp(x, points, hat{0}) * {1}) for hat in np.eye(len(points))])"
RISE = f"(np.diff(values) / np.diff(points))[{SEGMENT}] * ((x >= points[0]) & (x <= points[-1]))"
BETWEEN = {"x": "positive", "points": "np.array([0.0, 0.5, 1.0, 2.0])", "values": (4,)}
for outside, none in (("", ""), (", left=lower, right=upper", ", left=0.0, right=0.0")):
    gate(
        f"np.interp(x, points, values{outside})",
        dx=f"{RISE} * dout",
        dpoints="-" + HATS.format(none, f"({RISE} * dout)"),
        dvalues=HATS.format(none, "dout"),
        example={**BETWEEN, "lower": "0.2", "upper": "0.9"},
    )

# polynomials and counts
gate(
    "np.polyval(p, x)",
    dp="x ** np.arange(len(p) - 1, -1, -1) * dout",
    dx="np.polyval(np.polyder(p), x) * dout",
    when=lambda x: np.ndim(x) == 0,
    example={"p": (3,), "x": "0.7"},
)
gate(
    "np.polyval(p, x)",
    dp="dout @ np.vander(x, len(p))",
    dx="np.polyval(np.polyder(p), x) * dout",
    when=lambda x: np.ndim(x) == 1,
    example={"p": (3,), "x": (4,)},
)
POWERS = "np.polynomial.polynomial."
gate(
    f"{POWERS}polyval(x, c)",
    dc=f"dout @ {POWERS}polyvander(x, len(c) - 1)",
    dx=f"{POWERS}polyval(x, {POWERS}polyder(c)) * dout",
    when=ranks(x=(0, 1), c=1),
    example={"x": (4,), "c": (3,)},
)
gate(
    f"{POWERS}polyval(x, c)",
    dc=f"{POWERS}polyvander(x, len(c) - 1) * dout",
    dx=f"{POWERS}polyval(x, {POWERS}polyder(c)) * dout",
    when=ranks(x=0, c=1),
    example={"x": "0.7", "c": (3,)},
)
VANDER = {"n": "3", "x": (4,)}
gate(
    "np.vander(x, n)",
    dx="np.sum(np.arange(n - 1, 0, -1) * np.vander(x, n - 1) * dout[:, :-1], axis=1)",
    example=VANDER,
)
gate(
    "np.vander(x)",
    dx="np.sum(np.arange(len(x) - 1, 0, -1) * np.vander(x, len(x) - 1) * dout[:, :-1], axis=1)",
    example=VANDER,
)
gate(
    "np.vander(x, n, increasing=True)",
    dx="np.sum(np.arange(1, n) * np.vander(x, n - 1, increasing=True) * dout[:, 1:], axis=1)",
    example=VANDER,
)
# The coefficients of least squares are a matrix times the values.
gate(
    "np.polyfit(x, y, degree)",
    dy="np.linalg.pinv(np.vander(x, degree + 1)).T @ dout",
    when=lambda x, y, degree: np.ndim(x) == np.ndim(y) == np.ndim(degree) + 1 == 1,
    example={"x": "np.arange(5.0)", "y": (5,), "degree": "2"},
)
COUNTS = {"place": "np.array([0, 2, 2])", "w": (3,), "n": "4"}
gate("np.bincount(place, weights=w)", dw="dout[place]", example=COUNTS)
gate("np.bincount(place, weights=w, minlength=n)", dw="dout[place]", example=COUNTS)

# What goes through the frequencies and comes back as real numbers; complex numbers have no gradients of their own.
SPECTRUM = {"x": (5,)}
PADDED = {"x": (2, 5), "n": "8"}
LAST = "x.shape[-1] * np.real(np.fft.ifft({0}, x.shape[-1]))"
FIRST = "x.shape[0] * np.real(np.fft.ifft({0}, axis=0, n=x.shape[0]))"
# A signal is filled with zeros up to n, or cut there.
FILLED = "dx[..., :n] += n * np.real(np.fft.ifft({0}, n))[..., : x.shape[-1]]"
FILLED_FIRST = "dx[:n] += n * np.real(np.fft.ifft({0}, axis=0, n=n))[: x.shape[0]]"


def is_last(x: Any, axis: Any) -> bool:
    return axis in (-1, np.ndim(x) - 1)


def is_first(x: Any, axis: Any) -> bool:
    return axis in (0, -np.ndim(x)) and np.ndim(x) > 1


def is_longer(x: Any) -> bool:
    return np.ndim(x) > 1


TRANSFORMED: tuple[tuple[str, str, Any, dict[str, Any]], ...] = (
    ("x", "x.size * np.real(np.fft.ifft({0}, x.size))", ranks(x=1), SPECTRUM),
    ("x", LAST, is_longer, {"x": (2, 5)}),
    ("x, axis=axis", LAST, is_last, {"x": (2, 5), "axis": "1"}),
    ("x, axis=axis", FIRST, is_first, {"x": (5, 2), "axis": "0"}),
    ("x, n", FILLED, lambda n: n is not None, PADDED),
    ("x, n, axis=axis", FILLED, is_last, {**PADDED, "axis": "1"}),
    ("x, n, axis=axis", FILLED_FIRST, is_first, {"x": (5, 2), "n": "4", "axis": "0"}),
)
for transform in ("np.fft.fft", "np.fft.rfft"):
    for given, back, fits, example in TRANSFORMED:
        f = f"(f := {transform}({given}))"
        gate(f"np.absolute({f}) ** 2", dx=back.format("2 * f * dout"), when=fits, example=example)
        gate(
            f"np.absolute({f})",
            dx=back.format("f / np.where(out == 0, 1, out) * dout"),
            when=fits,
            example=example,
        )
        gate(f"np.real({f})", dx=back.format("dout"), when=fits, example=example)
        gate(f"np.imag({f})", dx=back.format("1j * dout"), when=fits, example=example)
FILTER = {"x": (6,), "h": "np.array([1.0, 0.5 + 0.2j, 0.1, 0.0])", "n": "6"}
gate(
    "np.fft.irfft(h * (f := np.fft.rfft(x)), n)",
    dx="np.fft.irfft(np.conj(h) * np.fft.rfft(dout), n)",
    when=lambda x, n: np.shape(x) == (n,),
    example=FILTER,
)
ranked(
    "np.real(np.fft.ifft(h * (f := np.fft.fft(x))))",
    {"x": (4,), "h": "np.array([1.0, 0.5 + 0.2j, 0.1, 0.5 - 0.2j])"},
    dx="np.real(np.fft.ifft(np.conj(h) * np.fft.fft(dout)))",
)

# The cosine transform with norm="ortho" is a rotation: its inverse takes the gradient back.
for transforms in ("scipy.fft", "scipy.fftpack"):
    for there, back_again in (("dct", "idct"), ("idct", "dct")):
        for given, where in (("", {}), ("axis=axis, ", {"axis": "0"})):
            gate(
                f'{transforms}.{there}(x, {given}norm="ortho")',
                dx=f'{transforms}.{back_again}(dout, {given}norm="ortho")',
                example={"x": (3, 4), **where},
            )
