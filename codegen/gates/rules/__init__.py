"""Rows of gates, one file a topic, as its name says; `codegen.gates.load` imports every file of this folder.

A new gate is one call in the file of its topic; its numeric test exists already. NumPy's own elementwise functions are
in `elementary.py`, those of SciPy and `math` that it has not in `special.py`.

    gate("np.sinh(x)", dx="np.cosh(x) * dout")

The left side is NumPy as a user writes it, each name in it an operand. `dx` is the gradient of `x`, in terms of the
operands, `out` and `dout`. No row mentions broadcasting, copies or `+=`. What else a row can say stands at
`codegen.gates.table.gate`. A pattern that several gates make up is a row with a longer left side.
"""
