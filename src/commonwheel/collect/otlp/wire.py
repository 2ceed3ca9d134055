"""The bytes of an OTLP request: protobuf, or JSON in the encoding of the protocol.

Format: https://opentelemetry.io/docs/specs/otlp/
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pydantic_core

from commonwheel.errors import Invalid, TooLarge

MAX_BYTES = 16_000_000
"""Of a request, unpacked."""
MAX_SPANS = 10_000
"""Of a request; as many events, over all its spans."""
_DEEPEST = 20
_LONGEST_ID = 32
"""In bytes: twice what the protocol has, for those who count otherwise."""
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)

Attributes = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanEvent:
    """Something that happened in a span."""

    name: str
    attributes: Attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One operation. Ids are lowercase hex; `started` is in nanoseconds since 1970, 0 where it is not said."""

    trace: str
    span: str
    name: str
    started: int = 0
    attributes: Attributes = field(default_factory=dict)
    events: tuple[SpanEvent, ...] = ()


def unpacked(body: bytes, encoding: str) -> bytes:
    """A body as it was before it was packed with gzip. Raises TooLarge before it takes more than MAX_BYTES."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise Invalid([("/header/Content-Encoding", "is gzip or identity")])
    packer = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        plain = packer.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        raise Invalid([("", "is not packed with gzip")]) from None
    if len(plain) > MAX_BYTES:
        raise TooLarge(f"A request has at most {MAX_BYTES} bytes.", most=MAX_BYTES)
    if not packer.eof:
        raise Invalid([("", "is cut short")])
    return plain


def spans_of_protobuf(body: bytes) -> list[Span]:
    """The spans of an ExportTraceServiceRequest. Raises Invalid for what is none."""
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    request = ExportTraceServiceRequest()
    try:
        request.ParseFromString(body)
    except (DecodeError, RecursionError):
        raise Invalid([("", "is not an OTLP trace request")]) from None
    return _bounded(
        Span(
            trace=span.trace_id.hex() if len(span.trace_id) <= _LONGEST_ID else "",
            span=span.span_id.hex() if len(span.span_id) <= _LONGEST_ID else "",
            name=span.name,
            started=span.start_time_unix_nano,
            attributes=_attributes_of(span.attributes),
            events=tuple(SpanEvent(name=e.name, attributes=_attributes_of(e.attributes)) for e in span.events),
        )
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    )


def _attributes_of(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value_of(pair.value, 0) for pair in pairs}


def _value_of(value: Any, depth: int) -> Any:
    kind = value.WhichOneof("value")
    if kind is None or depth > _DEEPEST:
        return None
    if kind == "array_value":
        return [_value_of(each, depth + 1) for each in value.array_value.values]
    if kind == "kvlist_value":
        return {each.key: _value_of(each.value, depth + 1) for each in value.kvlist_value.values}
    return getattr(value, kind) if kind != "bytes_value" else None


def spans_of_json(body: bytes) -> list[Span]:
    """The same of a request in JSON."""
    try:
        request = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError:
        raise Invalid([("", "is not JSON")]) from None
    if not isinstance(request, dict):
        raise Invalid([("", "is not an OTLP trace request")])
    return _bounded(
        _span(span)
        for resource in _listed(request, "resourceSpans")
        for scope in _listed(resource, "scopeSpans")
        for span in _listed(scope, "spans")
    )


def _span(span: Mapping[str, Any]) -> Span:
    started = str(span.get("startTimeUnixNano", "0"))
    return Span(
        trace=_id(span.get("traceId")),
        span=_id(span.get("spanId")),
        name=str(span.get("name", "")),
        started=int(started) if started.isascii() and started.isdigit() and len(started) < 20 else 0,
        attributes=_pairs(span),
        events=tuple(
            SpanEvent(name=str(event.get("name", "")), attributes=_pairs(event))
            for event in _listed(span, "events")
        ),
    )


def _pairs(of: Mapping[str, Any]) -> dict[str, Any]:
    return {str(pair.get("key", "")): _plain(pair.get("value"), 0) for pair in _listed(of, "attributes")}


def _plain(value: Any, depth: int) -> Any:
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None
    if "arrayValue" in value:
        return [_plain(each, depth + 1) for each in _listed(value["arrayValue"], "values")]
    if "kvlistValue" in value:
        pairs = _listed(value["kvlistValue"], "values")
        return {str(each.get("key", "")): _plain(each.get("value"), depth + 1) for each in pairs}
    if "intValue" in value:
        return int(text) if _INTEGER.fullmatch(text := str(value["intValue"])) else None
    return next((value[kind] for kind in ("stringValue", "boolValue", "doubleValue") if kind in value), None)


def _listed(of: Any, name: str) -> list[Any]:
    found = of.get(name) if isinstance(of, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _id(value: Any) -> str:
    text = str(value or "").lower()
    return text if len(text) <= 2 * _LONGEST_ID and all(sign in "0123456789abcdef" for sign in text) else ""


def _bounded(spans: Iterator[Span]) -> list[Span]:
    found: list[Span] = []
    events = 0
    for span in spans:
        found.append(span)
        events += len(span.events)
        if max(len(found), events) > MAX_SPANS:
            raise TooLarge(f"A request has at most {MAX_SPANS} spans, and as many events.", most=MAX_SPANS)
    return found
