"""Tests of codegen/handout/lesson."""
