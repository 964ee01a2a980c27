"""Files: text or bytes go in; a file that is there as a whole or not at all comes out."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from codegen.errors import UsageError


def write(path: str | Path, data: str | bytes) -> bool:
    """Write a file, whole or not at all.

    Parameters
    ----------
    path : path
        Its folder is made if there is none.
    data : str or bytes

    Returns
    -------
    bool
        Whether the file was changed; one that holds the data already is left alone.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    final = Path(os.path.realpath(path))
    content = data.encode() if isinstance(data, str) else data
    try:
        if (
            final.exists() and not final.is_file()
        ):  # a device or a pipe has no other file to be replaced by
            final.write_bytes(content)
            return True
        if final.is_file() and final.read_bytes() == content:
            return False
        final.parent.mkdir(parents=True, exist_ok=True)
        replace(final, content)
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror or error}",
            advice="Choose another place with -o.",
        ) from error
    return True


def replace(final: Path, data: bytes) -> None:
    """Put a file in the place of another in one move."""
    handle, temporary = tempfile.mkstemp(dir=final.parent, prefix=".codegen-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, mode_of(final))
        os.replace(temporary, final)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def mode_of(path: Path) -> int:
    """Return the permissions a file has, or would have as a new one."""
    if path.exists():
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
