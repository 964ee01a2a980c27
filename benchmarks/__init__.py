"""Measurements, each a ratio against a named reference taken in the same run; `python -m benchmarks` runs them."""
