"""What an ASA accepts in both phases of IPsec, as far as it was read."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engineering_api.facts.tunnels import Proposal


@dataclass(slots=True)
class Accepted:
    """Both phases: `policies` by version of IKE and number, `sets` by name."""

    policies: dict[tuple[str, str], Proposal] = field(default_factory=dict)
    sets: dict[str, Proposal] = field(default_factory=dict)

    def phase1(self, versions: str) -> Proposal | None:
        """What all policies of the versions accept together."""
        return merge([one for (version, _), one in self.policies.items() if version in versions])

    def phase2(self, names: list[str]) -> Proposal | None:
        """What the named sets accept together."""
        return merge([self.sets[name] for name in names if name in self.sets])


def merge(parts: list[Proposal]) -> Proposal | None:
    """Proposals as one; None of none. The longest lifetime counts: it is the one that two ends may agree on."""
    if not parts:
        return None
    lifetimes = [one.lifetime_seconds for one in parts if one.lifetime_seconds is not None]
    return Proposal(
        encryption=_each(word for one in parts for word in one.encryption),
        hashes=_each(word for one in parts for word in one.hashes),
        groups=_each(word for one in parts for word in one.groups),
        lifetime_seconds=max(lifetimes, default=None),
    )


def _each(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
