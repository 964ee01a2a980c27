"""The numeric check of a generated module. In: the function, its generated pair, example arguments. Out: a `Report`.

The pair is run as a user would run it, on the example and on a second set of sizes and values: the forward pass against the
function, every gradient against central differences, and the promises (nothing changed, nothing shared, twice the same).
"""

from __future__ import annotations

from codegen.check.report import Report, Row

__all__ = ["Report", "Row"]
