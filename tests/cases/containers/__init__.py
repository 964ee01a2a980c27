"""Lists, tuples and dicts."""
