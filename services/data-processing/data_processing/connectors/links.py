"""Links to where a file can be looked at, made from a template. Pure."""

import re
from typing import Annotated
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, Field

from oberaconnect.endpoint import Text

_PLACE = re.compile(r"\{(\w+)\}")


def _template(value: str) -> str:
    if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
        raise ValueError("must be an address that starts with http:// or https:// and names a host")
    return value


#: An address with places such as `{path}`; empty: no links, or the usual ones.
Template = Annotated[Text, AfterValidator(_template), Field(max_length=1000)]


def filled(template: str, **values: str) -> str:
    """The template with its places filled, as text of an address; places that are not known stay."""
    return _PLACE.sub(lambda place: quote(values[place[1]], safe="/") if place[1] in values else place[0], template)
