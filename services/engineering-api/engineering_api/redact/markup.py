"""Secrets in XML: the text of elements by their names, as OPNsense, pfSense and others call them."""

import re
from collections.abc import Iterator

from engineering_api.redact.anywhere import NAMES, is_settings_name
from engineering_api.redact.rule import Kind
from engineering_api.redact.values import Piece, is_setting, kind_of

_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]{0,80}+)(?:\s[^<>]{0,400}+)?(?<!/)>(?P<text><!\[CDATA\[|[^<]*+)")
_VERBATIM, _VERBATIM_END = "<![CDATA[", "]]>"

# Names that say nothing by themselves; those with "password", "secret" and the like are known by that.
_BY_KIND: dict[Kind, str] = {
    "key": "prv privkey cert_key sslkey ssl-key tls tlskey tls_key static_keys statickey sharedkey "
    "authorizedkeys md5sigkey md5sigpass accountkey encryptionkey host_key akey tlspskfile keydata "
    "rndckey ddnsdomainkey key_file_content openvpn-static-key",
    "certificate": "crt csr cert-pem certificate-data crt_payload x509",
    "hash": "bcrypt-hash md5-hash nt-hash sha512-hash phash passhash",
    "password": "ldap_bindpw bindpw bindpass auth_pass authpass dbpwd barnyard_dbpwd proxypass pkcs11pin pin "
    "ldapbindpass ldap_pass influx_pass passwordagain varusersmotppin smtppass pass pwd pw",
    "community": "rocommunity rwcommunity trapcommunity trapstring community commstr",
    "psk": "ipsecpsk psk pre-shared-key presharedkey wpa_passphrase",
    "token": "oinkcode oinkmastercode etpro_code etprocode maxmind_key maxmind_geoipdb_key apikey userkey",
}
_TAGS = {name: kind for kind, names in _BY_KIND.items() for name in names.split()}
# These are secrets only where they are long: elsewhere they are names and settings.
_ONLY_LONG: dict[str, Kind] = {
    "key": "key",
    "tls": "key",
    "private": "key",
    "api": "token",
    "hash": "hash",
    "pem": "certificate",
    "ca": "certificate",
}
_LONG = 16
#: So OPNsense writes a pre-shared key; "key" is a name in many places.
_PRE_SHARED_KEY = ("Key", "KEY")


def kind_of_element(tag: str) -> Kind | None:
    """The kind of secret an element of this name holds."""
    if tag in _PRE_SHARED_KEY:
        return "psk"
    name = tag.rpartition(":")[2].lower()
    if (kind := _TAGS.get(name) or _ONLY_LONG.get(name)) is not None:
        return kind
    for known in NAMES:
        if any(needle in name for needle in known.needles) and (match := known.ending.search(name)):
            return None if is_settings_name(match["more"]) else known.kind
    return None


def pieces(text: str) -> Iterator[Piece]:
    """The secrets in the elements of a line."""
    at = 0
    while match := _ELEMENT.search(text, at):
        start, at = match.span("text")
        if match["text"] == _VERBATIM:
            start = at
            at = end if (end := text.find(_VERBATIM_END, start)) >= 0 else len(text)
        whole = text[start:at]
        value = whole.strip()
        if not value or (kind := kind_of_element(match[1])) is None or is_setting(value):
            continue
        if (
            match[1] not in _PRE_SHARED_KEY
            and match[1].lower() in _ONLY_LONG
            and (len(value) < _LONG or " " in value[:200])
        ):
            continue
        if value.isdigit() and len(value) < 3:
            continue
        start += len(whole) - len(whole.lstrip())
        if found := kind_of(value, kind):
            yield Piece(start, start + len(value), found)


def left_open(text: str) -> str | None:
    """The name of an element that holds a secret and whose text goes on in the next line."""
    begin = text.rfind("<")
    if begin < 0 or text.startswith("</", begin) or (match := _ELEMENT.match(text, begin)) is None:
        return None
    name = match[1]
    return name if kind_of_element(name) is not None and name.lower() not in ("key", "hash", "private", "ca") else None
