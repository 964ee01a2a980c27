"""What can be chosen: how a derivative is meant, and the format of the report."""

from __future__ import annotations

FORMS = ("pair", "value_and_grad", "gradient", "elementwise", "jacobian", "hessian", "second")
FORMATS = ("text", "json", "gradescope", "otter", "nbgrader", "prairielearn")
