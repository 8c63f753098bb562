"""Runs cells in processes of their own, within limits, and keeps what they leave."""
