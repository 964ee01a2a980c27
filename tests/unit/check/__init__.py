"""Tests of codegen/check."""
