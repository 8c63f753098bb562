"""The frame of charts over two axes."""

from __future__ import annotations

from longtail.reports.svg import Frame

FRAME = Frame(left=52.0, right=16.0, top=22.0, bottom=45.0)
HEIGHT = 236.0
"""pixels"""
