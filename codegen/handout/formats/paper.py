"""Paper: an HTML page goes in, a PDF made by a headless Chromium comes out."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from codegen.errors import CodegenError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LIMIT = 60
NODE = re.compile(rb"\bnode(\d{8})\b")
DATE = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")


def browser() -> str | None:
    """Return the program to print with, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def run(command: list[str], log: Path) -> str:
    """Return the last thing that a command said; it and all that it started are gone then; `CodegenError` if it
    takes longer than a page can take.
    """
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603  # no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired as error:
            raise CodegenError(
                f"Chromium took more than {LIMIT} seconds for a PDF",
                advice="Print the HTML page instead.",
            ) from error
        finally:
            end(process)
    return " ".join(log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:])


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started: a browser is several, and a lost one would keep its files open."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def pdf(page: str) -> bytes:
    """Return a page as PDF; `CodegenError` if no Chromium is installed, or it fails."""
    program = browser()
    if program is None:
        raise CodegenError(
            "a PDF needs Chromium, and none was found",
            advice="Install it (Debian: apt-get install chromium), or print the HTML page.",
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(page, encoding="utf-8")
        command = [
            program,
            "--headless=new",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
        ]
        command += ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        command += [f"--print-to-pdf={target}", source.as_uri()]
        said = run(command, Path(folder, "log.txt"))
        if not target.is_file():
            raise CodegenError(
                f"Chromium made no PDF: {said}", advice="Print the HTML page instead."
            )
        return settled(target.read_bytes())


def settled(found: bytes) -> bytes:
    """Return a PDF without the time it was made at, and with its nodes counted from 1.

    Chromium counts the nodes of all that it opens, so now and then a page begins at another number.
    """
    numbers = {old: k for k, old in enumerate(sorted(set(NODE.findall(found))), 1)}
    found = NODE.sub(lambda m: b"node%08d" % numbers[m[1]], found)
    return DATE.sub(rb"\g<1>19700101000000", found)
