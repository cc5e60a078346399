"""Objects of a bucket of Amazon S3, or of any store that speaks its language."""

import re
from collections.abc import Mapping, Sequence
from typing import IO, Annotated
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from pydantic import AfterValidator, Field

from data_processing.connectors.contract import Connector, Context, Cursor, Fetched, Item, Page, Unfetchable, Wanted
from data_processing.connectors.keys import key_of
from data_processing.connectors.links import Template, filled
from data_processing.connectors.patterns import wanted
from data_processing.connectors.s3_answers import Listed, Refused, problem
from data_processing.connectors.s3_client import ATTEMPTS, Place, S3Client
from data_processing.connectors.s3_signature import Credentials
from oberaconnect.endpoint import Model, Text
from oberaconnect.http import FetchBroken, FetchRefused, PublicAnswer
from oberaconnect.problems import Unprocessable
from oberaconnect.settings import Url

PAGE_OBJECTS = 1000


def _endpoint(value: str) -> str:
    parts = urlsplit(value)
    if "@" in parts.netloc or parts.query or parts.fragment or re.search(r"[\x00-\x20\x7f\\]", value):
        raise ValueError("must be the address of the store alone, such as https://minio.example:9000")
    return value


class S3Config(Model):
    """`endpoint` empty: Amazon's for the region. `path_style`: the bucket in the path, not in the host's name."""

    endpoint: Annotated[Url, AfterValidator(_endpoint), Field(max_length=400)] = ""
    region: str = Field(default="us-east-1", pattern=r"^[a-z0-9-]{1,40}$")
    bucket: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$")
    prefix: Text = Field(default="", max_length=1000)
    path_style: bool | None = None
    include: list[Text] = Field(default=[], max_length=200)
    exclude: list[Text] = Field(default=[], max_length=200)
    web_url: Template = ""


