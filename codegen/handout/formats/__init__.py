"""The formats: a lesson goes in, files come out.

`page.py` is the HTML page and the PDF of it (`sheets.py` puts it on paper, `boxes.py` and `javascript.py` let it
judge what is written into it, `mathml.py` writes its formulas), `slides.py`, `notebook.py`,
`markdown.py` and `tex.py` the others.
"""
