"""Hostile workbooks, generated on top of a real issued form; none is kept as a file."""
