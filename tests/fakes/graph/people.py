"""Who there is in a tenant, and by which login names SharePoint knows them.

Sources: learn.microsoft.com "user resource type", "group resource type" (/graph/api/resources/user, …/group);
"sharePointIdentitySet resource type"; "PrincipalType enum" (SharePoint client library). The claims: i:0#.f|membership|
for a user, c:0t.c|tenant| for a security group, c:0o.c|federateddirectoryclaimprovider| for a Microsoft 365 group (with
_o its owners only), c:0-.f|rolemanager|spo-grid-all-users/ for everyone but external users, c:0(.s|true for everyone.
"""

from dataclasses import dataclass, field


@dataclass(eq=False)
class Person:
    """A user of the directory. A guest has an address elsewhere."""

    id: str
    name: str
    mail: str
    is_guest: bool = False

    @property
    def upn(self) -> str:
        """The user principal name."""
        return f"{self.mail.replace('@', '_')}#ext#@contoso.com" if self.is_guest else self.mail

    @property
    def login(self) -> str:
        """The claim."""
        return f"i:0#.f|membership|{self.upn}"

    principal_type = 1


@dataclass(eq=False)
class Group:
    """A group of the directory: of Microsoft 365 when `is_unified`, or else a security group."""

    id: str
    name: str
    mail: str
    is_unified: bool = False
    members: "list[Person | Group]" = field(default_factory=list)
    owners: list[Person] = field(default_factory=list)

    @property
    def login(self) -> str:
        """The claim."""
        return f"c:0o.c|federateddirectoryclaimprovider|{self.id}" if self.is_unified else f"c:0t.c|tenant|{self.id}"

    principal_type = 4


@dataclass(frozen=True)
class OwnersOf:
    """The owners of a Microsoft 365 group, as SharePoint counts them: for it the login name ends with _o."""

    group: Group

    @property
    def name(self) -> str:
        """The title."""
        return f"{self.group.name} Owners"

    @property
    def mail(self) -> str:
        """The address."""
        return self.group.mail

    @property
    def login(self) -> str:
        """The claim."""
        return f"{self.group.login}_o"

    principal_type = 4


@dataclass(frozen=True)
class Everyone:
    """Everyone of the tenant; with `external` everyone who can sign in at all."""

    tenant: str
    external: bool = False

    @property
    def name(self) -> str:
        """The title."""
        return "Everyone" if self.external else "Everyone except external users"

    mail = ""

    @property
    def login(self) -> str:
        """The claim."""
        return "c:0(.s|true" if self.external else f"c:0-.f|rolemanager|spo-grid-all-users/{self.tenant}"

    principal_type = 4


Principal = Person | Group | OwnersOf | Everyone


@dataclass(eq=False)
class SiteGroup:
    """A SharePoint group: it lives in one site, and its number counts only there."""

    id: int
    title: str
    members: list[Principal] = field(default_factory=list)


def readers(principal: Principal) -> frozenset[str]:
    """Who that is, as the platform writes readers."""
    if isinstance(principal, Person):
        return frozenset({f"user:{principal.id}"})
    if isinstance(principal, Group):
        return frozenset({f"group:{principal.id}"})
    if isinstance(principal, OwnersOf):
        return frozenset(f"user:{owner.id}" for owner in principal.group.owners)
    return frozenset({"anyone" if principal.external else "org"})
