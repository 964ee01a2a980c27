"""From a function to what one run of it shows: read, normalize, observe, inline.

`read.py` finds the source, `normalize/` writes it in a smaller language, `observe.py` runs an instrumented copy
(`instrument.py`; what it sees is kept in `run.py`, `facts.py` and `memory.py`), `forced.py` runs the sides that
the example does not take. `inline.py` puts the statements of functions in the place of calls, given `renaming.py`
(names and arguments), `questions.py` (what they ask about these) and `setters.py` (what they write);
`leftovers.py` takes out what nothing reads then;
`aggregates.py` takes objects apart, once `desugar.py` has written their operators as calls; `paths.py` is how it and
others speak of attributes.
`convention.py` knows the course's `return out, cache`, and `slicing.py` what a function does only for the parts that
go.

`differentiable.py` and `outer.py` say what is differentiated, `followed.py`, `passing.py` and `operators.py` what
a call reaches and hands over; `changes.py` sees what calls change, `shown.py` which items have two names,
`identity.py` tells callees apart, `guards.py` raises where they are others, `modulenames.py` keeps names of several
functions apart, `copies.py` takes second names out again, `depth.py` bounds how deep a tree may be.
"""
