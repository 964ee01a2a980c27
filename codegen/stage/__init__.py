"""Staging: names for the values that need one."""
