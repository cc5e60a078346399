"""Virtual private networks."""

from typing import Literal

from pydantic import BaseModel, Field

from engineering_api.facts.fact import Fact


class Proposal(BaseModel):
    """What one end accepts. Names in lower case without vendor's spelling: aes256, aes256gcm, 3des, sha256, 14."""

    encryption: list[str] = Field(default_factory=list)
    hashes: list[str] = Field(default_factory=list)
    groups: list[str] = Field(default_factory=list)
    lifetime_seconds: int | None = None


class Tunnel(Fact):
    """An IPsec tunnel from site to site, or an entry for dial-in."""

    name: str
    kind: Literal["ipsec", "ipsec-dialin", "ssl", "wireguard", "openvpn", "l2tp", "pptp", "gre"] = "ipsec"
    interface: str = ""
    peer: str = ""
    ike: Literal["", "1", "2", "1+2"] = ""
    is_aggressive: bool = False
    authentication: Literal["", "psk", "certificate", "eap"] = ""
    phase1: Proposal | None = None
    phase2: Proposal | None = None
    #: Perfect forward secrecy; None where the device does not say.
    pfs: bool | None = None
    local_networks: list[str] = Field(default_factory=list)
    remote_networks: list[str] = Field(default_factory=list)
    is_enabled: bool = True
