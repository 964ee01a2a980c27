"""Checks the exercises beside it, stage by stage. No answer is stored here: what is right is found by moving the numbers of the
forward pass a little and looking at its output. `todo` stands for what is still to be written.
"""

try:
    from codegen.judge.stages import numbers, progress, todo
except ImportError:  # judge.py, which needs NumPy alone, lies beside this file
    from judge import numbers, progress, todo

__all__ = ["numbers", "progress", "todo"]
