"""`python -m tests.kinds` writes the page of what of Python a forward function may use."""

import pathlib

from tests.kinds import table

(pathlib.Path(__file__).parents[2] / "docs" / "python.md").write_text(table())
