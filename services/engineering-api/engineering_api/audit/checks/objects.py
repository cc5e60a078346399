"""Objects that say the same."""

from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.filters import AddressObject, ServiceObject


@check
def same_object(seen: Seen, given: Given) -> Iterator[Found]:
    """Two names stand for the same addresses or services."""
    known: dict[tuple[object, ...], list[AddressObject | ServiceObject]] = {}
    for one in seen.device.address_objects:
        ends = one.ends
        if ends.is_any or ends.interfaces or not (ends.networks or ends.ranges or ends.names or ends.fqdns):
            continue
        parts = (ends.networks, ends.ranges, ends.wildcards, ends.names, ends.fqdns)
        known.setdefault((one.scope, one.is_group, *(tuple(sorted(part)) for part in parts)), []).append(one)
    for two in seen.device.service_objects:
        services = two.services
        if services.is_any or not (services.services or services.names):
            continue
        said = tuple(sorted(one.model_dump_json() for one in services.services)) + tuple(sorted(services.names))
        known.setdefault((two.scope, two.is_group, "service", *said), []).append(two)
    for same in known.values():
        names = list(dict.fromkeys(one.name for one in same))
        if len(names) > 1:
            yield seen.found(
                list(reversed(same[:10])),
                f"{', '.join(names[:5])} stand for the same.",
                about=" ".join(names[:10]),
                name=names[-1],
                kept=names[0],
            )


@check
def member_twice(seen: Seen, given: Given) -> Iterator[Found]:
    """A group has a member twice: by itself and by another of its members."""
    by_name = {(one.scope, one.name): one for one in seen.device.address_objects}
    for group in seen.device.address_objects:
        if not group.is_group or group.ends.is_negated:
            continue
        direct = set(group.ends.names)
        for name in group.ends.names:
            inner = by_name.get((group.scope, name))
            if inner is None or not inner.is_group:
                continue
            both = [one for one in inner.ends.names if one in direct and one != name]
            if both:
                yield seen.found(
                    [group, inner], f"{both[0]} is in {group.name} by itself and by {name}.", about=group.name,
                    name=group.name, member=both[0],
                )  # fmt: skip
