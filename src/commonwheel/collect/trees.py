"""Messages that are kept as a tree: the branch that was kept, and the answers that branches off it give."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonwheel.collect.conversations import Turn, name_of
from commonwheel.collect.items import Row

Says = Callable[[Row, Counter[str]], Iterator[Turn]]
"""The turns of one message; what is not read in it is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Messages by id, with what each follows, and what follows each from the oldest on."""

    nodes: Mapping[str, Row]
    parents: Mapping[str, str | None]
    children: Mapping[str, Sequence[str]]
    says: Says

    @classmethod
    def of(cls, nodes: Mapping[str, Row], parent: str, children: str | None, says: Says) -> "Tree":
        """The tree of messages that name their parent; where they do not list their children, age does."""
        parents = {id: name_of(node.get(parent)) for id, node in nodes.items()}
        below: dict[str, list[str]] = {id: [] for id in nodes}
        for id, node in nodes.items():
            listed = node.get(children) if children else None
            named = [child for child in listed if isinstance(child, str)] if isinstance(listed, list) else []
            for child in dict.fromkeys(named):
                if child in nodes and parents[child] in (None, id) and child != id:
                    parents[child] = id
                    below[id].append(child)
        known = {child for several in below.values() for child in several}
        for id, above in parents.items():
            if above in below and id not in known:
                below[above].append(id)
        return cls(nodes=nodes, parents=parents, children=below, says=says)

    def turns(self, current: Any, left: Counter[str]) -> Iterator[Turn]:
        """The turns of the branch that ends at `current`, or else of the youngest; answers with their rivals."""
        path = self.branch(current) or self.youngest()
        on_path = set(path)
        rivals: list[Turn] = []
        place = 0
        for id in path:
            siblings = self.children.get(self.parents.get(id) or "", ())
            if len(siblings) > 1 and not rivals:
                place = siblings.index(id) if id in siblings else 0
                others = [self._answer(other) for other in siblings if other not in on_path]
                place -= sum(answer is None for answer in others[:place])
                rivals = [answer for answer in others if answer is not None]
            for turn in self.says(self.nodes[id], left):
                if turn.role == "user":
                    rivals = []
                elif turn.role == "assistant" and rivals:
                    turn.rivals, turn.place, rivals = [*turn.rivals, *rivals], place, []
                yield turn

    def before(self, id: str) -> list[Turn]:
        """The turns of the branch that leads to a message, without it."""
        return [
            turn for each in self.branch(self.parents.get(id)) for turn in self.says(self.nodes[each], Counter())
        ]

    def branch(self, current: Any) -> list[str]:
        """The ids from the root to `current`. A ring ends where it closes."""
        path: dict[str, None] = {}
        while isinstance(current, str) and current in self.nodes and current not in path:
            path[current] = None
            current = self.parents[current]
        return list(reversed(path))

    def places(self) -> dict[str, tuple[int, int]]:
        """Of each message, how many stand before it on its branch, and which of its siblings it is, by age."""
        found: dict[str, tuple[int, int]] = {}
        depth = 0
        level: list[Sequence[str]] = [[id for id, parent in self.parents.items() if parent not in self.nodes]]
        while level:
            found |= {id: (depth, at) for siblings in level for at, id in enumerate(siblings)}
            level = [self.children[id] for siblings in level for id in siblings if self.children[id]]
            depth += 1
        return found

    def youngest(self) -> list[str]:
        """The ids from the last root down, always by the youngest child."""
        roots = [id for id, parent in self.parents.items() if parent not in self.nodes]
        return self._down(roots[-1]) if roots else []

    def _down(self, id: str | None) -> list[str]:
        path: dict[str, None] = {}
        while id is not None and id not in path:
            path[id] = None
            below = self.children.get(id, ())
            id = below[-1] if below else None
        return list(path)

    def _answer(self, id: str) -> Turn | None:
        """What is said in a branch until the person speaks again."""
        said: list[Turn] = []
        for each in self._down(id):
            turns = list(self.says(self.nodes[each], Counter()))
            said += [turn for turn in turns if turn.role == "assistant" and turn.text]
            if any(turn.role == "user" for turn in turns):
                break
        if not said:
            return None
        models = [turn.model for turn in said if turn.model]
        labels = [turn.label for turn in said if turn.label]
        return Turn(
            role="assistant",
            text="\n\n".join(turn.text for turn in said),
            model=models[-1] if models else None,
            label=labels[-1] if labels else None,
        )
