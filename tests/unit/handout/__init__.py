"""Tests of codegen/handout."""
