"""Judging hand-written derivatives. In: a function, a derivative in any form. Out: a report, or a row per submission.

`judging.py` is the way in; `asserting.py` is what users call. Everything that `standalone` rests on needs NumPy alone,
for it is handed out as one file.

How a derivative is called is told by `forms.py`, what it returns by `reading.py`; it is run by `running.py` at the
points of `points.py` and compared by `numbers.py` with what `truth.py` knows; `report.py` tells the result,
`explain.py` adds our own line. `lines.py` looks for the first wrong line: `code.py` and `watching.py` watch functions
run, `probes.py` has the true gradients of the forward pass, `suspects.py` the variables that are wrong, `told.py`
what numbers tell; `cures.py` tries the small changes of `repairs.py`, `astray.py` looks for what no variable shows.
`places.py` points at a line, `mistakes.py` has the words. Exercises: `stages.py`, `todo.py`. A class: `grade.py`,
with `worker.py` behind the walls of `sandbox.py`, and `formats.py` for graders. `options.py` has what can be chosen,
`plugin.py` is for pytest; `single.py` and `standalone.py` make the one file.
"""
