"""Run as a program in a process of its own: a document as JSON on stdin becomes a PDF on stdout.

Imports nothing of the project, so that it begins at once.
"""

import datetime as dt
import json
import resource
import sys
from pathlib import Path

import typst

_TEMPLATE = Path(__file__).parent / "template"


def main() -> None:
    """Compile, within the limits of memory and processor time that were asked for."""
    order = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (order["memory_bytes"], order["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=order["font_folders"])
    compiler = typst.Compiler(
        root=_TEMPLATE,
        font_paths=fonts,
        package_path=_TEMPLATE,
        package_cache_path=_TEMPLATE,
    )
    try:
        pdf = compiler.compile(
            _TEMPLATE / "document.typ",
            format="pdf",
            sys_inputs={"document": order["document"]},
            timestamp=dt.datetime.fromisoformat(order["made"]),
            pdf_standards=["a-2a", "ua-1"],  # archival (ISO 19005-2, level A) and accessible (ISO 14289-1)
        )
    except typst.TypstError as error:
        sys.stderr.write("\n".join([error.message, *error.trace, *error.hints]))
        sys.exit(1)
    sys.stdout.buffer.write(pdf if isinstance(pdf, bytes) else b"")


if __name__ == "__main__":
    main()
