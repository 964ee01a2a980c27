"""Drawing the circuit of straight-line functions of growing length, against generating the module (aim: below 1.5)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import codegen
from benchmarks.generation import loaded, text_of
from benchmarks.timing import in_turns
from codegen.handout import circuit_svg

SIZES = (30, 100, 200)


def measure(golden: Path | None) -> Iterator[str]:
    """Yield a line per length."""
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"straight{size}.py"
            path.write_text(text_of(size))
            function = loaded(path).straight
            module = codegen.generate(function, 0.3, -0.2)
            best = in_turns(
                {
                    "generate": lambda function=function: codegen.generate(function, 0.3, -0.2),
                    "draw": lambda module=module: circuit_svg(module),
                },
                rounds=3,
            )
            yield (
                f"{size:5} statements  {best['draw']:7.3f} s:"
                f" {best['draw'] / best['generate']:5.2f} times generate ({best['generate']:.3f} s)"
            )
