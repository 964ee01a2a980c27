"""Tests of codegen/inputs."""
