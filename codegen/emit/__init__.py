"""From the plan to the text of the module.

`program.py` gathers the pairs of functions, `forward.py` writes a forward pass (the user's own lines where they
stay: `whole.py`), `guards.py` what it asks first, `text.py` the planned lines, `surroundings.py` the imports (in order:
`imports.py`) and constants; the templates are in `templates/module/`.

`annotated.py` gives them types, `layout.py` a project's style, `numbered.py` stage numbers, `together.py` makes
one file of several, `destination.py` writes it. `arguments.py` says what arguments must be, `userlines.py` reads
the user's own lines, `templates.py` finds templates.
"""
