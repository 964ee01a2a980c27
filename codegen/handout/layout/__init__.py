"""The layout: a diagram goes in, a picture comes out.

`ordering.py` sorts it into layers, `placing.py` gives coordinates, `channels.py` leads wires, `frames.py` puts boxes
around loops and branches, `drawing.py` makes the SVG of it.
"""
