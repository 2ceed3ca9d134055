"""Dates as people write them: which day is meant, in numbers, in names of months, in East Asian forms and eras."""

import re
from calendar import monthrange
from typing import NamedTuple

from commonwheel.curate.folding import fold
from commonwheel.curate.wordlists import tables

MONTHS = {
    fold(name): number for number, names in enumerate(tables("months")["months"], 1) for name in names.split()
}
"""Names of months and their short forms, in lower case and folded, by number."""

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
"""Japanese eras: the year before each began."""

_SPACE = r"[ ]{1,2}"
_NAMED = r"(?P<{}>[^\W\d_][^\s\d.,]{{1,14}})"
_LEADS = r"(?P<{}>[^\W\d_][^\s\d.,]{{2,14}})"
_ORDINAL = r"(?:st|nd|rd|th)?"
DATE = re.compile(
    r"(?<![\w.,/-])(?:(?:"
    r"(?P<iso>(?P<y1>[0-9]{4})(?P<s1>[-/.])(?P<m1>[0-9]{1,2})(?P=s1)(?P<d1>[0-9]{1,2}))"
    r"|(?P<a2>[0-9]{1,2})[ ]?(?P<s2>[./-])[ ]?(?P<b2>[0-9]{1,2})[ ]?(?P=s2)[ ]?(?P<y2>[0-9]{4}|[0-9]{2})"
    r"|(?P<d3>[0-9]{1,2})(?:st|nd|rd|th|\.|º|er|e)?[ -]{0,2}(?:of |de |d['’]|tháng )?"
    rf"{_NAMED.format('m3')}\.?,?"
    r"[ -]{1,2}(?:of |de |del |do )?(?P<y3>[0-9]{4}|['’]?[0-9]{2})"
    rf"|{_LEADS.format('m4')}\.?{_SPACE}(?P<d4>[0-9]{{1,2}}){_ORDINAL},?{_SPACE}(?:of |in )?(?P<y4>[0-9]{{4}})"
    r"|(?P<compact>[0-9]{8})"
    r"|(?P<d7>[0-9]{1,2})[ ]tháng[ ](?P<m7>[0-9]{1,2})(?:,|[ ]năm)?[ ](?P<y7>[0-9]{4})"
    r")(?![\w/]|[.,-][0-9])"
    r"|(?P<y5>[0-9]{4}) ?[年년][. ]{0,2}(?P<m5>[0-9]{1,2}) ?[月월] ?(?P<d5>[0-9]{1,2}) ?[日号號일]?"
    r"|(?P<era>明治|大正|昭和|平成|令和)(?P<y6>元|[0-9]{1,2})年(?P<m6>[0-9]{1,2})月(?P<d6>[0-9]{1,2})日"
    r")",
    re.IGNORECASE,
)
"""Whatever may be a date with a day, a month and a year; `day_of` says whether it is."""

DAY_AND_MONTH = re.compile(
    rf"(?<![\w.,/-])(?:(?P<d1>[0-9]{{1,2}})(?:st|nd|rd|th|\.|º|er)?[ ](?:of |de |d['’])?{_NAMED.format('m1')}"
    rf"|{_LEADS.format('m2')}\.?[ ](?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?)(?![\w/]|[.,-][0-9]|,? [0-9]{{4}})",
    re.IGNORECASE,
)
"""A day of a month without its year."""


class Day(NamedTuple):
    """A day that there is. A date in numbers alone may be read in either order: one reading is enough."""

    year: int
    month: int
    day: int


def day_of(found: re.Match[str]) -> Day | None:
    """The day that a match of `DATE` means; None where there is no such day."""
    group = found.groupdict()
    if group["iso"]:
        return _day(group["y1"], group["m1"], group["d1"])
    if group["y2"]:
        return _day(group["y2"], group["b2"], group["a2"]) or _day(group["y2"], group["a2"], group["b2"])
    if group["y3"]:
        return _day(group["y3"].lstrip("'’"), _month(group["m3"]), group["d3"])
    if group["y4"]:
        return _day(group["y4"], _month(group["m4"]), group["d4"])
    if group["y5"]:
        return _day(group["y5"], group["m5"], group["d5"])
    if group["era"]:
        year = 1 if group["y6"] == "元" else int(group["y6"])
        return _day(_ERAS[group["era"]] + year, group["m6"], group["d6"])
    if group["compact"]:
        run = group["compact"]
        return (
            _day(run[:4], run[4:6], run[6:])
            or _day(run[4:], run[2:4], run[:2])
            or _day(run[4:], run[:2], run[2:4])
        )
    return _day(group["y7"], group["m7"], group["d7"])


def is_day_and_month(found: re.Match[str]) -> bool:
    """Whether a match of `DAY_AND_MONTH` is one."""
    month = _month(found["m1"] or found["m2"])
    return bool(month) and 1 <= int(found["d1"] or found["d2"]) <= monthrange(2000, month)[1]


def _month(name: str) -> int:
    return MONTHS.get(name.lower().rstrip("."), 0)


def _day(year: str | int, month: str | int, day: str | int) -> Day | None:
    written = str(year)
    number = int(written)
    if len(written) == 2:
        number += 1900 if number > 29 else 2000
    elif 2440 <= number <= 2580:
        number -= 543  # counted from the Buddha's death, as in Thailand
    elif 1300 <= number <= 1409:
        number += 621  # the solar year of Iran
    if not (1 <= int(month) <= 12 and 1000 <= number <= 2999):
        return None
    if not 1 <= int(day) <= monthrange(number, int(month))[1]:
        return None
    return Day(number, int(month), int(day))
