"""From the tree and the facts of a run to the circuit: blocks of statements, each with a tree of gates.

`statements.py` walks the statements; `assignment.py` binds, `mutation.py` changes in place, `calls.py` follows helpers,
`expressions.py` makes the gates of one expression. Most refusals of Python are raised here.
"""
