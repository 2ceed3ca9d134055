"""What the core needs from outside, as small Protocols."""

from commonwheel.ports.accounts import Accounts, Drafts, Standings
from commonwheel.ports.attribution import Ngrams
from commonwheel.ports.contributions import Contributions, Waiting
from commonwheel.ports.database import Database, Transaction
from commonwheel.ports.imports import Imports
from commonwheel.ports.judging import Judge, JudgeFault, Judgement, Judgements
from commonwheel.ports.learning import Gold
from commonwheel.ports.models import Models
from commonwheel.ports.operating import Access, Chores
from commonwheel.ports.outside import Clock, Curator, Detection, Keys, Lake, LakeErasure, Mail
from commonwheel.ports.policies import Policies
from commonwheel.ports.releases import Releases
from commonwheel.ports.repeats import Repeats
from commonwheel.ports.reviews import Events, Reviews, Votes
from commonwheel.ports.statistics import Statistics, Tally
from commonwheel.ports.streams import Counts, Held, Streams
from commonwheel.ports.talk import Talk
from commonwheel.ports.training import Herald, ModelFiles, Referee, Trainer

__all__ = [
    "Access",
    "Accounts",
    "Chores",
    "Clock",
    "Contributions",
    "Counts",
    "Curator",
    "Database",
    "Detection",
    "Drafts",
    "Events",
    "Gold",
    "Held",
    "Herald",
    "Imports",
    "Judge",
    "JudgeFault",
    "Judgement",
    "Judgements",
    "Keys",
    "Lake",
    "LakeErasure",
    "Mail",
    "ModelFiles",
    "Models",
    "Ngrams",
    "Policies",
    "Referee",
    "Releases",
    "Repeats",
    "Reviews",
    "Standings",
    "Statistics",
    "Streams",
    "Talk",
    "Tally",
    "Trainer",
    "Transaction",
    "Votes",
    "Waiting",
]
