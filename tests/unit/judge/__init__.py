"""Tests of what judges hand-written derivatives."""
