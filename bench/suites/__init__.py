"""Suites that come with longtail."""
