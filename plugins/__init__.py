"""Doors that live in other programs: each a folder, none part of the package."""
