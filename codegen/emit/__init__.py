"""From the plan to the text of the module."""
