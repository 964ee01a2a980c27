"""The command line: `arguments.py` reads the words, `jobs.py` says what to make, `deliver.py` prints and writes it."""
