"""Where secrets stand on devices with an IOS-like command line: IOS, NX-OS, ASA, EOS, ProCurve, AOS-CX, Comware, WLC.

The syntax is that of the vendors' command references. What reads "password VALUE" or "secret VALUE" is in `anywhere`.
"""

from engineering_api.redact.rule import Rule, rule

_SNMP_ALGORITHM = r"(?:md5|sha-?\d{0,3}|des(?:56)?|3des|aes(?:-?\d{3})?|cfb128-aes-\d{3})"

COMMUNITIES: tuple[Rule, ...] = (
    rule(
        "community",
        "community",
        r"(?<!override-snmp-)community(?: index \S{1,64}+)?"
        r"(?: (?:read|write|create|name|add|string|ro|rw)(?= \S))?+ TYPE"
        r"(?!(?:name|addresses|index|find|\[)\b)WORD",
        having=("snmp",),
        lacking=("policy-options", "community-map"),
    ),
    rule("community", "community name", r"community name\s*+:\s*+WORD"),
    rule("community", "set community", r"^\s*+set community (?=\")WORD"),
    rule("community", "community-map", r"community-map TYPE WORD"),
    # Where a line was cut out of its block nobody knows, and what is above it is "".
    rule("community", "community", r"^\s*+(?:no )?community TYPE WORD", lacking=("members",), under=r"\bsnmp|^$"),
    rule(
        "community",
        "snmp",
        r"snmp(?:-server)? host (?:[a-z][\w-]{0,40} (?=\d{1,3}\.\d{1,3}\.))?[\w.:%-]{1,80}+"
        r"(?: (?:vrf \S{1,64}+|use-vrf \S{1,64}+|traps?|informs?|poll|version v?(?:1|2c)|community|udp-port \d{1,5}"
        r"|source-interface \S{1,64}+|port \d{1,5})(?= \S)){0,6}+ TYPE"
        r"(?!(?:vrf|use-vrf|traps?|informs?|version|community|udp-port|source-interface|port|poll|filter-vrf|all|none|v3)\b)WORD",
        lacking=("version 3", "version v3"),
    ),
    rule("community", "snmp", r"snmp-agent target-host \S.{0,200}? securityname TYPE WORD", lacking=("v3 ",)),
    rule("community", "com2sec", r"com2sec6?(?: -Cn \S{1,64}+)? \S{1,64}+ \S{1,64}+ WORD"),
    rule("community", "community", r"\br[ow]community6? WORD"),
    rule(
        "community",
        "snmp-community",
        r"(?<!-)snmp-community TYPE(?!(?:enabled?|disabled?)\b)WORD",
        lacking=("community-name",),
    ),
    rule("community", "community-", r"community-(?:string|name) TYPE WORD", lacking=("trap-community-name",)),
    # Junos sends the name of a group of traps as their community.
    rule("community", "trap-group", r"\btrap-group WORD", having=("snmp",)),
    rule("community", "trap-group", r"^\s*+trap-group WORD", under=r"\bsnmp|^$"),
    rule("community", "snmp community", r"snmp community (?:create|delete|ipaddr|accessmode|mode)(?= \S) WORD"),
)

SNMP_USERS: tuple[Rule, ...] = (
    rule(
        "password",
        "auth",
        rf"\bauth(?:entication)?(?:-mode|-protocol)?(?: {_SNMP_ALGORITHM})(?: auth-pass(?:word)?)? TYPE(?!priv)WORD",
        having=("snmp", "usm"),
    ),
    rule(
        "password",
        "priv",
        rf"\bpriv(?:acy)?(?:-mode|-protocol)?(?: {_SNMP_ALGORITHM}(?: (?:128|192|256)(?= \S))?)"
        r"(?: priv-pass(?:word)?)? TYPE WORD",
        having=("snmp", "usm"),
    ),
    rule("password", "snmp-server user", rf"\bpriv (?!{_SNMP_ALGORITHM}\b)TYPE WORD", having=("snmp-server user",)),
    rule("password", "auth-pass", r"\bauth-pass(?:word)? TYPE WORD"),
    rule("password", "priv-pass", r"\bpriv-pass(?:word)? TYPE WORD"),
)

