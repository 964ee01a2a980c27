"""Tests of codegen/simplify."""
