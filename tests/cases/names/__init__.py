"""Names: bound, taken, overwritten."""
