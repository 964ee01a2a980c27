"""Tests of codegen/handout/formats."""
