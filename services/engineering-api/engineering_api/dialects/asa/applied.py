"""Interfaces and access lists that lines of many subjects name, and expressions that inspection looks for."""

import re

from engineering_api.dialects.asa.state import Reading
from engineering_api.reading.grammar import Found, Place

APPLIED: Place[Reading] = Place("asa applied")


@APPLIED.line(
    "no monitor-interface INTERFACE",
    "monitor-interface INTERFACE",
    "ip verify reverse-path interface INTERFACE",
    "flow-export destination INTERFACE ADDRESS PORT",
    "dynamic-filter enable interface INTERFACE [REST...]",
)
def _interface(reading: Reading, found: Found) -> None:
    if found["INTERFACE"] != "service-module":
        words = found.node.text.removeprefix("no ").partition(found["INTERFACE"])[0]
        reading.refer_interface(found["INTERFACE"], found.line, words.strip())


@APPLIED.line("capture NAME WORDS...")
def _capture(reading: Reading, found: Found) -> None:
    if listed := re.search(r"\baccess-list (\S+)", found["WORDS"]):
        reading.device.refer("acl", listed[1], found.line, f"capture {found['NAME']}")
    if interface := re.search(r"\binterface (\S+)", found["WORDS"]):
        reading.refer_interface(interface[1], found.line, f"capture {found['NAME']}")


@APPLIED.line("pim rp-address ADDRESS ACL [bidir]", "pim accept-register list ACL")
def _multicast(reading: Reading, found: Found) -> None:
    if found["ACL"] != "bidir":
        reading.device.refer("acl", found["ACL"], found.line, "pim")


@APPLIED.line("pim accept-register route-map MAP")
def _register(reading: Reading, found: Found) -> None:
    reading.device.refer("route-map", found["MAP"], found.line, "pim")


@APPLIED.line("wccp SERVICE WORDS...")
def _cache(reading: Reading, found: Found) -> None:
    for listed in re.findall(r"\b(?:redirect-list|group-list) (\S+)", found["WORDS"]):
        reading.device.refer("acl", listed, found.line, "wccp")
    if interface := re.fullmatch(r"interface (\S+) .*", f"{found['SERVICE']} {found['WORDS']}"):
        reading.refer_interface(interface[1], found.line, "wccp")
