"""The predicates by name, and what they are told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engineering_api.audit.seen import Found, Seen

Given = Mapping[str, tuple[str, ...]]
OneCheck = Callable[[Seen, Given], Iterable[Found]]
AllCheck = Callable[[Sequence[Seen], Given], Iterable[Found]]


@dataclass(frozen=True)
class Check:
    """A predicate: of one device, or of all that are audited together."""

    name: str
    of_one: OneCheck | None = None
    of_all: AllCheck | None = None

    def run(self, devices: Sequence[Seen], holds: Callable[[Seen], bool], given: Given) -> Iterable[Found]:
        """What it finds on those of the devices for which the rule holds."""
        fitting = [one for one in devices if holds(one)]
        if self.of_all is not None:
            yield from self.of_all(fitting, given)
        if self.of_one is not None:
            for one in fitting:
                yield from self.of_one(one, given)


CHECKS: dict[str, Check] = {}


def check(predicate: OneCheck) -> OneCheck:
    """Make a function the predicate of its name, for one device."""
    name = predicate.__name__
    CHECKS[name] = Check(name, of_one=predicate)
    return predicate


def check_all(predicate: AllCheck) -> AllCheck:
    """Make a function the predicate of its name, for all devices that are audited together."""
    name = predicate.__name__
    CHECKS[name] = Check(name, of_all=predicate)
    return predicate
