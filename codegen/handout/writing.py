"""Writing files: bytes go in, a file that is there as a whole or not at all comes out."""

from __future__ import annotations

import os
from pathlib import Path

from codegen.cli.destination import replace
from codegen.errors import UsageError


def write_bytes(path: Path, data: bytes) -> Path:
    """Write a file in one step and return its path.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    final = Path(os.path.realpath(path))
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        replace(final, data)
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror or error}", advice="Choose another folder."
        ) from error
    return path
