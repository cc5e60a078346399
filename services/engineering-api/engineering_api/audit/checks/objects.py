"""Objects that say the same."""

from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.filters import AddressObject, ServiceObject

Key = tuple[str, str]


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
def group_in_itself(seen: Seen, given: Given) -> Iterator[Found]:
    """A group is a member of itself, by however many others."""
    for objects in (seen.device.address_objects, seen.device.service_objects):
        groups = {(one.scope, one.name): one for one in objects if one.is_group}
        members = {
            key: [(key[0], name) for name in _names(one) if (key[0], name) in groups] for key, one in groups.items()
        }
        for ring in _rings(members):
            first, last = groups[ring[0]], groups[ring[-1]]
            by = f" by {', '.join(name for _, name in ring[1:6])}" if ring[1:] else ""
            yield seen.found(
                [groups[key] for key in ring[:10]], f"{first.name} is a member of itself{by}.", about=first.name,
                is_whole=True, name=last.name, member=first.name,
            )  # fmt: skip


def _names(one: AddressObject | ServiceObject) -> list[str]:
    return one.ends.names if isinstance(one, AddressObject) else one.services.names


def _rings(members: dict[Key, list[Key]]) -> Iterator[list[Key]]:
    """One ring of each set of groups that hold each other; without recursion, as groups may be nested deeply."""
    done: set[Key] = set()
    for start in members:
        path: list[Key] = []
        at: dict[Key, int] = {}
        open_: list[tuple[Key, Iterator[Key]]] = []
        following: Key | None = start if start not in done else None
        while following is not None or open_:
            if following is not None:
                at[following] = len(path)
                path.append(following)
                done.add(following)
                open_.append((following, iter(members[following])))
            key, rest = open_[-1]
            following = None
            for one in rest:
                if one in at:
                    yield path[at[one] :]
                elif one not in done:
                    following = one
                    break
            if following is None:
                open_.pop()
                path.pop()
                del at[key]


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
