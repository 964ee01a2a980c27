"""Number types."""
