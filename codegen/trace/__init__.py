"""From a function to what one run of it shows: read, normalize, observe, inline.

`read.py` finds the source, `normalize/` writes it in a smaller language, `observe.py` runs an instrumented copy
(`instrument.py`; what it sees is kept in `run.py`, `facts.py` and `memory.py`), `forced.py` runs the sides that the
example does not take, `inline.py` and `aggregates.py` take calls and objects apart. `convention.py` knows the course's
`return out, cache`.
"""
