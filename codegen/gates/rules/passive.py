"""Rows of functions whose derivative is zero almost everywhere; those that return integers or booleans need none."""

from __future__ import annotations

import numpy as np

from codegen.gates.table import gate

for name in ("floor", "ceil", "rint", "trunc", "fix", "sign", "round", "spacing"):
    gate(f"np.{name}(x)", zero=True)
gate("np.round(x, decimals)", zero=True, example={"decimals": "1"})
gate("round(x)", zero=True, example={"x": "0.7"})
gate("round(x, digits)", zero=True, example={"x": "0.7", "digits": "1"})
gate("round(x, ndigits=digits)", zero=True, example={"x": "0.7", "digits": "1"})
gate("np.heaviside(x, h)", zero=True)
gate("np.imag(x)", zero=True, when=lambda x: not np.iscomplexobj(x))
gate("np.nextafter(x, y)", dx="dout", dy="0")
gate("np.divmod(x, y)[0]", zero=True)
gate("divmod(x, y)[0]", zero=True)
gate("np.modf(x)[1]", zero=True)
gate("math.modf(x)[1]", zero=True, example={"x": "0.7"})
for name in ("zeros_like", "ones_like", "empty_like"):
    gate(f"np.{name}(x)", zero=True)
    gate(f"np.{name}(x, dtype)", zero=True, example={"dtype": "float"})
    gate(f"np.{name}(x, shape=shape)", zero=True, example={"shape": "(2, 2)"})
OF_NO_SLOPE = (
    "argmax",
    "argmin",
    "argsort",
    "count_nonzero",
    "isnan",
    "isfinite",
    "isinf",
    "signbit",
)
for name in (*OF_NO_SLOPE, "shape", "size", "ndim"):
    gate(f"np.{name}(x)", zero=True)
for name in ("argmax", "argmin", "argsort"):
    gate(f"np.{name}(x, axis=axis)", zero=True, example={"axis": "0"})
# counts do not change with the values; where no edges are given, these do
EDGES = {"x": (4,), "edges": "np.array([-1.0, 0.0, 1.0])", "n": "3", "ends": "(-2.0, 2.0)"}
gate("np.histogram(x, edges)", dx="0", when=lambda edges: np.ndim(edges) == 1, example=EDGES)
gate("np.histogram(x, n, range=ends)", dx="0", example=EDGES)
