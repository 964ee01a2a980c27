"""From the tree and the facts of a run to the circuit: blocks of statements, each with a tree of gates.

`statements.py` walks the statements; `assignment.py` binds, `mutation.py` changes in place, given `items.py` (stores),
`writes.py` (calls that fill arrays) and `containers.py` (lists and dicts); `calls.py` follows helpers,
`expressions.py` makes the gates of one expression, `missing.py` says why there is none; `counts.py` knows integers in
dicts, which get no gradient. Most refusals of Python are raised here.

They share a `state.py`; `scope.py` says what names mean at one point, `definitions.py` what they were bound to,
`views.py` which are second names. `effects.py` names draws and what else may happen once only, `header.py` writes
headers of backward loops, `tries.py` lowers `try` and `finally`, `savings.py` knows branches that only
save work, `fixed.py` callees that stay the same, `unique.py` indices without repeats, `ranks.py` reads of several
ranks.
"""
