"""From a function to what one run of it shows: read, normalize, observe, inline.

`read.py` finds the source, `normalize/` writes it in a smaller language, `observe.py` runs an instrumented copy
(`instrument.py`; what it sees is kept in `run.py`, `facts.py` and `memory.py`), `literals.py` leaves out the sides of
helpers that no call takes, `forced.py` runs those that the example does not take. `inline.py` puts the statements of
functions in the place of calls, given `renaming.py` (names and arguments), `questions.py` (what they ask about these)
and `setters.py` (what they write); `candidates.py` says which calls, `conditional.py` which only where a test lets
them, `splicing.py` is what all of these share; `leftovers.py` takes out second names and what nothing reads then.
`aggregates.py` takes objects apart, once `desugar.py` has written their operators as calls; `paths.py` is how it and
others speak of attributes. Objects that a function makes are taken apart by `objects.py`, in lists (`lists.py`), where
they may be None (`optional.py`), and made again where the caller gets them (`whole.py`).
`convention.py` knows the course's `return out, cache`, and `slicing.py` what a function does only for the parts that
go.

`differentiable.py` and `outer.py` say what is differentiated, `followed.py`, `passing.py` and `operators.py` what a
call reaches and hands over; `shown.py` sees which items have two names, `identity.py` tells callees apart, `guards.py`
raises where they are others, `modulenames.py` keeps names of several functions apart, `grown.py` says what items a list
has that grows, `blame.py` whose mistake an error is, `depth.py` bounds how deep a tree may be.
"""