class S3Connector(Connector[S3Config]):
    """The objects whose keys begin with the prefix, listed in full each time."""

    kind = "s3"
    Config = S3Config
    secret_names = frozenset({"access_key_id", "secret_access_key", "session_token"})

    def __init__(self, config: S3Config, secrets: Mapping[str, str], context: Context) -> None:
        """Nothing is asked yet."""
        super().__init__(config, secrets, context)
        self._client = S3Client(
            place(config),
            _credentials(secrets),
            allowed_hosts=context.settings.allowed_hosts,
            pause=context.pause,
        )

    def changes(self, cursor: Cursor | None) -> Page:
        """The next objects behind the key that the cursor names."""
        after = unquote_to_bytes(cursor["after"]) if cursor and "after" in cursor else b""
        listed, is_more = self._listed(after, PAGE_OBJECTS)
        items = [
            self._item(found)
            for found in listed
            if not found.key.endswith(b"/") and wanted(found.name, self.config.include, self.config.exclude)
        ]
        is_more = is_more and bool(listed)
        return Page(items, {"after": quote_from_bytes(listed[-1].key)} if is_more else {}, is_more, complete=("",))

    def fetch(self, item: Wanted, into: IO[bytes]) -> Fetched:
        """Write an object as it was when it was listed; a transfer that breaks off goes on where it did."""
        for attempt in range(ATTEMPTS):
            try:
                self._transfer(item, into)
                break
            except FetchBroken as reason:
                self._client.wait(attempt, reason)
            except Refused as refused:
                raise self._told(refused) from refused
        return Fetched()

    def check(self) -> Sequence[str]:
        """Ask for the first object and for a byte of it."""
        listed, _ = self._listed(b"", 10)
        first = next((found for found in listed if found.size and not found.is_archived), None)
        found = [f"The bucket '{self.config.bucket}' can be listed."]
        if first is None:
            return [*found, "Among the first objects is none that could be read."]
        try:
            with self._client.open(first.key, headers={"Range": "bytes=0-0"}):
                return [*found, "Its objects can be read."]
        except Refused as refused:
            raise problem(refused, self.config.bucket, self.config.region) from refused

    def _listed(self, after: bytes, at_most: int) -> tuple[list[Listed], bool]:
        try:
            return self._client.objects(self.config.prefix, after, at_most=at_most)
        except Refused as refused:
            raise problem(refused, self.config.bucket, self.config.region) from refused

    def _item(self, found: Listed) -> Item:
        bucket = self.config.bucket
        return Item(
            key=key_of(f"s3://{bucket}/{found.name}"),
            name=found.name.rsplit("/", 1)[-1],
            tag=found.etag,
            path=found.name,
            url=filled(self.config.web_url, bucket=bucket, key=found.name) if self.config.web_url else None,
            size=found.size,
            metadata={"modified": found.modified, "version": found.etag},
            reference={"key": quote_from_bytes(found.key)},
            problem=f"It lies in the archive ({found.storage}). Restore it to have it read."
            if found.is_archived
            else "",
        )

    def _transfer(self, item: Wanted, into: IO[bytes]) -> None:
        """Write what is still missing."""
        headers = {"If-Match": f'"{item.tag}"'} if item.tag else {}
        if into.tell():
            headers["Range"] = f"bytes={into.tell()}-"
        with self._client.open(unquote_to_bytes(item.reference["key"]), headers=headers) as answer:
            if answer.status != 206:  # everything comes once more
                _emptied(into)
            self._write(answer, into)

    def _write(self, answer: PublicAnswer, into: IO[bytes]) -> None:
        try:
            for piece in answer.pieces():
                into.write(piece)
                if into.tell() > self.context.max_bytes:
                    raise Unfetchable(f"It is larger than {self.context.max_bytes // 2**20} MB.")
        except FetchBroken:
            if "content-encoding" in answer.headers:
                _emptied(into)  # the part that is missing could not be unpacked by itself
            raise
        except FetchRefused as reason:
            raise Unfetchable(
                "It is not packed as its 'Content-Encoding' says. Correct that, or remove it."
            ) from reason

    def _told(self, refused: Refused) -> Exception:
        """What an error means for one object: only what is the same for all of them ends the run."""
        if refused.status == 412 or refused.code == "PreconditionFailed":
            return Unfetchable("It was changed meanwhile. The next run takes it as it is then.")
        if refused.code == "NoSuchKey" or (refused.status == 404 and refused.code != "NoSuchBucket"):
            return Unfetchable("It was deleted meanwhile.")
        if refused.code == "InvalidObjectState":
            return Unfetchable("It lies in the archive. Restore it to have it read.")
        if refused.status == 416:
            return Unfetchable("It was changed while it was read. The next run takes it as it is then.")
        if refused.code == "AccessDenied":
            return Unfetchable(
                "The access key may not read it. Allow 's3:GetObject', and its encryption key if it has one."
            )
        return problem(refused, self.config.bucket, self.config.region)


def _emptied(file: IO[bytes]) -> None:
    file.seek(0)
    file.truncate()


def place(config: S3Config) -> Place:
    """Where the bucket is reached. Names with dots fit no certificate for hosts, other stores know paths better."""
    base = config.endpoint or f"https://s3.{config.region}.amazonaws.com"
    in_path = bool(config.endpoint) or "." in config.bucket if config.path_style is None else config.path_style
    if in_path:
        return Place(f"{base}/{config.bucket}", config.region)
    parts = urlsplit(base)
    return Place(f"{parts.scheme}://{config.bucket}.{parts.netloc}{parts.path}", config.region)


def _credentials(secrets: Mapping[str, str]) -> Credentials | None:
    key_id, secret = secrets.get("access_key_id", ""), secrets.get("secret_access_key", "")
    if bool(key_id) != bool(secret):
        raise Unprocessable("Set both 'access_key_id' and 'secret_access_key', or neither for a public bucket.")
    return Credentials(key_id, secret, secrets.get("session_token", "")) if key_id else None
