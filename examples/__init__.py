"""Forward functions of the course with example inputs; each is a target for `python -m codegen`."""
