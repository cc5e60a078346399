"""What the objects and groups that a rule names stand for."""

from collections.abc import Iterator

from engineering_api.documents.cells import negated, service
from engineering_api.facts.device import Device
from engineering_api.facts.filters import AddressObject, Ends, ServiceObject, Services
from engineering_api.packets import known

#: So many values of a group are looked at; a cell says how many more there are only as far as that.
_MOST_VALUES = 300
_SHOWN = 8
_SHOWN_FULL = 40


class Resolver:
    """The named addresses and services of one device."""

    def __init__(self, device: Device, *, is_full: bool = False) -> None:
        """Takes the objects of the device as they are now."""
        self._platform = device.platform
        self._shown = _SHOWN_FULL if is_full else _SHOWN
        self._addresses: dict[tuple[str, str], AddressObject] = {}
        self._services: dict[tuple[str, str], ServiceObject] = {}
        for one in device.address_objects:
            self._addresses.setdefault((one.scope, one.name), one)
        for two in device.service_objects:
            self._services.setdefault((two.scope, two.name), two)
        self._kept: dict[tuple[str, str, str], list[str]] = {}

    def ends(self, side: Ends | None, scope: str) -> str:
        """One side of a rule, a line for each name with what it stands for."""
        if side is None:
            return ""
        lines = ["any"] if side.is_any else []
        for name in side.names[:_MOST_VALUES]:
            lines.append(self._named(name, self._values("address", scope, name)))
        plain = [*side.networks, *side.ranges, *side.fqdns, *side.wildcards, *side.interfaces]
        lines.extend(plain[:_MOST_VALUES])
        return negated(self._cut(lines), side.is_negated)

    def services(self, side: Services | None, scope: str) -> str:
        """The services of a rule, a line for each name with what it stands for."""
        if side is None:
            return ""
        lines = ["any"] if side.is_any else []
        for name in side.names[:_MOST_VALUES]:
            lines.append(self._named(name, self._values("service", scope, name)))
        lines.extend(service(one) for one in side.services[:_MOST_VALUES])
        return negated(self._cut(lines), side.is_negated)

    def _named(self, name: str, values: list[str]) -> str:
        shown = values[: self._shown]
        more = f", and {len(values) - len(shown)} more" if len(values) > len(shown) else ""
        said = ", ".join(shown) + more
        return f"{name} = {said}" if said and said != name else name

    def _cut(self, lines: list[str]) -> str:
        most = self._shown * 4
        more = [f"and {len(lines) - most} more"] if len(lines) > most else []
        return "\n".join([*lines[:most], *more])

    def _values(self, kind: str, scope: str, name: str) -> list[str]:
        key = (kind, scope, name)
        if key not in self._kept:
            walk = self._of_addresses(scope, name) if kind == "address" else self._of_services(scope, name)
            self._kept[key] = list(dict.fromkeys(walk))
        return self._kept[key]

    def _of_addresses(self, scope: str, name: str) -> Iterator[str]:
        waiting, seen = [name], {name}
        count = 0
        while waiting and count < _MOST_VALUES:
            found = self._addresses.get((scope, at := waiting.pop())) or self._addresses.get(("", at))
            if found is None:
                if at != name:
                    yield at
                continue
            side = found.ends
            for value in [*(["any"] if side.is_any else []), *side.networks, *side.ranges, *side.fqdns,
                          *side.wildcards, *side.interfaces][:_MOST_VALUES]:  # fmt: skip
                count += 1
                yield f"not {value}" if side.is_negated else value
            waiting.extend(reversed(fresh := [one for one in side.names[:_MOST_VALUES] if one not in seen]))
            seen.update(fresh)

    def _of_services(self, scope: str, name: str) -> Iterator[str]:
        waiting, seen = [name], {name}
        count = 0
        while waiting and count < _MOST_VALUES:
            found = self._services.get((scope, at := waiting.pop())) or self._services.get(("", at))
            shipped = known.service(self._platform, at) if found is None else None
            if found is None and shipped is None:
                if at != name:
                    yield at
                continue
            given = list(shipped or ()) if found is None else found.services.services
            for one in given[:_MOST_VALUES]:
                count += 1
                yield service(one)
            if found is not None:
                waiting.extend(reversed(fresh := [one for one in found.services.names if one not in seen]))
                seen.update(fresh)
