"""What the core needs from outside, as small Protocols."""

from commonwheel.ports.contributions import Contributions, Waiting
from commonwheel.ports.database import Database, Transaction
from commonwheel.ports.learning import Gold
from commonwheel.ports.operating import Access, Chores
from commonwheel.ports.outside import Clock, Curator, Detection, Keys, Lake, LakeErasure
from commonwheel.ports.releases import Releases
from commonwheel.ports.reviews import Events, Reviews
from commonwheel.ports.statistics import Statistics, Tally

__all__ = [
    "Access",
    "Chores",
    "Clock",
    "Contributions",
    "Curator",
    "Database",
    "Detection",
    "Events",
    "Gold",
    "Keys",
    "Lake",
    "LakeErasure",
    "Releases",
    "Reviews",
    "Statistics",
    "Tally",
    "Transaction",
    "Waiting",
]
