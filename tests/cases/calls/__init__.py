"""Calls of functions and closures."""
