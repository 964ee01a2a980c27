"""What `python -m codegen` runs: the command line.

A short process: looking for garbage takes longer than the garbage is worth, and so does taking everything apart at the
end, 25 of 330 ms. It ends where its last exit handler has run: the one that was registered first.
"""

import atexit
import gc
import os
import sys

gc.set_threshold(300_000)
codes: list[int] = []


@atexit.register
def leave() -> None:
    """End the process where it is that of the command line; what cannot be written is Python's to report."""
    if not codes or vars(sys.modules["__main__"]) is not globals():
        return
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        return
    os._exit(codes[0])


from codegen.cli.main import main  # noqa: E402

if __name__ == "__main__":
    codes.append(main())
    gc.freeze()
    sys.exit(codes[0])
