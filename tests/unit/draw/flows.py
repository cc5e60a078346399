"""Diagrams to draw in the tests: a small office by hand, and larger ones of the same shape."""

import random
from dataclasses import replace

from oberaconnect.draw import Card, Diagram, Direction, LegendEntry, Link, Port

LEGEND = (
    LegendEntry("Key press", "choice"),
    LegendEntry("Open", "open"),
    LegendEntry("Closed", "closed"),
    LegendEntry("Holiday", "holiday"),
    LegendEntry("Fallback (no answer, busy, timeout)", "muted", dashed=True),
)

STATES = (Port("open", "Open", tone="open"), Port("closed", "Closed", tone="closed"))
KEYS = (
    *(Port(key, f"Department {key}", key, "choice") for key in "12345"),
    Port("none", "No input ×3", "timer", "muted"),
)


def office(direction: Direction = "right") -> Diagram:
    """A number, holidays and hours, a menu, and what its keys lead to."""
    cards = (
        Card("main", "+1 (212) 555-0100", "Phone number", "phone", "start", ("Main number",)),
        Card("sales-line", "+1 (212) 555-0199", "Phone number", "phone", "start", ("Sales direct",)),
        Card(
            "holidays",
            "Holidays",
            "Holiday check",
            "calendar",
            "holiday",
            ("10 US federal days · 2026–27",),
            (Port("holiday", "Holiday", tone="holiday"), Port("other", "Other days")),
        ),
        Card(
            "hours",
            "Business hours",
            "Time check",
            "clock",
            "time",
            ("Mon–Fri 08:00–17:00 · Sat 09:00–12:00 · America/New_York",),
            (Port("open", "Open", tone="open"), Port("closed", "Closed", tone="closed")),
        ),
        Card(
            "closed",
            "Closed message",
            "Message",
            "speaker",
            "message",
            ("“Our office is closed…”",),
            (Port("1", "Urgent", "1", "choice"), Port("stay", "Stay on the line", tone="muted")),
        ),
        Card("holiday-message", "Holiday message", "Message", "speaker", "message", ("“Happy holidays…”",)),
        Card(
            "menu",
            "Main menu",
            "Menu",
            "keypad",
            "choice",
            (
                "“Thank you for calling Acme. For sales, press 1…”",
                "5 s to answer · 3 tries · extensions can be dialled",
            ),
            (
                Port("1", "Sales", "1", "choice"),
                Port("2", "Support", "2", "choice"),
                Port("3", "Directions", "3", "choice"),
                Port("4", "Dial by name", "4", "choice"),
                Port("0", "Operator", "0", "choice"),
                Port("none", "No input ×3", "timer", "muted"),
                Port("invalid", "Invalid ×3", tone="muted"),
            ),
        ),
        Card("directions", "Directions & hours", "Message", "speaker", "message", ("“We are at 350 Fifth Ave…”",)),
        Card("sales", "Sales ring group", "Ring group", "group", "people", ("Ann 101, Bob 102", "Ring all · 20 s")),
        Card(
            "support",
            "Support queue",
            "Queue",
            "queue",
            "queue",
            ("Cat 103, Dan 104", "Longest idle · at most 3 min"),
            (Port("0", "Leave the queue", "0", "choice"), Port("late", "After 3 min", "timer", "muted")),
        ),
        Card("names", "Dial by name", "Directory", "directory", "neutral", ("8 people",)),
        Card(
            "on-call",
            "On-call mobile",
            "Outside number",
            "mobile",
            "outside",
            ("+1 (917) 555-0142 · press 1 to accept",),
        ),
        Card("operator", "Operator", "Extension", "person", "person", ("Ann · ext 101 · 20 s",)),
        Card(
            "mailbox",
            "General mailbox 600",
            "Voicemail",
            "voicemail",
            "terminal",
            ("office@acme.example · transcribed",),
        ),
        Card("ann-mailbox", "Ann’s voicemail", "Voicemail", "voicemail", "terminal", ("ann@acme.example",)),
        Card(
            "emergency",
            "911 · 933",
            "Emergency",
            "shield",
            "emergency",
            ("From every phone, at any hour", "350 Fifth Ave, floor 3, New York", "Front desk is told at once"),
        ),
    )
    links = (
        Link("main", "holidays"),
        Link("holidays", "holiday-message", "holiday", tone="holiday"),
        Link("holidays", "hours", "other"),
        Link("hours", "menu", "open", tone="open"),
        Link("hours", "closed", "closed", tone="closed"),
        Link("holiday-message", "mailbox"),
        Link("closed", "on-call", "1", tone="choice"),
        Link("closed", "mailbox", "stay", tone="muted", dashed=True),
        Link("on-call", "mailbox", label="no answer", tone="muted", dashed=True),
        Link("menu", "sales", "1", tone="choice"),
        Link("menu", "support", "2", tone="choice"),
        Link("menu", "directions", "3", tone="choice"),
        Link("menu", "names", "4", tone="choice"),
        Link("menu", "operator", "0", tone="choice"),
        Link("menu", "operator", "none", tone="muted", dashed=True),
        Link("menu", "operator", "invalid", tone="muted", dashed=True),
        Link("directions", "menu", label="back to the menu"),
        Link("sales-line", "sales"),
        Link("sales", "mailbox", label="no answer", tone="muted", dashed=True),
        Link("support", "operator", "0", tone="choice"),
        Link("support", "mailbox", "late", tone="muted", dashed=True),
        Link("names", "operator", label="0", tone="choice"),
        Link("operator", "ann-mailbox", label="no answer or busy", tone="muted", dashed=True),
    )
    return Diagram(
        "Acme Corp — inbound call flow",
        "Design v3 · 23 Nov 2026 · times are America/New_York · 0 errors, 1 warning · 28 simulated and 25 live calls",
        cards,
        links,
        LEGEND,
        direction=direction,
    )


