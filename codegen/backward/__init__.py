"""From stages to the lines of the backward pass: differentiate, remember, finish, unalias.

`differentiate.py` walks the stages in reverse and is given its writers: `chain.py` hands a gradient through a gate
(`fit.py` finds the shortest text for it), `accumulate.py` adds up, `stores.py` runs changes in place backwards.
Their lines read values of the forward pass by placeholders. `remember.py` decides how each value is kept or made
again, `finish.py` gives the lines their final look: names and headers (`named.py`), no gradients that
only hold items (`straight.py`), none of one side behind its branch (`onesided.py`), zeros that are filled
(`zeros.py`), the comments behind them (`comments.py`);
`unalias.py` adds copies, `wholenumbers.py` lets none of few bits overflow.

The walk writes into a `draft.py`, with the texts of `text.py`; `trips.py`, `flow.py`, `ranks.py` and `samples.py` say
what is known of loops, order and values. Where zero times a slope would be nan is told by `hidden.py` (masks that have
made a gradient zero) and `steep.py` (limits at which slopes are infinite), by way of `bounds.py` and `divisors.py`.
`folded.py` and `shapes.py` (sizes by their names) shorten its lines. `reads.py` finds the values that they read,
`overwritten.py` what changes them, `places.py` tells two indices apart. Lines become fewer, or faster: terms of one
line of the user's (`together.py`), formulas or names (`formulas.py`), one number for many (`spread.py`), gradients made
where they end up (`homes.py`), each for itself on the sides of branches (`apart.py`), copies that are written over in
part (`copiedon.py`), masks of numbers where these are made (`masks.py`). Of the finished lines `handover.py` hands
results on at once; `hold.py` keeps what containers hold, `sidecaches.py` what only one side makes; `rows.py` breaks a
long cache into rows.
"""
