"""The numbering plans of the world's telephones as data for JavaScript, from `phonenumbers`."""

import json
from typing import Any

import phonenumbers
from phonenumbers import PhoneMetadata
from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE

_OTHER_TYPES = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail")
_HEAD = """// Made by `python -m plugins.browser.compile`: the numbering plans of libphonenumber, which are
// under the Apache License 2.0, as the Python package `phonenumbers` holds them.
"""


def written() -> str:
    """The module `plans.js`."""
    regions = {code: _plan(PhoneMetadata.metadata_for_region(code, None)) for code in sorted(_regions())}
    for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        regions[str(code)] = _plan(PhoneMetadata.metadata_for_nongeo_region(code, None))
    codes = {
        code: [region if region != "001" else str(code) for region in listed]
        for code, listed in sorted(COUNTRY_CODE_TO_REGION_CODE.items())
    }
    lines = [f"  {json.dumps(name)}: {_compact(plan)}," for name, plan in regions.items()]
    return (
        f"{_HEAD}export const CODES = {_compact(codes)};\nexport const PLANS = {{\n" + "\n".join(lines) + "\n};\n"
    )


def _regions() -> list[str]:
    return [region for region in phonenumbers.SUPPORTED_REGIONS if region != "001"]


def _compact(thing: object) -> str:
    return json.dumps(thing, separators=(",", ":"), ensure_ascii=True)


def _plan(metadata: Any) -> dict[str, Any]:
    others = [_shape(found) for name in _OTHER_TYPES if (found := getattr(metadata, name)) is not None]
    plan = {
        "code": metadata.country_code,
        "abroad": metadata.international_prefix,
        "trunk": metadata.national_prefix or "",
        "prefix": metadata.national_prefix_for_parsing,
        "changed": metadata.national_prefix_transform_rule,
        "leading": metadata.leading_digits,
        "any": _shape(metadata.general_desc),
        "local": list(metadata.general_desc.possible_length_local_only),
        "fixed": _shape(metadata.fixed_line),
        "mobile": _shape(metadata.mobile),
        "same": metadata.same_mobile_and_fixed_line_pattern,
        "others": [shape for shape in others if shape],
        "formats": [
            [
                each.pattern,
                each.format,
                "".join(each.leading_digits_pattern[-1:]),
                each.national_prefix_formatting_rule or "",
            ]
            for each in metadata.number_format
        ],
    }
    return {name: value for name, value in plan.items() if value}


def _shape(described: Any) -> list[Any] | None:
    if described is None or not described.national_number_pattern:
        return None
    return [described.national_number_pattern, [each for each in described.possible_length if each > 0]]
