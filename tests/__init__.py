"""The tests of codegen: one file per module, a corpus of forward functions, two fuzzers."""
