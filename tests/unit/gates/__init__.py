"""Tests of codegen/gates."""
