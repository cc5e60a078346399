"""The wording of a question in plain English: what people shorten and mistype, and their German. Pure."""

import re

#: How people shorten and mistype words of questions.
_SHORT_WORDS = """
whats: what is
wheres: where is
whos: who is
hows: how is
dont: do not
doesnt: does not
isnt: is not
cant: can not
pls plz: please
bandwith bandwitdh bandwdith: bandwidth
adress addres: address
adresses: addresses
swich swtich: switch
netmaks: netmask
gatway gatewy: gateway
recieve: receive
seperate: separate
o365 office365 m365: microsoft 365
"""
#: Such a word makes a question a German one; a shorter list would take English "was" and "die" for German.
_IS_GERMAN = re.compile(
    r"\b(?:welche[rsmn]?|wieviele?|wie|wo|wer|warum|wohin|woher|darf|kann|ist|sind|hat|haben|für|unterschied|zwischen"
    r"|anzeigen|maximale?|länge|adresse|subnetzmaske|einloggen|zurücksetzen|sichern|konfiguration|zeige?|gibt|läuft|braucht?)\b"
)
_GERMAN_WORDS = """
welche welcher welches welchem welchen: which
wie viele: how many
wieviele wieviel: how many
wie lange: how long
wie gross: how big
wie weit: how far
wie mache ich: how do i
wie kann ich: how do i
wie komme ich auf: how do i log in to
wie: how
wo: where
wohin: where
wer: who
warum: why
wann: when
was: what
darf dürfen: can
kann können: can
ist sind: is
hat: has
haben: have
gibt es: are there
für: for
zwischen: between
von: from
nach zu zum zur: to
auf am an: on
mit: with
ohne: without
und: and
oder: or
der die das den dem des: the
ein eine einen einem einer eines: a
ich: i
unterschied: difference
adresse: address
adressen: addresses
subnetzmaske netzmaske: subnet mask
netz netzwerk: network
subnetz: subnet
konfiguration konfig: config
sichere sichern sicherung: backup
speichere speichern: save
zurücksetzen zurücksetze resette resetten: reset
werkseinstellungen werksreset: factory reset
passwort kennwort: password
vergessen vergessenes: forgotten
einloggen anmelden: log in
erreichen erreicht: reach
zugreifen zugriff: access
zeige zeig: show
telefone: phones
telefon: phone
geräte: devices
benutzer: users
frei freie freies freien: free
nächste nächstes nächster: next
geändert: changed
letzte letzten letzter: last
woche: week
gestern: yesterday
heute: today
hosts: hosts
kabellänge: cable length
maximale maximal: maximum
regeln: rules
regel: rule
verbunden angeschlossen: connected to
anzeigen: show
länge: length
läuft: is
verwendet benutzt nutzt: uses
"""


def _table(text: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """An expression for all the words of a table, the longest first, and what each becomes."""
    becomes: dict[str, str] = {}
    for line in text.strip().splitlines():
        left, _, right = line.partition(":")
        # A line of German that is one expression of several words begins with the word that several of them share.
        is_expression = left.startswith(("wie ", "gibt "))
        becomes.update(dict.fromkeys([left] if is_expression else left.split(), right.strip()))
    words = "|".join(re.escape(word) for word in sorted(becomes, key=len, reverse=True))
    return re.compile(rf"(?<![\w.-])(?:{words})(?![\w-])"), becomes


_SHORT, _LONG = _table(_SHORT_WORDS)
_GERMAN, _ENGLISH = _table(_GERMAN_WORDS)


def plain(folded: str) -> str:
    """A question in small letters with its words as the rules know them. Names and figures stay as they are."""
    told = _SHORT.sub(lambda match: _LONG[match[0]], folded)
    if _IS_GERMAN.search(told):
        told = _GERMAN.sub(lambda match: _ENGLISH[match[0]], told)
    return told
