"""Secrets in sentences: comments, descriptions, banners, questions and commands of a shell.

There a word that means a secret is not enough ("password reset", "key account"): a sign or a verb leads to the secret,
or it looks like one.
"""

from collections.abc import Iterable

from engineering_api.redact.rule import Kind, Rule, rule

_SAYS = (
    r"(?:pass(?:word|wd|wort|phrase|code)?|kennwort|pwd|pw|psk|secret|pin(?:-?code)?|cred(?:ential)?s?"
    r"|mot de passe|contrase[nñ]a|wachtwoord|pre(?:-|\s{1,8})?shared(?:-|\s{1,8})?(?:key|secret)|api(?:-|\s{1,8})?key"
    r"|(?:wi-?fi|wlan|wpa\d?|security)(?:-| )?(?:key|schl(?:ü|ue)ssel))"
)
_LOGIN = r"(?:log-?in|log in|logon|anmeldung|anmeldedaten|zugang(?:sdaten)?|creds?|credentials?)"
# A word of letters and digits that is no address, no VLAN, no version, no port and no place.
_LIKE_ONE = (
    r"(?=[\"'(]?[^\s\d]{0,40}\d)(?=[^\sa-z]{0,40}[a-z])(?=\S{6})"
    r"(?!v?\d{1,4}\b|vlan|\S{1,80}/\d|\S{1,80}@\S{1,80}\.|\S{1,16}://|[\d.]{7,15}\b"
    r"|[\w.-]{1,40}=|(?:sha|aes|md|hmac|pbkdf|bcrypt|wpa)-?\d|redacted-)"
)
_CHANGED = r"(?: (?:was|were|has been|is|wurde))?(?: (?:changed|set|reset|updated|ge(?:ä|ae)ndert|gesetzt))"
_ANY_WORD = (
    r"(?!(?:not|to|in|on|at|the|a|an|required|set|changed|stored|kept|of|for|with|by|managed|no|needed|used|wrong|ok"
    r"|same|different|also|too|only|still|configured|encrypted|expired|invalid|correct|missing|lost|unknown)(?:[\s,.;:!?]|$))"
)

_PATTERNS = (
    rf"(?<![a-z]){_SAYS}[\"']?(?: (?:is now|is|ist|lautet|=|->|are))?\s*+(?::|=|->)\s*+WORD",
    rf"(?<![a-z]){_SAYS} (?:is now|is|ist|lautet|are) {_ANY_WORD}WORD",
    rf"(?<![a-z]){_SAYS} (?:for|of|to|on|at|f(?:ü|ue)r|von|vom|zu|zum|zur|der|des)\b[^:=]{{1,60}}+[:=] {_LIKE_ONE}WORD",
    rf"(?<![a-z]){_SAYS} (?:for|of|f(?:ü|ue)r|von)(?: [\w-]{{1,30}}+){{1,3}}? (?:is|ist|lautet) {_LIKE_ONE}WORD",
    rf"(?<![a-z]){_SAYS}{_CHANGED} (?:to|from|auf|von|in) {_LIKE_ONE}WORD",
    rf"(?<![a-z]){_SAYS}{_CHANGED} (?:from|von) \S{{1,80}}+ (?:to|auf|in) {_LIKE_ONE}WORD",
    rf"\b(?:set|chang\w{{1,4}}|reset)\b.{{0,40}}?(?<![a-z]){_SAYS} to {_LIKE_ONE}WORD",
    rf"(?<![a-z]){_SAYS}(?: |\s*\|\s*){_LIKE_ONE}WORD",
    r"(?:pass(?:word|phrase)|secret|psk|\bkey)\s*+\.{3,80}+ WORD",
)
_OF_A_LOGIN = (
    rf"\b{_LOGIN}[:=]?(?: (?:with|as|are|is|user|mit|als|ist))? [\w.@-]{{1,30}}+\s*+[/:]\s*+{_LIKE_ONE}WORD",
    r"\bsshpass -p\s*+WORD",
)
_OF_SNMP = (
    rf"community string(?: (?:is|ist))? {_LIKE_ONE}WORD",
    r"community (?:string|name)(?: is)?\s*+[:=]\s*+WORD",
    r"community(?: (?:string|name))?\s*+\.{3,80}+ WORD",
)


def _rules(kind: Kind, patterns: Iterable[str]) -> tuple[Rule, ...]:
    return tuple(rule(kind, "", pattern, in_prose=True) for pattern in patterns)


#: Words one of which, in small letters, is in a line in which one of the rules may hold.
SAID: tuple[tuple[tuple[str, ...], tuple[Rule, ...]], ...] = (
    (
        (
            "pass", "pw", "kennwort", "psk", "secret", "pin", "cred", "contrase", "wachtwoord", "shared", "api", "wifi",
            "wi-fi", "wlan", "wpa", "security", " key.", " key .",
        ),
        _rules("password", _PATTERNS),
    ),
    (("log", "cred", "zugang", "anmeld", "sshpass"), _rules("password", _OF_A_LOGIN)),
    (("communit",), _rules("community", _OF_SNMP)),
    (("token",), _rules("token", (rf"(?<![a-z])token (?=[\"']?[\w+/=.-]{{16}}){_LIKE_ONE}WORD",))),
    (
        ("snmpwalk ", "snmpget ", "snmpbulk", "snmpset ", "snmptable "),
        (*_rules("community", (r" -c WORD",)), *_rules("password", (r" -[ax] (?!(?:md5|sha|des|aes))WORD",))),
    ),
)  # fmt: skip
#: Those that hold beside what is no sentence.
ASSIGNED = ((SAID[0][0], SAID[0][1][:2]),)
