"""Tests of codegen/lower."""
