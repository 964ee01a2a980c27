"""The version of the package: read by the build, and written above every generated module."""

__version__ = "0.1.0"
