"""Rows of gates, one file a topic; `codegen.gates.load` imports every file of this folder."""
