"""Where secrets stand in any configuration: after a word that means one, or by what they look like."""

import re
from dataclasses import dataclass

from engineering_api.redact.rule import Kind, Rule, rule

# What may belong to the keyword and leaves what follows a secret.
_SAME = (
    r"(?:[-_]?(?:hash(?:ed)?|enc(?:rypted)?|md5|sha-?\d{0,3}|l?\d{1,2}|string|text|again|confirm|plain(?:text)?|data?|s"
    r"|value|ascii|hex))?"
)
_FOR_IT = (
    r"(?:(?<![a-z0-9=])(?:auth|group|login|user|admin|ftp|enable|web|sys|root|hash)?"
    r"(?:pass(?:word|wd|wort|phrase|code)s?|kennwort|secret)|(?<=-)pwd?|(?<![a-z0-9])pwd)"
)
# Words after "password" with which a sentence or a setting goes on.
_SENTENCE = (
    r"(?!(?:encryption|policy|recovery|required|reset|reminder|must|will|may|can|has|was|were|are|for|and|or|the|to|of"
    r"|in|on|at|by|as"
    r"|with|from|changed?|changing|expire[sd]?|expiry|expiration|aging|age|history|minimum-\w+|min-\w+|max-\w+"
    r"|maximum-\w+|complexity|strength(?:-check)?|secure-mode|configuration|non-plaintext-sha256|length|format"
    r"|change-\w+|logging|prompt|protected|protection|lifetime|lockout|radius|tacacs\+?|tacplus|ldap|local|line|group"
    r"|krb5|case|authentication|management|manager|operator|port-access|all|minimum|maximum|option|ring|rotation|server|check"
    r"|restriction|configuration-control"
    r"|data|is|if|not|only|ask|using|use|please|attempts?|fail\w{0,6}|feature|enable|disable|enabled|disabled"
    r"|contact|admin\w{0,12} if|sync\w{0,16}|type|hash-\w+|address|hostname)(?:[\s,.;:!?]|$)|[\[{}|>=:]"
    # So RouterOS goes on after "/ppp secret".
    r"|(?:add|set|print|find|remove|export) (?:[\w-]{1,40}=|\[|where\b))"
)
_PSK = r"(?<![a-z0-9=])pre-?shared-?(?:key|secret)"
_NAMED_KEY = (
    r"(?<!pre-)(?<!pre)(?:private-?key|privatekey|auth(?:entication)?-key|hello-authentication-key|privacy-key|encryption-key"
    r"|shared-key|md5-key|sha\d*-key|wep-key|wpa-key|static-key|ipsec-key|radius-key|tacacs-key|plaintext-key"
    r"|encrypted-key|tcp-md5-key|session-key|auth-?key|authkey|privkey|api-?key|activation-key|license-key|bgp-key|server-key)"
)

WORDS: tuple[Rule, ...] = (
    rule(
        "key",
        "key",
        rf"\b{_NAMED_KEY}\d?(?: \d{{1,10}}+(?= \S))? TYPE"
        r"(?![\[{}|=:(]|inbound|outbound|(?:md5|sha-?\d{0,3})[;\s]*+$)REST",
    ),
    rule("psk", "shared", rf"{_PSK}s?(?! (?:address|hostname)\b) TYPE(?![\[{{}}|=:(])REST"),
    rule("psk", "psk", r"(?<![a-z0-9-])(?:psk-?secret|psk-key)(?:-remote)? TYPE(?![\[{}|=:(])REST"),
    rule("psk", "passphrase", rf"passphrase{_SAME} TYPE{_SENTENCE}REST"),
    *(
        rule("password", needle, rf"(?<!no){_FOR_IT}{_SAME} TYPE{_SENTENCE}REST")
        for needle in ("pass", "secret", "pw", "kennwort")
    ),
    rule(
        "key",
        "key",
        r"\bkey (?:ascii-text|hexadecimal|ciphertext|cipher|[05-9](?= \S)) TYPE WORD",
        lacking=("key-chain", "size", "ntp"),
    ),
    rule("key", "ascii-text", r"(?:ascii-text|hexadecimal) WORD"),
    rule("key", "key", r"\bmd5 \d{1,5}+ key WORD"),
    rule(
        "token",
        "token",
        r"(?<![a-z])(?:auth-?|api-?|access-?|bearer-?|bot-?|id-?)?token TYPE(?=[\"']?[\w+/=.-]{12})WORD",
    ),
    rule("token", "bearer", r"\bbearer (?=[\w.~+/-]{8})WORD", in_prose=True),
    rule("token", "authorization", r"authorization[\"']?\s*+[:=]\s*+[\"']?(?:basic|token|digest) WORD", in_prose=True),
)

