"""Detectors as JavaScript, made from the very objects that the server runs, so that there is one source."""
