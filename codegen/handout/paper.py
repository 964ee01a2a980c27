"""Paper: an HTML page goes in, a PDF made by a headless Chromium comes out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from codegen.errors import CodegenError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
DATE = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")


def browser() -> str | None:
    """Return the program to print with, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def run(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    """Return what a command said; two minutes are enough for a page."""
    limit = 120
    return subprocess.run(command, capture_output=True, timeout=limit)  # noqa: S603  # no shell


def pdf(page: str) -> bytes:
    """Return a page as PDF.

    Raises
    ------
    CodegenError
        If no Chromium is installed, or it fails.
    """
    program = browser()
    if program is None:
        raise CodegenError(
            "a PDF needs Chromium, and none was found",
            advice="Install it (Debian: apt-get install chromium), or print the HTML page.",
        )
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(page, encoding="utf-8")
        command = [
            program,
            "--headless=new",
            "--disable-gpu",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
        ]
        command += ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        command += [f"--print-to-pdf={target}", source.as_uri()]
        try:
            done = run(command)
        except subprocess.TimeoutExpired as error:
            raise CodegenError(
                "Chromium took more than two minutes for a PDF",
                advice="Print the HTML page instead.",
            ) from error
        if not target.is_file():
            said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise CodegenError(
                f"Chromium made no PDF: {' '.join(said)}", advice="Print the HTML page instead."
            )
        return DATE.sub(rb"\g<1>19700101000000", target.read_bytes())
