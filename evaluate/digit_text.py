"""Text full of digits and about nobody: tables, invoices, results, timestamps, prices, ISBNs."""

from collections.abc import Callable, Iterator
from random import Random

from evaluate.world.filling import seeded, shaped

DOCUMENTS = 400
"""How many of each kind are made."""

_TEAMS = ("Lions", "Rovers", "Union", "Athletic", "Rangers", "City", "United", "Wanderers")
_GOODS = ("Bolt M8", "Paper A4", "Cable 3 m", "Lamp E27", "Paint 5 l", "Filter 40x60", "Battery AA")


def _money(random: Random) -> str:
    figure = random.uniform(1, 9999)
    return random.choice((f"${figure:,.2f}", f"{figure:.2f} €", f"{figure:.0f} kr"))


def table(random: Random) -> Iterator[str]:
    """Columns of measurements."""
    yield "\t".join(("sample", "x", "y", "count", "mean", "sd"))
    for row in range(8):
        figures = (f"{random.uniform(-500, 500):.4f}", f"{random.uniform(-90, 90):.3f}", shaped(random, "#######"))
        yield "\t".join((f"{row:03}", *figures, f"{random.random():.5f}", f"{random.random():.5f}"))


_LOGS = (
    "[17########.######] eth0: ######### packets, ############ bytes",
    "2023-11-0# 14:2#:07,### pid ##### wrote ######## bytes",
    "job ############ finished in ##### ms, ## retries",
    "16########### partition=## offset=##########",
    "id ##################### seq #######",
)
_BOOKS = (", ### pp., 19##, vol. ##(#), pp. ###-###", ", #nd ed., 20##, $##.##", " (ISSN ####-####), 1##:#-##")
_CODES = (
    "tracking #### #### #### #### ##",
    "EAN #############",
    "batch ########/###",
    "ticket #1######",
    "part no. ###-#####-##",
    "case ###-##-####",
    "firmware 10.#.##.###",
    "DOI 10.####/######.#######",
    "arXiv:2###.#####",
    "order ###-#######-#######",
    "lot ##-###-###-##",
)
_TIMETABLE = (
    "1#.0#.20## 1#:4#-1#:5# room ### train ####",
    "1###-19##, #/1#/20##, week 2#",
    "flight ####, gate ##, 0#:1#, seat ##",
    "## ## ## ## ##, bonus #, draw ####",
)


def log(random: Random) -> Iterator[str]:
    """Lines with timestamps, process numbers and sizes."""
    yield from _lines(random, _LOGS, 8)


def codes(random: Random) -> Iterator[str]:
    """Tracking, batch, order and part numbers, EANs and versions."""
    yield from _lines(random, _CODES, 8)


def calendar(random: Random) -> Iterator[str]:
    """Timetables, periods of years, flights and lotteries."""
    yield from _lines(random, _TIMETABLE, 8)


def _lines(random: Random, shapes: tuple[str, ...], count: int) -> Iterator[str]:
    for _ in range(count):
        yield shaped(random, random.choice(shapes), capitals=False)


def invoice(random: Random) -> Iterator[str]:
    """Positions, prices, article and order numbers."""
    yield shaped(random, "Invoice 20##-######  Order ##########", capitals=False)
    for place in range(1, 6):
        article, amount = shaped(random, "#######"), random.randint(1, 500)
        yield f"{place:>3}  {article}  {random.choice(_GOODS):14} {amount:>4} x {_money(random)}  {_money(random)}"
    yield f"Net {_money(random)}  VAT 19 %  {_money(random)}  Total {_money(random)}  due in 14 days"


def sports(random: Random) -> Iterator[str]:
    """Results, times and standings."""
    for _ in range(6):
        first, second = random.sample(_TEAMS, 2)
        yield shaped(random, f"{first} - {second} #:# (#:#), ##### spectators", capitals=False)
        yield shaped(random, f"1#. {second} 2# #-#-# ## pts, best 1:2#.##", capitals=False)


def books(random: Random) -> Iterator[str]:
    """ISBNs with right check digits, pages and years."""
    for _ in range(5):
        digits = shaped(random, "978#########")
        check = -sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10
        hyphens = f"{digits[:3]}-{digits[3]}-{digits[4:8]}-{digits[8:]}-{check}"
        rest = shaped(random, random.choice(_BOOKS), capitals=False)
        yield f"ISBN {random.choice((f'{digits}{check}', hyphens))}{rest}"


def arithmetic(random: Random) -> Iterator[str]:
    """Sums, sequences and matrices."""
    for _ in range(5):
        a, b = random.randint(10, 10**6), random.randint(10, 10**6)
        yield f"{a} + {b} = {a + b}; {a} * {b} = {a * b}; {a} / {b} = {a / b:.10f}"
        yield "[" + ", ".join(str(random.randint(0, 9999)) for _ in range(10)) + "]"
        yield shaped(random, " ".join(["###"] * 12))


KINDS: tuple[Callable[[Random], Iterator[str]], ...] = (
    table,
    log,
    invoice,
    sports,
    books,
    codes,
    arithmetic,
    calendar,
)
"""Kinds of documents. This list is all there is."""


def digit_texts() -> Iterator[tuple[str, str]]:
    """Documents as pairs of their kind and their text, always the same."""
    for kind in KINDS:
        random = seeded(f"digits {kind.__name__}")
        for _ in range(DOCUMENTS):
            yield kind.__name__, "\n".join(kind(random))
