"""Tests of codegen/trace."""
