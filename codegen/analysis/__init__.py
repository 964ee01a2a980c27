"""Analyses of a traced function: what is useful, what shares memory."""
