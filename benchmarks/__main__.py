"""`python -m benchmarks [name ...] [--golden FOLDER]` runs the measurements and prints their ratios.

The folder holds modules of hand-written pairs, one per function (`batchnorm.py` with `batchnorm_forward` and
`batchnorm_backward`); it may also be named by the environment variable GOLDEN.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

NAMES = ("startup", "generation", "drawing", "loops", "growth", "runtime", "course", "sameness")


def main() -> int:
    """Run the named measurements, or all; 1 if one of them failed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure the generator and what it writes."
    )
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(NAMES)}; all if none is named")
    parser.add_argument(
        "--golden", type=Path, default=os.environ.get("GOLDEN"), help="folder of hand-written pairs"
    )
    options = parser.parse_args()
    for name in options.names:
        if name not in NAMES:
            parser.error(f"there is no measurement {name}: {', '.join(NAMES)}")
    folder = Path(options.golden) if options.golden else None
    failed = 0
    for name in options.names or NAMES:
        measurement = importlib.import_module(f"benchmarks.{name}")
        print(f"{name}: {measurement.__doc__.splitlines()[0]}")
        try:
            for line in measurement.measure(folder):
                print(f"  {line}", flush=True)
        except Exception as error:  # noqa: BLE001  # the other measurements still run
            failed = 1
            print(f"  failed: {type(error).__name__}: {error}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
