"""Detect, decide, redact: three things, none of which knows storage."""
