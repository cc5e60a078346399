"""Where secrets stand on devices that are set line by line: FortiOS, Junos, VyOS and EdgeOS, RouterOS, SonicOS."""

from engineering_api.redact.rule import Rule, rule

FORTIOS: tuple[Rule, ...] = (
    rule("community", "set name", r"^\s*+set name WORD", under=r"config (?:system snmp community|snmp-community)"),
    rule(
        "password",
        "set ",
        r"^\s*+set (?:passwd|password|group-password|auth-pwd|priv-pwd|history\d|auth-password-l\d"
        r"|login-passwd|ppk-secret|keytab|auth-string) TYPE WORD",
    ),
    rule(
        "key",
        "key",
        r"^\s*+set (?:(?:secondary|tertiary)-)?key(?:\d|-outbound|-inbound)? TYPE WORD",
        lacking=("set key-",),
    ),
    rule("key", "set ", r"^\s*+set (?:auth|enc)key(?:-in|-out)? TYPE WORD"),
    rule("token", "set value", r"^\s*+set value WORD", under=r"config http-headers"),
    rule("key", "private-encryption-key", r"private-encryption-key=WORD"),
)

JUNOS: tuple[Rule, ...] = (
    rule("key", "privacy-key", r"\bprivacy-key WORD"),
    rule("password", "privacy-password", r"\bprivacy-password WORD"),
    rule("password", "simple-password", r"simple-password WORD"),
    rule("community", "set ", r"\bsnmp (?:.{0,60} )?community WORD", lacking=("community-map",)),
    rule("key", "ssh-", r"\bssh-(?:rsa|dsa|dss|ecdsa|ed25519) WORD"),
    rule("key", "license", r"\bkeys? key WORD"),
)

VYOS: tuple[Rule, ...] = (
    rule("key", "private", r"\bprivate key WORD"),
    rule("key", "public-keys", r"public-keys \S{1,120}+ key WORD"),
    rule("key", "key", r"^\s*+key (?=['\"]?[A-Za-z0-9+/]{40})WORD"),
    rule("key", "key", r"\b(?:otp|static|keys id \S{1,64}+|shared-secret \S{1,64}+) key WORD"),
    rule("certificate", "certificate", r"\bcertificate (?=['\"]?MII)WORD"),
    rule("password", "auth", r"\b(?:auth|privacy) (?:encrypted|plaintext)-(?:key|password) WORD"),
)

ROUTEROS: tuple[Rule, ...] = (
    rule("community", "name=", r"\bname=WORD", under=r"^/snmp(?:/| )community"),
    rule("key", "key=", r"(?:^|\s)key=WORD", lacking=(" value=",)),
    rule("password", "value=", r"\bvalue=WORD", under=r"^/container(?:/| )envs"),
    rule("password", "/container", r"^/container(?:/| )envs .{0,400}?\bvalue=WORD"),
    rule(
        "password",
        "l ",
        r":(?:local|global) [\"'\\]{0,2}"
        r"\w{0,30}(?:pass|pwd?|secret|token|key|psk)\w{0,20}+[\"'\\]{0,2} (?=[\"\\'])WORD",
        having=(":local", ":global"),
    ),
    rule("community", "/snmp", r"^/snmp(?:/| )community .{0,400}?\bname=WORD"),
)

SONICOS: tuple[Rule, ...] = (
    rule("community", "community", r"\b(?:get|set|trap)-community(?:-name)? WORD"),
    rule("psk", "shared-secret", r"shared-secret TYPE(?!profile\b)WORD"),
)

# Of the daemons below VyOS and the like: net-snmp and strongSwan.
DAEMONS: tuple[Rule, ...] = (
    rule("password", "createuser", r"\b(?:md5|sha\S{0,4}+) WORD", having=("createuser",)),
    rule("password", "createuser", r"\b(?:des|aes\S{0,4}+) WORD", having=("createuser",)),
    rule("psk", "psk", r"(?:^|[\s:])psk (?=\")WORD"),
)

RULES: tuple[Rule, ...] = (*DAEMONS, *FORTIOS, *JUNOS, *VYOS, *ROUTEROS, *SONICOS)
