"""Who somebody is here, a keyed hash of door and user, and the pseudonym that can be shown outside."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

_FIRST = (
    "amber brave brisk calm clear cloudy copper coral crisp dusky early eager fair fern gentle glad golden green "
    "happy hazel humble ivory jolly keen kind late light lively lucky mellow merry mild misty mossy noble olive "
    "patient plain proud quick quiet rainy rapid ready rosy sandy silver slow snowy soft steady still sunny swift "
    "tidy topaz violet warm west wild windy wise young"
).split()
_SECOND = (
    "alder badger bee birch bison brook canyon cedar crane creek cricket dune elm falcon fern finch fox gull "
    "harbor hare hawk heron ibis island jay kite lake lark lemur lily linden lynx maple marten meadow moth "
    "newt oak orchid otter owl panda pine plover pond poplar quail raven reed river robin seal sparrow stork swan "
    "tern thistle trout vole willow wren"
).split()


_LETTERS = str.maketrans("0123456789", "ghkmnprstw")


def new_id() -> str:
    """A random identifier of 128 bits, in which no time and no order can be seen."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Identity:
    """Keyed hashes. Without the key nobody can tell whether two of them are of the same person."""

    key: bytes

    def contributor(self, door: str, user: str) -> str:
        """Who `user` of `door` is here: 32 hex digits."""
        return self._mac("contributor", f"{len(door)}:{door}:{user}".encode())[:16].hex()

    def pseudonym(self, contributor: str) -> str:
        """The random name of a contributor: about 60 bits, so that hardly any two are the same.

        Letters alone, since a shown name has few digits.
        """
        mac = self._mac("pseudonym", contributor.encode())
        tail = mac[2:8].hex().translate(_LETTERS)
        return f"{_FIRST[mac[0] % len(_FIRST)]}-{_SECOND[mac[1] % len(_SECOND)]}-{tail}"

    def digest(self, purpose: str, data: bytes) -> bytes:
        """A keyed digest: tells equal from different here, and proves nothing to anybody else."""
        return self._mac(purpose, data)

    def _mac(self, purpose: str, data: bytes) -> bytes:
        return hmac.digest(self.key, purpose.encode() + b"\0" + data, hashlib.sha256)
