"""Pictures and documents as responses."""

from flask import Response


def shown(content: bytes, media_type: str, name: str) -> Response:
    """A file that a browser may show. `name` has been made by us, of letters that need no quoting."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    # A picture is shown in pages of ours; whatever a customer wrote into it must not act there.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
