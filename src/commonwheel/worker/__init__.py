"""The process that curates and runs scheduled work."""
