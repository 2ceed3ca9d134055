"""Traces of applications, as OpenTelemetry sends them (OTLP/HTTP): from bytes to what could be given.

`wire` reads the bytes, `dialects` finds what was said in a span, `interactions` makes contributions of it.
"""
