"""Names that share memory."""
