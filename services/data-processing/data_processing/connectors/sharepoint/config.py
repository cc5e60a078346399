"""What a Microsoft 365 source is told: where its documents lie, and what counts as permission to read them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from oberaconnect.endpoint import Model, Text

Name = Annotated[Text, Field(min_length=1, max_length=400)]
Pattern = Annotated[Text, Field(min_length=1, max_length=400)]
#: As the platform keeps readers: `user:<id>`, `group:<id>`, `mail:<address>`, `org`, `anyone`.
Reader = Annotated[str, Field(max_length=330, pattern=r"^(?:(?:user|group|mail):[^\s\x00]+|org|anyone)$")]


class SharePointConfig(Model):
    """Files of a site, of a person's OneDrive (`user`) or of a Teams channel (`team`, `channel`).

    `drive` names one library; `*` are all of the site. `path` is a folder; begins it with the name of a library, it
    lies in that one. `lists` are read item by item, `pages` as far as they hold text. `links: grant` lets a sharing
    link for the organisation, or for anybody, make its file visible to them; people named by a link always count.
    `site_groups` says who is in a SharePoint group whose members cannot be read.
    """

    site: Text = Field(default="", max_length=800)
    user: Text = Field(default="", max_length=320)
    team: Text = Field(default="", max_length=400)
    channel: Text = Field(default="", max_length=400)
    files: bool = True
    drive: Text = Field(default="", max_length=400)
    path: Text = Field(default="/", max_length=2000)
    recursive: bool = True
    include: list[Pattern] = Field(default=[], max_length=100)
    exclude: list[Pattern] = Field(default=[], max_length=100)
    pages: bool = False
    lists: list[Name] = Field(default=[], max_length=50)
    convert: bool = True
    links: Literal["ignore", "grant"] = "ignore"
    site_groups: dict[Name, Annotated[list[Reader], Field(max_length=500)]] = Field(default={}, max_length=200)
    permissions_hours: int = Field(default=24, ge=1, le=24 * 31)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(map(bool, (self.site, self.user, self.team))) > 1:
            raise ValueError("name one of 'site', 'user' and 'team'")
        if bool(self.team) != bool(self.channel):
            raise ValueError("'team' and 'channel' go together")
        if (self.user or self.team) and (self.pages or self.lists or self.drive):
            raise ValueError("'drive', 'pages' and 'lists' are of a site")
        if not (self.files or self.pages or self.lists):
            raise ValueError("without 'files', name 'lists' or set 'pages'")
        return self

    @property
    def folders(self) -> list[str]:
        """The parts of `path`."""
        return [part for part in self.path.split("/") if part]
