"""Analyses, each of which returns a table: what is useful (activity), what shares memory (aliasing), what calls do
besides computing (effects).
"""
