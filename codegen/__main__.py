"""What `python -m codegen` runs: the command line."""

import gc
import sys

gc.set_threshold(
    300_000
)  # a short process: looking for garbage takes longer than the garbage is worth

from codegen.cli.main import main  # noqa: E402

if __name__ == "__main__":
    code = main()
    gc.freeze()  # nor is it worth it at the end
    sys.exit(code)
