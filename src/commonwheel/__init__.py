"""Commonwheel, a public AI data flywheel: give, curate, review, release, learn, take back."""

__version__ = "0.1.0"
