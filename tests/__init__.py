"""The tests of codegen.

    cases/       forward functions by the feature of the language they use, each with its verdict
    kinds/       every kind of statement and expression of Python, right or refused
    spellings/   calls of NumPy in the spellings people use, one a line
    fuzz/        random programs
    unit/        tests of one file of the house each, in its folders; `check/test_check.py` is that of all of `check/`
    test_*.py    the ways through the whole

`python -m tests.cases PATTERN` judges some cases, `python -m tests.snapshot` says whether any generated text is another one.
"""

import os

# a worker for each core: threads for matrices of three rows would only wait for one another
for word in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(word, "1")
