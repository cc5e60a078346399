"""What S3 answers in XML: pages of a listing, and errors with what to do about them. Pure."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from lxml import etree

from data_processing.extract.xml import child, children, number
from oberaconnect.problems import Problem, TooMany, Unavailable, Unprocessable

#: Their objects have to be restored before anybody can read them; GLACIER_IR is not among them.
_ARCHIVED = ("GLACIER", "DEEP_ARCHIVE")
_BUSY = ("SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "TooManyRequests", "RequestLimitExceeded")
_WRONG_KEY = "S3 does not know this access key, or the secret does not belong to it. Check the source's secrets."
_EXPIRED = "The session token has expired. Set new secrets, or use a key that does not expire."
_SENTENCES = {
    "InvalidAccessKeyId": _WRONG_KEY,
    "SignatureDoesNotMatch": _WRONG_KEY,
    "InvalidSecurity": _WRONG_KEY,
    "AuthorizationHeaderMalformed": _WRONG_KEY,
    "ExpiredToken": _EXPIRED,
    "InvalidToken": _EXPIRED,
    "TokenRefreshRequired": _EXPIRED,
    "RequestTimeTooSkewed": "The clock of this machine differs too much from that of S3. Set it right, with NTP.",
}


class Unreadable(Exception):
    """The answer is not what S3 sends."""


@dataclass(frozen=True)
class Listed:
    """An object of a listing. `key` is its name as the bytes are; `modified` ISO 8601, as S3 writes it."""

    key: bytes
    etag: str
    size: int
    modified: str
    storage: str

    @property
    def name(self) -> str:
        """The key as text; what is none stands as `\\xff`."""
        return self.key.decode("utf-8", "backslashreplace").replace("\x00", "\\x00")

    @property
    def is_archived(self) -> bool:
        """Whether it would have to be restored first."""
        return self.storage in _ARCHIVED


class Refused(Exception):
    """S3 answered with an error. `code` is its word for it, `region` where the bucket lies, if it said so."""

    def __init__(self, status: int, code: str, region: str) -> None:
        """As answered."""
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.region = region

    @property
    def is_busy(self) -> bool:
        """Whether the same question may be answered in a while."""
        return self.code in _BUSY or self.status in (429, 500, 502, 503, 504)


def listing(content: bytes) -> tuple[list[Listed], bool]:
    """The objects of a ListObjectsV2 answer with `encoding-type=url`, and whether there are more.

    Raises:
        Unreadable: when it is no such answer.
    """
    root = _parsed(content)
    if etree.QName(root).localname != "ListBucketResult":
        raise Unreadable
    is_encoded = _text(root, "EncodingType") == "url"
    found = [
        Listed(
            # As in a form: a blank is '+'. A server that does not know the parameter gives the names as they are.
            key=unquote_to_bytes(_text(entry, "Key").replace("+", "%20"))
            if is_encoded
            else _text(entry, "Key").encode(),
            etag=_text(entry, "ETag").strip('"'),
            size=number(_text(entry, "Size")),
            modified=_text(entry, "LastModified"),
            storage=_text(entry, "StorageClass"),
        )
        for entry in children(root, "Contents")
    ]
    return found, _text(root, "IsTruncated") == "true"


def error(status: int, region: str, content: bytes) -> Refused:
    """An error answer. `region` is its header `x-amz-bucket-region`."""
    try:
        root = _parsed(content)
    except Unreadable:
        return Refused(status, "", region)
    return Refused(status, _text(root, "Code"), region or _text(root, "Region"))


def problem(refused: Refused, bucket: str, region: str) -> Problem:
    """What an error means for the source as a whole."""
    if refused.is_busy:
        kind = TooMany if refused.status == 429 or refused.code == "SlowDown" else Unavailable
        return kind("S3 asks for a pause. The next run tries again.")
    if refused.region and refused.region != region:
        return Unprocessable(
            f"The bucket '{bucket}' lies in another region. Set 'region' of the source to '{refused.region}'."
        )
    return Unprocessable(_sentence(refused, bucket))


def _sentence(refused: Refused, bucket: str) -> str:
    if refused.code == "NoSuchBucket" or (refused.status == 404 and not refused.code):
        return f"There is no bucket '{bucket}' there. Check 'bucket' and 'endpoint' of the source."
    if sentence := _SENTENCES.get(refused.code):
        return sentence
    if refused.status in (401, 403):
        return (
            f"This access key may not read the bucket '{bucket}'. Allow it 's3:ListBucket' on the bucket and"
            " 's3:GetObject' on its objects, or set the access key if there is none yet."
        )
    if 300 <= refused.status < 400:
        return f"The bucket '{bucket}' is reached at another address. Check 'endpoint' and 'region' of the source."
    return f"What answers there does not answer as S3 does (status {refused.status}). Check 'endpoint' of the source."


def _parsed(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as reason:
        raise Unreadable from reason
    return root


def _text(node: Any, name: str) -> str:
    found = child(node, name)
    return (found.text or "") if found is not None else ""
