"""From the tree and the facts of a run to the circuit: blocks of statements, each with a tree of gates.

`statements.py` walks the statements; `assignment.py` binds, `mutation.py` changes in place, given `items.py` (stores)
and `containers.py` (lists and dicts); `calls.py` follows helpers, `expressions.py` builds the wire of one expression.
It is given `matched.py` (the gate of the first row that fits, be the call written another way), `displays.py`
(containers known piece by piece), `reach.py` (what is active), `texts.py` (what is printed), `forms.py` (canonical
forms in a scope), `assumed.py` (what is guarded later) and `missing.py` (why there is no gate). Most refusals of Python
are raised here.

They share a `state.py`; `scope.py` says what names mean at one point, `definitions.py` what they were bound to,
`views.py` which are second names. `effects.py` names draws and what else may happen once only, `header.py` writes
headers of backward loops, `tries.py` lowers `try` and `finally`, `savings.py` knows branches that only save work,
`fixed.py` callees that stay the same, `gathered.py` asks for the methods of a class once, `unique.py` indices without
repeats, `ranks.py` reads of several ranks, `stairs.py` what is rounded.
"""
