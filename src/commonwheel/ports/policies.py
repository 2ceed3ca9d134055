"""The database's part for policies that were adopted while running."""

from typing import Protocol

from commonwheel.records.stored import StoredPolicy


class Policies(Protocol):
    """Adopted policies, each a row that never changes; the last one is in force."""

    def last(self, *, kept: bool = False) -> StoredPolicy | None:
        """The policy in force; None where none was adopted. With `kept` it stays so until the transaction ends."""
        ...

    def adopt(self, policy: StoredPolicy) -> int:
        """Put a policy in force, once no transaction holds to the one before; returns its number."""
        ...

    def all(self) -> list[StoredPolicy]:
        """Every policy that was adopted, the oldest first."""
        ...
