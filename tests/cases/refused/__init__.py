"""What is refused, with the words of the refusal."""
