"""Judging hand-written derivatives. In: a function, a derivative in any form. Out: a report, or a row per submission.

`judging` is the way in; `asserting` is what users call. Everything that `standalone` rests on needs NumPy alone, for it
is handed out as one file.
"""