# Words that mark what is encrypted, or may be, whatever it is: FortiOS's "ENC", Junos's "## SECRET-DATA", AOS-CX's
# "ciphertext".
MARKED: tuple[Rule, ...] = (
    rule("password", " enc ", r"\bset \S{1,80}+(?: \d{1,5})? enc WORD"),
    rule("password", "## secret-data", r"^\s*+[\w.\s-]{1,400}?(?=\")WORD"),
    rule("password", "ciphertext", r"\bciphertext WORD"),
    rule("password", "plaintext", r"\bplaintext WORD", having=("pass", "key", "user", "secret", "snmp")),
)

# Assignments: "key: value", key="value", "key": "value".
_NOT_A_SECRETS_NAME = re.compile(
    r"policy|length|len|min|max|age|expir|type|mode|enabled?|hint|prompt|change|count|mask|retr|time|date|size|format|user|ident"
    r"|attr|algo|method|profile|file|path|url|list|history|complex|strength|rotation|interval|status|requir|generated"
    r"|encryption|fingerprint|id$|name|has_|port|auth$|descr|set$|version|provider|index",
    re.IGNORECASE,
)
_NAMES: tuple[tuple[Kind, str, tuple[str, ...]], ...] = (
    (
        "token",
        r"(?:token|api[-_ ]?keys?|access[-_ ]?key|secret[-_ ]?(?:access[-_ ]?)?key|bearer|client[-_]?secret"
        r"|oinkcode|etpro_?code"
        r"|license[-_ ]?key|activation[-_ ]?key|webhook[-_]?url|api[-_]?secret|subscription[-_]?key)",
        ("token", "key", "oinkcode", "etpro", "bearer", "webhook", "secret"),
    ),
    (
        "psk",
        r"(?:pre[-_ ]?shared[-_ ]?(?:key|secret)|psk[-_]?secret|psk(?!_?radius|_?id)|wpa\d?[-_]pre"
        r"|ipsec[-_]?(?:psk|secret|key)"
        r"|sae[-_]?password|pass[-_]?phrase)",
        ("shared", "psk", "ipsec", "sae", "phrase"),
    ),
    (
        "key",
        r"(?:private[-_ ]?key|privkey|auth(?:entication)?[-_]?key|encryption[-_]?key|shared[-_]?key|session[-_]?key"
        r"|md5[-_]?key"
        r"|static[-_]?key|wep[-_]?key|x_[a-z_]{0,30}key|x_wep|privacy[-_]?key|key[-_]?string|mgmt_key|iapp_key|tls[-_]?key"
        r"|server[-_]?key|client[-_]?key|host[-_]?key|ssh[-_]?keys?|nsupdate_?key|ddns_?key|account_?key|radius_?key"
        r"|encryptkey"
        r"|(?<![a-z])cak|protection[-_]?key|akey|ipsecenckey|ipsecauthkey|snmp\w{0,12}key|dns_[a-z_]{1,30}key)",
        ("key", "x_wep", "cak"),
    ),
    (
        "password",
        r"(?<!no)(?:pass(?:word|wd|wort|code)|(?<![a-z])pass(?![a-z])|kennwort|pwd|(?<![a-z])pw(?![a-z])|secret|_pass(?![a-z])|pass_"
        r"|bind_?pw|otp_seed|shadow)",
        ("pass", "kennwort", "pw", "secret", "otp_seed", "shadow"),
    ),
    ("community", r"(?:community|communities)", ("communit",)),
    # What begins so on a UniFi controller is not for its readers.
    ("key", r"(?<=\")x_(?![a-z_]{0,40}(?:user|finger|enabled|has_))\w{1,60}+", ("x_",)),
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name to which a secret may be assigned.

    `pattern` finds it with what assigns, `ending` at the end of the name of an element, and one of `needles` is in a
    line, in small letters, that has it.
    """

    kind: Kind
    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    ending: re.Pattern[str]


NAMES = tuple(
    Name(
        kind,
        needles,
        re.compile(
            rf"{name}(?P<more>[\w.-]{{0,40}}+)(?:\[[\w-]{{0,20}}\])?\\?[\"']?\s*+(?:=>|:=|={{1,2}}|:)\s*+(?=[^\s:=])",
            re.IGNORECASE,
        ),
        re.compile(rf"{name}(?P<more>[\w.-]{{0,60}}+)$", re.IGNORECASE),
    )
    for kind, name, needles in _NAMES
)


def is_settings_name(more: str) -> bool:
    """Whether a name with these letters after its keyword is that of a setting, such as "password_min_length"."""
    return _NOT_A_SECRETS_NAME.search(more) is not None


# By what they look like, wherever they stand.
SHAPES: tuple[tuple[Kind, str, re.Pattern[str]], ...] = (
    (
        "hash",
        "$",
        re.compile(
            r"\$(?:1|1a|2[abxy]?|3|4|5|6|7|8|9|10|14|y|h|c|nt|apr1|argon2\w{0,4}|sha1|sha256|sha512|pbkdf2[\w-]{0,12})\$[^\s\"';,<>|)]{4,}+"
        ),
    ),
    ("password", "://", re.compile(r"://[^\s/@:\"'<>]{0,128}+:(?P<value>[^\s\"'<>]{1,200}(?=@))", re.IGNORECASE)),
    # An identity of ZeroTier with its private half: address, type, public and private key.
    ("key", ":0:", re.compile(r"\b[0-9a-f]{10}:0:[0-9a-f]{32,}+:(?P<value>[0-9a-f]{32,}+)", re.IGNORECASE)),
    # Without a scheme only what looks like a password: "sip:", "mailto:" and "contact:" begin so too.
    (
        "password",
        "@",
        re.compile(
            r"(?<![\w.:/+-])(?!(?:mailto|sips?|tel|xmpp|ssh):)[\w.+-]{1,64}+:(?P<value>(?=[^\s\d@]{0,40}\d)(?=[^\s@a-z]{0,40}[a-z])[^\s\"'<>@:/]{4,64}+)"
            r"@(?=[a-z0-9-]{1,63}+\.)",
            re.IGNORECASE,
        ),
    ),
    (
        "password",
        "curl",
        re.compile(
            r"\bcurl\b.{0,300}?\s(?:-u|--user)[\s=]*+[\"']?[^\s:\"']{1,64}+:(?P<value>[^\s\"']+)", re.IGNORECASE
        ),
    ),
    # A row of "show crypto isakmp key".
    ("psk", ".255]", re.compile(r"\[(?:\d{1,3}\.){3}\d{1,3}\]\s++(?P<value>\S+)\s*+$")),
    # The key of UNMS, and a bot of Telegram.
    ("key", "wss://", re.compile(r"wss://[^\s+]{1,200}+\+(?P<value>[^\s+\"']{8,})", re.IGNORECASE)),
    ("token", ":aa", re.compile(r"(?<!\d)\d{6,12}:AA[\w-]{30,}+")),
    ("token", "eyj", re.compile(r"\beyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+)?+")),
    ("token", "aki", re.compile(r"\bAKIA[0-9A-Z]{16}\b")),
    ("token", "asia", re.compile(r"\bASIA[0-9A-Z]{16}\b")),
    ("token", "gh", re.compile(r"\bgh[pousr]_\w{20,}+")),
    ("token", "github_pat_", re.compile(r"\bgithub_pat_\w{20,}+")),
    ("token", "glpat-", re.compile(r"\bglpat-[\w-]{16,}+")),
    ("token", "xox", re.compile(r"\bxox[a-z]-[\w-]{10,}+")),
    ("token", "hooks.slack.com", re.compile(r"(?i:hooks\.slack\.com/services)/(?P<value>[\w/]{10,}+)")),
    ("token", "webhook", re.compile(r"(?i:webhook)(?:b2|\.office\.com|s)?/(?P<value>[\w@/-]{30,}+)")),
    ("token", "aiza", re.compile(r"\bAIza[\w-]{30,}+")),
    ("token", "sk-", re.compile(r"\bsk-[\w-]{20,}+")),
    ("token", "sk_live", re.compile(r"\b[rs]k_live_\w{10,}+")),
    ("key", "aaaa", re.compile(r"\bAAAA[A-Za-z0-9+/]{16,}+={0,2}")),
    ("key", "pscp", re.compile(r"\bPuTTY-User-Key-File\S*+")),
)

#: Long runs of base64: keys and certificates without any word before them.
BASE64 = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{64,}+={0,2}")
_PEM_IN_BASE64 = ("LS0tLS1CRUdJTi", "MII")


def kind_of_base64(value: str) -> Kind | None:
    """What a long run of base64 is; None for what is no base64: one case only, or no digit."""
    head = value[:256]
    if head.isupper() or head.islower() or head.isalpha() or head.isdigit():
        return None
    return "certificate" if value.startswith(_PEM_IN_BASE64[1]) or "Q0VSVElGSUNBVE" in head else "key"
