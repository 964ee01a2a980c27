"""Tests of codegen/handout/circuit."""
