"""Rows of arithmetic: `+ - * / ** // %` and what spells them."""

from __future__ import annotations

from codegen.gates.table import gate, ranks

gate("x + y", dx="dout", dy="dout")
gate(
    "x + y",
    dx="dout[: len(x)]",
    dy="dout[len(x) :]",
    when=lambda x, y: isinstance(x, list | tuple) and isinstance(y, list | tuple),
    example={"x": "[0.3, 0.7]", "y": "[-0.2]"},
)
gate("x - y", dx="dout", dy="-dout")
gate("x * y", dx="y * dout", dy="x * dout")
gate("-x", dx="-dout")
gate("+x", dx="dout")

gate("x / y", dx="dout / y", dy=["-out / y * dout", "-x / y**2 * dout"])
gate("1.0 / y", dy="-1.0 / y**2 * dout")

gate("x ** n", dx="n * x ** (n - 1) * dout", dn="out * np.log(x) * dout", example={"x": "positive"})
gate("c ** n", dn="out * float(np.log(c)) * dout", when=ranks(c=0), example={"c": "2.5"})
gate("x ** 2", dx="2 * x * dout")
gate("x ** 3", dx="3 * x**2 * dout")
gate("x ** 4", dx="4 * x**3 * dout")
gate("x ** 1", dx="dout")
gate("x ** 0", zero=True)
gate("np.e ** n", dn="out * dout")
gate("x ** 0.5", dx=["0.5 / out * dout", "0.5 * x**-0.5 * dout"], example={"x": "positive"})
gate("x ** 1.5", dx="1.5 * x**0.5 * dout", example={"x": "positive"})
gate("x ** -0.5", dx=["-0.5 * out / x * dout", "-0.5 * x**-1.5 * dout"], example={"x": "positive"})
gate("x ** -1", dx="-1.0 / x**2 * dout")
gate("x ** -2", dx="-2.0 / x**3 * dout")

gate("x // y", zero=True)
gate("x % y", dx="dout", dy="-(x // y) * dout", example={"y": "positive"})
gate("np.fmod(x, y)", dx="dout", dy="-np.trunc(x / y) * dout", example={"y": "positive"})
gate("np.copysign(x, y)", dx="np.sign(x) * np.copysign(1.0, y) * dout", dy="0")