def small(direction: Direction = "right") -> Diagram:
    """A number, a menu and a mailbox."""
    cards = (
        Card("number", "+1 (212) 555-0100", "Phone number", "phone", "start", ("Main number",)),
        Card("menu", "Menu", "Menu", "keypad", "choice", ("“Thank you”", "3 tries"), STATES),
        Card("box", "Mailbox", "Voicemail", "voicemail", "terminal", ("office@acme.example",)),
    )
    links = (
        Link("number", "menu", label="at once"),
        Link("menu", "box", "open"),
        Link("menu", "box", "closed", dashed=True),
    )
    return Diagram("Small", "As small as can be", cards, links, LEGEND, direction=direction)


def offices(cards: int, direction: Direction = "right") -> Diagram:
    """So many cards in the shape of call flows: sites with hours, menu, groups and mailbox, with ways between them."""
    dice = random.Random(7)
    made: list[Card] = []
    links: list[Link] = []
    menus: list[str] = []
    while len(made) < cards:
        site = len(menus)
        number, hours, menu, box = (f"{what}-{site}" for what in ("number", "hours", "menu", "box"))
        made += [
            Card(number, f"+1 (212) 555-{site:04}", "Phone number", "phone", "start", ("Site line",)),
            Card(hours, f"Hours of site {site}", "Time check", "clock", "time", ("Mon–Fri 08:00–17:00",), STATES),
            Card(menu, f"Menu {site}", "Menu", "keypad", "choice", ("“Thank you for calling…”",), KEYS),
            Card(box, f"Mailbox {600 + site}", "Voicemail", "voicemail", "terminal", (f"box{site}@acme.example",)),
        ]
        links += [
            Link(number, hours),
            Link(hours, menu, "open", tone="open"),
            Link(hours, box, "closed", tone="closed"),
            Link(menu, box, "none", tone="muted", dashed=True),
        ]
        for key in "12345":
            if menus and dice.random() < 0.15:
                links.append(Link(menu, dice.choice(menus), key, tone="choice"))
                continue
            group = f"group-{site}-{key}"
            made.append(Card(group, f"Department {key}", "Ring group", "group", "people", ("Ann 101, Bob 102 · 20 s",)))
            links.append(Link(menu, group, key, tone="choice"))
            links.append(Link(group, box, label="no answer", tone="muted", dashed=True))
        menus.append(menu)
    kept = {card.id for card in made[:cards]}
    return Diagram(
        f"{cards} cards",
        "Made for measuring",
        tuple(made[:cards]),
        tuple(link for link in links if {link.source, link.target} <= kept),
        LEGEND,
        direction=direction,
    )


def renamed(diagram: Diagram, text: str) -> Diagram:
    """The same diagram with one text everywhere."""
    return replace(
        diagram,
        title=text,
        subtitle=text,
        cards=tuple(
            replace(
                card,
                title=text,
                kind=text,
                details=(text, text),
                ports=tuple(replace(port, label=text, chip=text) for port in card.ports),
                data=(("note", text),),
            )
            for card in diagram.cards
        ),
        links=tuple(replace(link, label=text) for link in diagram.links),
        legend=tuple(replace(entry, label=text) for entry in diagram.legend),
    )
