"""Tests of codegen/cli."""
