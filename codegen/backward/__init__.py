"""From stages to the lines of the backward pass: differentiate, remember, finish, unalias.

`differentiate.py` walks the stages in reverse and is given its writers: `chain.py` hands a gradient through a gate
(`fit.py` finds the shortest text for it), `accumulate.py` adds up, `stores.py` runs changes in place backwards. Their
lines read values of the forward pass by placeholders. `remember.py` decides how each value is kept or made again,
`finish.py` gives the lines their final look, `unalias.py` adds copies.
"""
