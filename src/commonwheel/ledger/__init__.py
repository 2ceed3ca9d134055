"""Receipts: signed statements that a person can keep and check. The log itself comes later."""
