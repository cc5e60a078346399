"""The icons: strokes on a field of 24 by 24, drawn for this project."""

from typing import Final, Literal

Icon = Literal[
    "phone", "mobile", "clock", "calendar", "keypad", "group", "queue", "speaker", "voicemail", "directory", "external",
    "filter", "toggle", "megaphone", "conference", "stop", "person", "shield", "building", "router", "switch",
    "firewall", "server", "wifi", "cloud", "box",
]  # fmt: skip

_DOT = "h.01"
_KEY = "a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0"

#: The path of each icon; an arrow, a dot or a wave is part of it.
PATHS: Final[dict[Icon, str]] = {
    "phone": "M6.2 3.2L9.2 3.2L10.6 8.2L8.2 9.9Q10 14 14.1 15.8L15.8 13.4L20.8 14.8V17.8Q20.8 20.8 17.8 20.8Q3.2 "
    "20.8 3.2 6.2Q3.2 3.2 6.2 3.2Z",
    "mobile": "M7.5 2.5H16.5V21.5H7.5ZM11 18.2H13",
    "clock": "M12 3.2A8.8 8.8 0 1 0 12 20.8A8.8 8.8 0 1 0 12 3.2ZM12 7.5V12.2L15.2 14.2",
    "calendar": "M4 6H20V20.5H4ZM4 10.5H20M8.3 3V7M15.7 3V7M8.5 15.5L11 17.5L15.5 13.5",
    "keypad": "".join(f"M{x - 0.7} {y}{_KEY}" for y in (4, 10, 16) for x in (5, 12, 19)) + f"M11.3 22{_KEY}",
    "group": "M8.5 4.5A3.2 3.2 0 1 0 8.5 10.9A3.2 3.2 0 1 0 8.5 4.5ZM2.5 19.5C2.5 12.3 14.5 "
    "12.3 14.5 19.5M15.5 5.2A2.7 2.7 0 1 1 15.8 10.5M17.3 13.8Q21.5 14.9 21.5 19.5",
    "queue": f"M4.5 5.5{_DOT}M9 5.5H20M4.5 12{_DOT}M9 12H20M4.5 18.5{_DOT}M9 18.5H15",
    "speaker": "M3.5 9.5H7.5L12.5 5V19L7.5 14.5H3.5ZM16 9Q18 12 16 15M19 6.5Q22.5 12 19 17.5",
    "voicemail": "M6.5 8.5A3.7 3.7 0 1 0 6.5 15.9A3.7 3.7 0 1 0 6.5 8.5ZM17.5 8.5A3.7 3.7 0 1 0 "
    "17.5 15.9A3.7 3.7 0 1 0 17.5 8.5ZM6.5 15.9H17.5",
    "directory": "M5.5 3.5H18.5V20.5H5.5ZM3.5 8H7M3.5 12H7M3.5 16H7M12.5 8A1.7 1.7 0 1 0 12.5 11.4"
    "A1.7 1.7 0 1 0 12.5 8ZM9.8 16Q12.5 12.5 15.2 16",
    "external": "M11 5H4.5V19.5H19V13M14 4H20V10M20 4L10.5 13.5",
    "filter": "M3.5 4.5H20.5L14 12.5V19.5L10 17.5V12.5Z",
    "toggle": "M8 6.5H16A5.5 5.5 0 0 1 16 17.5H8A5.5 5.5 0 0 1 8 6.5ZM16 10.5A1.5 1.5 0 1 0 16 13.5A1.5 "
    "1.5 0 1 0 16 10.5Z",
    "megaphone": "M3.5 10V14H6.5L17 19V5L6.5 10ZM7.5 14.5L9 20H11.5M20.5 10.5V13.5",
    "conference": "M12 8.5A3 3 0 1 0 12 14.5A3 3 0 1 0 12 8.5ZM5 5.5A9.3 9.3 0 0 0 5 18.5M19 5.5A9.3 9.3 0 0 1 "
    "19 18.5M7.8 20.5Q12 17 16.2 20.5",
    "stop": "M12 3.2A8.8 8.8 0 1 0 12 20.8A8.8 8.8 0 1 0 12 3.2ZM9 9L15 15M15 9L9 15",
    "person": "M12 3.5A4 4 0 1 0 12 11.5A4 4 0 1 0 12 3.5ZM4.5 20.5C4.5 12.8 19.5 12.8 19.5 20.5",
    "shield": f"M12 2.8L20 6V11.5Q20 18 12 21.5Q4 18 4 11.5V6ZM12 8V12.5M12 16{_DOT}",
    "building": f"M5 21V3.5H15.5V21M15.5 9H20V21M3 21H21.5M8.7 8{_DOT}M12 8{_DOT}M8.7 12{_DOT}M12 12{_DOT}"
    "M9 21V16.5H11.7V21",
    "router": f"M3 13.5H21V20H3ZM7 16.8{_DOT}M11 16.8{_DOT}M16 13.5V8M12.5 6.5Q16 2.5 19.5 6.5",
    "switch": f"M2.5 7.5H21.5V16.5H2.5ZM6.5 12{_DOT}M10 12{_DOT}M13.5 12{_DOT}M17.5 10.5V13.5",
    "firewall": "M3.5 4.5H20.5V19.5H3.5ZM3.5 9.5H20.5M3.5 14.5H20.5M12 4.5V9.5M8 9.5V14.5M16 9.5V14.5M12 14.5V19.5",
    "server": f"M4 3.5H20V10H4ZM4 14H20V20.5H4ZM7.5 6.8{_DOT}M7.5 17.3{_DOT}M12 6.8H16.5M12 17.3H16.5",
    "wifi": f"M2.5 9.5Q12 1.5 21.5 9.5M6 13.5Q12 8.5 18 13.5M9.3 17Q12 14.7 14.7 17M12 20.5{_DOT}",
    "cloud": "M7 19H17.5A4 4 0 0 0 18 11A6.2 6.2 0 0 0 6.2 10.2A4.5 4.5 0 0 0 7 19Z",
    "box": "M4 4H20V20H4ZM4 9H20",
}
