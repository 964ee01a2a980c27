"""Tests of codegen/emit."""
