"""Who may log in on the device itself, and what holds for all logins."""

from engineering_api.dialects.junos.state import Junos, Of
from engineering_api.facts.services import User
from engineering_api.reading.paths import Found, Level

LOGIN = Level[Junos]("login")
CLASS = Level[Junos]("login class")
USER = Level[Of[User]]("user")

#: How a password is kept, in the words of facts.
_HASH, _PLAIN = "hash", "plain"


def user_of(junos: Junos, name: str, found: Found) -> Of[User]:
    def make() -> User:
        user = User(source=found.span, name=name, privilege="super-user" if name == "root" else "", scope=junos.scope)
        junos.device.users.append(user)
        return user

    return Of(junos, junos.thing(("user", name), make))


@LOGIN.opens(USER, "user NAME")
def _user(junos: Junos, found: Found) -> Of[User]:
    return user_of(junos, found["NAME"], found)


@USER.path("class NAME")
def _class(of: Of[User], found: Found) -> None:
    of.fact.say(found.line, privilege=found["NAME"])
    if found["NAME"] not in ("super-user", "superuser", "operator", "read-only", "unauthorized"):
        of.junos.device.refer(
            "user-group", found["NAME"], found.line, f"user {of.fact.name} class", scope=of.junos.scope
        )


@USER.path("encrypted-password HASH", "authentication encrypted-password HASH")
def _password(of: Of[User], found: Found) -> None:
    of.fact.say(found.line, password=_HASH)


@USER.path(
    "plain-text-password",
    "authentication plain-text-password",
    "authentication plain-text-password-value TEXT",
    "plain-text-password-value TEXT",
)
def _plain_password(of: Of[User], found: Found) -> None:
    of.fact.say(found.line, password=_PLAIN)


@USER.path(
    "KIND:(ssh-rsa|ssh-dsa|ssh-ecdsa|ssh-ed25519) KEY...",
    "authentication KIND:(ssh-rsa|ssh-dsa|ssh-ecdsa|ssh-ed25519) KEY...",
)
def _key(of: Of[User], found: Found) -> None:
    of.fact.say(found.line, keys=of.fact.keys + 1)


@USER.path(
    "(ssh-rsa|ssh-dsa|ssh-ecdsa|ssh-ed25519) KEY from ADDRESS",
    "authentication (ssh-rsa|ssh-dsa|ssh-ecdsa|ssh-ed25519) KEY from ADDRESS",
)
def _key_from(of: Of[User], found: Found) -> None:
    of.fact.say(found.line, keys=of.fact.keys + 1, allowed=[*of.fact.allowed, found["ADDRESS"]])


USER.knows(
    "uid NUMBER", "full-name TEXT...", "cli", "load-key-file URL", "authentication load-key-file URL",
    "no-public-keys", "authentication no-public-keys", "remote-debug-permission",
)  # fmt: skip


@LOGIN.opens(CLASS, "class NAME")
def _login_class(junos: Junos, found: Found) -> Junos:
    junos.device.define("user-group", found["NAME"], found.span, is_used=True, scope=junos.scope)
    return junos


CLASS.knows(
    "permissions", "allow-commands", "deny-commands", "allow-configuration", "deny-configuration", "login-alarms",
    "login-tip", "allowed-days", "access-start", "access-end", "logical-system", "satellite",
    "allow-commands-regexps", "deny-commands-regexps", "allow-configuration-regexps", "deny-configuration-regexps",
    "login-script", "security-role", "configuration-breadcrumbs", "confirm-commands", "cli", "no-hidden-commands",
    "tenant",
)  # fmt: skip


@LOGIN.path("message TEXT...")
def _message(junos: Junos, found: Found) -> None:
    junos.device.set("banner", found.line, value="login")


@LOGIN.path("announcement TEXT...")
def _announcement(junos: Junos, found: Found) -> None:
    junos.device.set("banner", found.line, value="motd")


@LOGIN.path("idle-timeout MINUTES")
@CLASS.path("idle-timeout MINUTES")
def _idle(junos: Junos, found: Found) -> None:
    junos.device.set("idle-timeout", found.line, value=str(int(found["MINUTES"]) * 60))


@LOGIN.path("retry-options tries-before-disconnect NUMBER")
def _tries(junos: Junos, found: Found) -> None:
    junos.device.set("login-attempts", found.line, value=str(int(found["NUMBER"])))


@LOGIN.path("retry-options (backoff-factor|lockout-period) NUMBER")
def _delay(junos: Junos, found: Found) -> None:
    junos.sets_once("login-delay", found.line, value=found["NUMBER"])


@LOGIN.path("password minimum-length NUMBER")
def _length(junos: Junos, found: Found) -> None:
    junos.device.set("password-length", found.line, value=str(int(found["NUMBER"])))


LOGIN.knows("deny-sources", "session-limit")
LOGIN.knows_only(
    "retry-options", "retry-options (backoff-threshold|minimum-time|maximum-time) NUMBER", "password",
    "password (change-type|format) NAME", "password (maximum-length|minimum-changes|minimum-reuse) NUMBER",
    "password (minimum-numerics|minimum-upper-cases|minimum-lower-cases|minimum-punctuations) NUMBER",
    "password (minimum-character-changes|maximum-lifetime|minimum-lifetime) NUMBER",
)  # fmt: skip
