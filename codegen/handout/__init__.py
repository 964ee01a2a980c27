"""Handouts: a finished module goes in; circuits, pages, notebooks and exercises come out."""
