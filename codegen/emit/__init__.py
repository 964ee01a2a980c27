"""From the plan to the text of the module.

`program.py` gathers the pairs of functions, `forward.py` writes a forward pass (the user's own lines where they stay),
`text.py` the planned lines, `surroundings.py` the imports and constants; the templates are in `templates/module/`.
"""
