"""Staging: names for the values that need one.

`stages.py` is the pass, `breaks.py` says where a line is broken up, for which values need a name, `names.py` gives it,
`available.py` knows what has one already, `spell.py` writes a stage as a line.

`local.py` says what a local gradient reads, `recomputable.py` which values may be written again, `where.py` which
sides of `np.where` stay whole, `rowcounts.py` which indices take one item of each row; `shifts.py` takes shifts out
that cancel, `ties.py` takes ties as the function does, `unitaxes.py` notes axes of size 1, `newkeys.py` lets copies of
dicts hand on the gradient of old keys alone.
"""
