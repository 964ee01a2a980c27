"""`python -m tests.pages` writes what commands print into the pages that show them."""

import contextlib
import io
import pathlib
import re
import shlex
import sys

ROOT = pathlib.Path(__file__).parents[1]
PAGES = ("docs/architecture.md",)
BLOCK = re.compile(r"^```console\n\$ python -m codegen (.*)\n((?:.*\n)*?)```$", re.MULTILINE)


def printed(words: str) -> str:
    """What a command prints."""
    from codegen.cli.main import main

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(shlex.split(words)) == 0
    return out.getvalue()


def digits(text: str) -> str:
    """A text without the digits of relative errors, which depend on the machine."""
    return re.sub(r"\b\de-\d\d\b", "0e-00", text)


def filled(text: str) -> str:
    """A page with what its commands print today."""
    return BLOCK.sub(
        lambda found: f"```console\n$ python -m codegen {found[1]}\n{printed(found[1])}```", text
    )


if __name__ == "__main__":
    for page in PAGES:
        path = ROOT / page
        path.write_text(filled(path.read_text()))
        print(f"wrote {page}", file=sys.stderr)
