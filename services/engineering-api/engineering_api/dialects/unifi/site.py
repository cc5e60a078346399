"""A site that is being read: its records by collection, names by identifier, and what was not understood."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from engineering_api.dialects.unifi import kinds
from engineering_api.dialects.unifi.record import Record
from engineering_api.facts.device import Device, Unparsed
from engineering_api.facts.filters import AddressObject, ServiceObject
from engineering_api.reading.json_tree import is_array, is_object, is_scalar, key_of
from engineering_api.reading.tree import Node


class Site:
    """The owner of all records."""

    def __init__(self, device: Device) -> None:
        """`device` gets the facts."""
        self.device = device
        self.records: defaultdict[str, list[Record]] = defaultdict(list)
        #: Names of networks, profiles, groups and zones by their identifiers, and the networks' VLANs.
        self.names: dict[str, str] = {}
        self.vlans: dict[str, int] = {}
        self.subnets: dict[str, str] = {}
        self.profiles: dict[str, Record] = {}
        self.addresses: dict[str, AddressObject] = {}
        self.services: dict[str, ServiceObject] = {}

    def sort(self, nodes: Iterable[Node]) -> None:
        """Find the records of a file, however they are put together. What is none goes into the ledger."""
        nodes = list(nodes)
        self._broken(nodes)
        waiting = [(node, "") for node in reversed(nodes)]
        while waiting:
            node, collection = waiting.pop()
            named = kinds.named(key_of(node), collection)
            if not is_object(node) and not is_array(node):
                self._outside(node)
            elif named == "other":
                continue
            elif is_array(node):
                waiting.extend((child, named) for child in reversed(node.children))
            elif kind := kinds.of(Record(node), named):
                self.records[kind].append(Record(node))
            else:
                waiting.extend(
                    (child, named if key_of(child) in ("data", "") else "") for child in reversed(node.children)
                )

    def _broken(self, nodes: list[Node]) -> None:
        """What is no JSON, or stands where it says nothing, goes into the ledger."""
        waiting = [(node, False) for node in reversed(nodes)]
        while waiting:
            node, is_member = waiting.pop()
            if is_object(node) or is_array(node):
                waiting.extend((child, is_object(node)) for child in reversed(node.children))
            elif (is_member and not key_of(node)) or not is_scalar(node):
                self.device.unparsed.append(Unparsed(source=node.line, text=node.text))

    def _outside(self, node: Node) -> None:
        """A value outside of records: what an answer or an export says of itself is known."""
        if is_scalar(node) and not _ENVELOPE.fullmatch(key_of(node)):
            self.device.unparsed.append(Unparsed(source=node.line, text=node.text))

    def miss(self, record: Record) -> None:
        """Put a whole record into the ledger."""
        self.device.unparsed.extend(Unparsed(source=one.line, text=one.text) for one in record.node.walk())

    @contextmanager
    def reading(self, record: Record) -> Iterator[None]:
        """A record that says what cannot be so was not understood."""
        try:
            yield
        except ValueError:
            self.miss(record)

    def name(self, identifier: str) -> str:
        """The name of what has an identifier; the identifier when the file does not have it."""
        return self.names.get(identifier, identifier)


_ENVELOPE = re.compile(
    r"(?:rc|msg|count|offset|limit|totalCount|total_count|httpStatusCode|traceId|version|exported(?:_at|At)?|generated(?:_at)?|"
    r"timestamp|date|site|site_id|site_name|desc|name|role|_id|controller|controller_version|host|anonymous_id|"
    r"device_count|external_id|attr_\w+|success|up|server_version|uuid)"
)
