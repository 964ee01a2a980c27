"""Formulae in a straight line."""
