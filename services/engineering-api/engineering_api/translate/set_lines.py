"""What platforms have in common whose configuration is written as lines of `set`: Junos and EdgeOS."""

from collections.abc import Iterator, Mapping

from engineering_api.translate.plan import Block, Source, sources_of, word


def identity(source: Source) -> Iterator[Block]:
    """The names of the device."""
    found = source.device.identity
    if found.hostname:
        yield Block("identity", (f"set system host-name {word(found.hostname)}",), sources_of(found, "hostname"))
    if found.domain:
        yield Block("identity", (f"set system domain-name {found.domain}",), sources_of(found, "domain"))


def servers(source: Source, forms: Mapping[str, str]) -> Iterator[Block]:
    """Servers by address. `forms` has a line for each kind that can be written, with a place for the address."""
    for server in source.device.servers:
        form = forms.get(server.kind)
        note = "It has a key, which is not carried over." if server.has_key else ""
        note = note if form else "It needs a key or has no counterpart."
        yield Block("servers", (form.format(server.address),) if form else (), sources_of(server), (server,), note)
