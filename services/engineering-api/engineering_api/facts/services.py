"""What a device serves and whom it asks; who may manage it."""

from typing import Literal

from pydantic import Field

from engineering_api.facts.fact import Fact


class DhcpPool(Fact):
    """Addresses that the device gives out."""

    name: str
    network: str = ""
    ranges: list[str] = Field(default_factory=list)
    excluded: list[str] = Field(default_factory=list)
    gateway: str = ""
    dns: list[str] = Field(default_factory=list)
    domain: str = ""
    lease_seconds: int | None = None
    interface: str = ""
    #: "42 10.0.0.1": further options as the device writes them.
    options: list[str] = Field(default_factory=list)
    #: "name mac address"
    reservations: list[str] = Field(default_factory=list)
    is_enabled: bool = True


class Server(Fact):
    """A server that the device uses."""

    kind: Literal["dns", "ntp", "syslog", "radius", "tacacs", "ldap", "snmp-trap"]
    address: str
    vrf: str = ""
    interface: str = ""
    #: "prefer", "udp 514", "tls", "key 1": as words.
    options: list[str] = Field(default_factory=list)
    has_key: bool = False


class SnmpAccess(Fact):
    """A community (its name is a secret and not kept) or a user."""

    version: Literal["1", "2c", "3"]
    access: Literal["ro", "rw"] = "ro"
    #: A user's name; "" for a community.
    user: str = ""
    #: A community that everybody knows: public, private.
    is_well_known: bool = False
    level: Literal["", "noauth", "auth", "priv"] = ""
    acl: str = ""


class User(Fact):
    """Somebody who may log in on the device itself."""

    name: str
    privilege: str = ""
    #: How the password is kept, as the device says it: "plain", "7", "5", "8", "9", "sha512", "hash", "".
    password: str = ""
    keys: int = 0
    #: From where this user may log in; none are everywhere.
    allowed: list[str] = Field(default_factory=list)
    is_enabled: bool = True


class Management(Fact):
    """A way to manage the device: ssh, telnet, http, https, snmp, console, vty, api, winbox."""

    protocol: str
    is_enabled: bool = True
    port: int | None = None
    #: From where; none are everywhere.
    allowed: list[str] = Field(default_factory=list)
    acl: str = ""
    interfaces: list[str] = Field(default_factory=list)
    #: "ssh version 2", "timeout 10", "transport input ssh": as words.
    options: list[str] = Field(default_factory=list)
    idle_seconds: int | None = None


class Wireless(Fact):
    """A wireless network."""

    ssid: str
    #: open, wep, wpa-psk, wpa2-psk, wpa3-sae, wpa2-enterprise, wpa3-enterprise, owe
    security: str = ""
    vlan: int | None = None
    band: str = ""
    is_guest: bool = False
    is_hidden: bool = False
    is_isolated: bool = False
    is_enabled: bool = True
