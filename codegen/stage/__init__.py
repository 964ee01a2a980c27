"""Staging: names for the values that need one.

`stages.py` is the pass, `needs.py` says which values need a name, `names.py` gives it, `available.py` knows what has
one already, `spell.py` writes a stage as a line.
"""
