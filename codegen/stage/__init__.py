"""Staging: names for the values that need one.

`stages.py` is the pass, `needs.py` says which values need a name, `names.py` gives it, `available.py` knows what
has one already, `spell.py` writes a stage as a line.

`local.py` says what a local gradient reads, `cheap.py` and `sides.py` which values may be written again or stay
whole; `shifts.py` takes shifts out that cancel, `unitaxes.py` notes axes of size 1.
"""
