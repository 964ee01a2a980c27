"""Indices and slices."""
