"""The circuit: a recording goes in; its gates with what flows along their wires come out.

`breakdown.py` breaks lines into gates (`rules.py` finds the row of each), `backflow.py` gives them gradients,
`folding.py` picks what is drawn; that is a `Diagram` of `diagram.py`, which `graphs.py` writes as text. `labels.py` says
what stands on a gate, `kinks.py` what one does where it has no single slope.
"""
