"""Run as a program in a process of its own: an SVG as JSON on stdin becomes a PNG on stdout.

Imports nothing of the project, so that it begins at once.
"""

import json
import resource
import sys

import resvg_py


def main() -> None:
    """Draw, within the limits of memory and processor time that were asked for."""
    order = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (order["memory_bytes"], order["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    drawn = resvg_py.svg_to_bytes(
        svg_string=order["svg"], zoom=order["scale"], font_files=order["fonts"], font_family="Inter"
    )
    sys.stdout.buffer.write(bytes(drawn))


if __name__ == "__main__":
    main()
