"""The command line: words go in; code, reports and an exit code come out.

`main.py` goes through it in order: `arguments.py` reads the words, `configuration.py` the settings, `targets.py` finds
functions, `jobs.py` says what to make, `deliver.py` prints, writes and compares it. `judging.py` is `--against` and
`grade`, `show.py` is `--show`. `terminal.py` has colours, and shows what is being
done.
"""