KEYS: tuple[Rule, ...] = (
    rule(
        "key",
        "key",
        r"(?:^|\s)key TYPE"
        r"(?!(?:chain|config-key|generate|zeroize|ascii-text|hexadecimal|exchange|auth\w{0,12}+|accounting|\{)\b)REST",
        having=("radius", "tacacs", "server", "client ", "failover", "aaa"),
        lacking=("ntp", "key-chain", "keychain", "ssh "),
    ),
    # Below a server the key may be digits alone, which below a key chain are a number.
    rule(
        "key",
        "key",
        r"^\s*+key TYPE"
        r"(?!(?:chain|config-key|generate|zeroize|import|export|authentication|accounting|authorization|\{)\b)REST",
        under=r"^\s*+(?:radius|tacacs|aaa-server|aaa group|ldap|server |client |aaa authentication-server)",
    ),
    rule(
        "key",
        "key",
        r"^\s*+key (?!\d+\s*+$|(?:chain|config-key|generate|zeroize|import|export|pubkey-chain|mypubkey|storage"
        r"|exchange|rsa|id|size|type|usage|name|server|encryption|modulus|length|\{|chains"
        r"|authentication|accounting|authorization)\b)TYPE REST",
        lacking=("{",),
    ),
    rule("key", "key", r"^\s*+key (?:authentication|accounting|authorization)(?= \S) TYPE REST"),
    rule("key", "config-key", r"config-key(?: (?:password-encrypt(?:ion)?|newpass)(?= \S))? TYPE WORD"),
    rule("key", "key-string", r"key-string TYPE REST", lacking=("standby", "vrrp", "glbp")),
    rule("key", "key-string", r"key-string TYPE WORD", having=("standby", "vrrp", "glbp")),
    rule("key", "message-digest-key", r"message-digest-key \d{1,10}+(?: (?:md5|sha\S{0,8}+))? TYPE WORD"),
    rule(
        "key",
        "authentication",
        r"\bauthentication(?: (?:text|mode hmac-sha-256|simple-password|md5-password|simple)) TYPE WORD",
    ),
    rule(
        "key",
        "authentication",
        r"^\s*+(?:(?:standby|vrrp|glbp)(?: \d{1,4})? )authentication "
        r"(?!(?:text|md5|mode|key-chain|none|simple)\b)TYPE WORD",
    ),
    rule(
        "key",
        "authentication-key",
        r"authentication-key \d{1,10}+ (?:md5|sha-?\w{1,6}+|cmac-aes-128|aes\S{0,10}+|\w{2,12}-digest)"
        r"(?: key-value)? TYPE WORD",
    ),
    rule(
        "key",
        "authentication-mode",
        r"authentication-mode (?:simple|plain|cipher|(?:md5|hmac-\S{1,16}+)(?: \d{1,5}+)?)(?= \S) TYPE WORD",
        lacking=("usm-user",),
    ),
    rule("psk", "isakmp key", r"isakmp key TYPE(?!(?:address|hostname)\b)WORD"),
    rule(
        "psk",
        "pre-shared-key",
        r"pre-shared-key (?:address(?: ipv6)? \S{1,64}+(?: \d[\d.]{6,15}+)?|hostname \S{1,200}+) key TYPE WORD",
    ),
    rule("psk", "pre-share key", r"\bpre-share key TYPE WORD"),
    rule("psk", "set-key", r"set-key TYPE REST"),
    rule("psk", "wpa", r"\bwpa\d?-psk(?: passphrase)? TYPE REST", lacking=("=",)),
    rule("psk", "wpa", r"\bwpa\d?-(?:passphrase|hexkey) TYPE REST"),
    rule(
        "psk",
        "psk",
        r"(?:^|\s)psk (?:ascii|hex|set-key|passphrase|local|remote|\d|pre-?shared-key|key)(?= \S) TYPE REST",
    ),
    rule("key", "encryption", r"encryption(?: vlan \d{1,4}+)? key \d size \d{2,3}bit TYPE WORD"),
    rule("key", "session-key", r"session-key (?:inbound|outbound) ah \d{1,10}+ WORD"),
    rule(
        "key", "session-key", r"session-key (?:inbound|outbound) esp \d{1,10}+(?: cipher)? (?!cipher|authenticator)WORD"
    ),
    rule("key", "session-key", r"session-key .{0,400}?\bauthenticator WORD"),
    rule("key", "spi", r"\bspi \d{1,10}+ (?:md5|sha1)(?: \d)? (?!esp)WORD"),
    rule("key", "spi", r"\bspi \d{1,10}+ esp \S{1,20}+(?: (?:128|192|256))?(?: \d)? (?!md5|sha1|null)WORD"),
    rule("key", "spi", r"\bspi \d{1,10}+ esp \S.{0,400}?\b(?:md5|sha1) TYPE WORD"),
    rule("key", "key-hash", r"key-hash \S{1,40}+ WORD"),
    rule("key", "challenge", r"challenge (?=[0-9a-f]{8})WORD"),
    rule("password", "mgmtuser", r"mgmtuser add \S{1,64}+ WORD"),
    rule("password", "netuser", r"netuser add \S{1,64}+ WORD"),
    rule("key", "auth add", r"(?:radius|tacacs) (?:auth|acct) add \d{1,3} \S{1,64}+ \d{1,5} TYPE WORD"),
    rule(
        "hash",
        "mgmt-user",
        r"mgmt-user \S{1,64}+(?: (?:root|read-only|guest-provisioning|network-operations))? (?=[\"']?[0-9a-f]{30})WORD",
    ),
    rule("psk", "rap-psk", r"rap-psk WORD"),
    rule("psk", "ikepsk", r"ikepsk WORD"),
    rule("password", "super", r"super password(?: level \d{1,2})?(?: role \S{1,40}+)? TYPE WORD"),
    rule("password", "pem terminal", r"pem terminal (?:3des|des|aes\S{0,6}+) WORD"),
    rule("key", "access-key", r"access-key TYPE WORD"),
    rule("key", "authentication key", r"\bauthentication key (?!eigrp\b)TYPE WORD"),
    rule("key", "pac key", r"\bpac key TYPE REST"),
    rule("key", "-- text", r"\bkey \d{1,10}+ -- text REST"),  # as "show key chain" says it
    rule("key", "nhrp authentication", r"nhrp authentication TYPE WORD"),
    rule("key", "key-octet-string", r"key-octet-string TYPE WORD"),
    rule("token", "auth=", r"auth=(?:key|token),(?!/)WORD"),
    rule("key", "key-value", r"key-value WORD"),
    rule("key", "aaa-server", r"^\s*+aaa-server \S{1,64}+(?: \([^()\s]{1,64}\))? host \S{1,200}+ (?!timeout\b)WORD"),
    rule("key", "authentication key", r"authentication key eigrp \d{1,6}+ TYPE WORD"),
    rule("key", "md5 key", r"\bmd5 key TYPE WORD"),
    rule("key", "group", r"^\s*+group \S{1,64}+ key TYPE WORD"),
    rule("key", "pmk", r"\bpmk TYPE WORD"),
    rule("key", "cak", r"(?<![a-z-])cak TYPE WORD"),
    rule("psk", "psk", r"^\s*+psk TYPE(?!(?:local|remote|enabled?|disabled?)\b)REST", lacking=("=", "{", ":")),
    rule("key", "wep key", r"\bwep key \d TYPE WORD"),
    rule("password", "ldp password", r"ldp password option \d{1,5} for \S{1,64}+ (?!key-chain)TYPE WORD"),
    rule("password", "syscon", r"syscon address \S{1,64}+ TYPE WORD"),
    rule(
        "password",
        "pkcs12",
        r"crypto (?:ca|pki) (?:import|export) \S{1,64}+ pkcs12"
        r"(?: [^\s:]{1,40}:\S{0,200}+(?= \S))?(?: password)? (?!terminal)WORD",
    ),
    # What applets of IOS sign in with.
    rule(
        "password",
        "event manager environment",
        r"event manager environment \S{0,40}(?:pass|pwd?|secret|token|key)\S{0,40}+ REST",
    ),
    rule("password", "v3user", r"v3user create (?:\S{1,64}+ ){4}WORD"),
    rule("password", "v3user", r"v3user create (?:\S{1,64}+ ){5}WORD"),
)

RULES: tuple[Rule, ...] = (*COMMUNITIES, *SNMP_USERS, *KEYS)
