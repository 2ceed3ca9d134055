"""Manifests, trees, published records and formats. Knows no storage."""
