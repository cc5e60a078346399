"""What becomes of a driveItem."""

from typing import Any

import pytest

from data_processing.connectors.contract import Item
from data_processing.connectors.sharepoint.content import is_converted
from data_processing.connectors.sharepoint.items import content_tag, drive_item, version

DRIVE = {"id": "b!1", "name": "Documents", "site": "HR", "web": "https://contoso.sharepoint.com/sites/hr"}


def _item(**raw: Any) -> Item:
    return drive_item({"id": "01A", **raw}, DRIVE, has_new_readers=False)


def test_the_root_is_a_folder_that_is_called_as_its_library() -> None:
    root = _item(name="root", root={}, folder={}, parentReference={"driveId": "b!1"})
    assert (root.key, root.name, root.path, root.parent, root.is_folder) == (
        "b!1/01A", "Documents", "Documents", None, True,
    )  # fmt: skip


def test_a_file_lies_where_its_folder_lies() -> None:
    file = _item(name="a.txt", file={}, size=3, parentReference={"id": "01B"}, cTag='"c:{X},4"')
    assert (file.parent, file.path, file.size, file.partition) == ("b!1/01B", "", 3, "b!1")
    assert file.title == ""


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ({"cTag": "c", "eTag": "e", "file": {"hashes": {"quickXorHash": "q"}}}, "c"),
        ({"eTag": "e", "file": {"hashes": {"quickXorHash": "q"}}}, "q"),
        ({"eTag": "e", "file": {}}, "e"),
    ],
    ids=["cTag", "hash", "eTag"],
)
def test_the_tag_stands_for_the_bytes(raw: dict[str, Any], tag: str) -> None:
    assert content_tag(raw) == tag


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"malware": {}, "file": {}}, "malware"),
        ({"remoteItem": {}}, "shortcut"),
        ({"package": {"type": "oneNote"}}, "OneNote"),
        ({"package": {"type": "other"}}, "package"),
        ({"name": "Section.ONE", "file": {}}, "OneNote"),
    ],
    ids=["malware", "shortcut", "notebook", "package", "section"],
)
def test_what_cannot_be_taken_says_why(raw: dict[str, Any], words: str) -> None:
    found = _item(**{"name": "x", **raw})
    assert words in found.problem
    assert not found.is_folder


def test_the_version_is_the_label_that_people_see() -> None:
    assert version({"publication": {"versionId": "3.0"}, "cTag": '"c:{X},7"'}) == "3.0"
    assert version({"cTag": '"c:{X},7"'}) == "7"
    assert version({}) == ""


@pytest.mark.parametrize(
    ("name", "converted"), [("a.doc", True), ("a.PPT", True), ("a.docx", False), ("a.xls", False), ("doc", False)]
)
def test_only_what_our_parsers_do_not_read_is_converted(name: str, converted: bool) -> None:
    assert is_converted(name) is converted
