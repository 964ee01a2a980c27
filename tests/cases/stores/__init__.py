"""Arrays changed in place."""
