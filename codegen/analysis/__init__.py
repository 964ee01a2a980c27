"""Analyses, each of which returns a table: what is useful (activity), what shares memory (aliasing), what calls do
besides computing (effects).

`activity.py`, `aliasing.py` and `effects.py` are these; `announced.py` finds the lines that only announce a name.
"""
