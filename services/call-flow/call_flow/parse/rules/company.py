"""Rules for who the customer is and where."""

import re
from collections.abc import Iterator

from call_flow.parse.meaning.company import COUNTRIES, LANGUAGES
from call_flow.parse.rules.scan import Part, Scan
from call_flow.parse.statement import Statement

_LABELLED = re.compile(
    r"^(?:\W{0,3})(?:new )?(?:company|customer|client|business|organi[sz]ation|practice|firm|firma|kunde|"
    r"unternehmen|account)"
    r"(?: name)?\W{0,2}(?:\s*[:=]|\s[\u2013-](?=\s))\s*(.{2,200})$",
    re.IGNORECASE,
)
#: A name of capitals, with the small words that stand inside names.
_CAPITAL = r"(?![a-zß-ÿ]|I\b)[^\W\d_][\w'’]{0,40}(?:(?<=\bDr)\.|(?<=\bSt)\.)?"
_PROPER = (
    rf"(?:{_CAPITAL}|[0-9]{{1,4}}(?![0-9:/.])(?=[ -]))(?:(?:[ ]|-)(?:(?:&|and|und|of|the|de|del|di|da|van|von|la|le|"
    rf"für|\+)[ ]){{0,2}}"
    rf"(?:{_CAPITAL}|[0-9]{{1,4}})){{0,7}}(?:,? (?:Inc|LLC|Ltd|GmbH|AG|KG|Corp|Co|PLLC|LLP)\b\.?)?"
)
_WE = re.compile(
    r"\b(?i:(?:the (?:customer|client|company) is(?: called)?|we are|we['’]re|this is for|i am with|"
    r"i['’]m with|i work (?:for|at)|on behalf of|here at|(?:our )?(?:company|firm|business|"
    r"practice|office|organi[sz]ation|charity|shop|clinic|school|studio|gym|hotel|restaurant|agency|studio|"
    r"firm) is(?: called)?|"
    r"i run|we run|i own|i manage|(?:notes from (?:the )?|our )?(?:call|meeting|visit) (?:with|at)|(?:call flow|"
    r"phone system|phones|telephones|telephone system|phone setup|setup|phone plan|plan|request) "
    r"(?:for|at|of)(?: our new customer| our customer| the)?|wir sind(?: die| das| der)?|für die firma|bei der))\s+"
    rf"({_PROPER})"
)
_FROM = re.compile(
    rf"\b(?i:this is|i am|i['’]m|my name is|it['’]s)\s+(?:{_PROPER}|"
    rf"the [a-z]{{3,12}}(?: [a-z]{{3,12}})?),?\s+(?i:(?:calling |writing )?(?:from|at|with|of))\s+"
    rf"(?i:the\s+)?({_PROPER})|\b(?i:from)\s+({_PROPER})\s+(?i:here)\b"
)
#: What follows may be a person too.
_THIS_IS = re.compile(rf"\b(?i:this is(?: the)?)\s+({_PROPER})")
_FIRM = re.compile(r"(?:\S+\s+){2,}\S|.*\b(?:Inc|LLC|Ltd|GmbH|AG|KG|Corp|Co|PLLC|LLP)\b", re.DOTALL)
_APPOSED = re.compile(
    r"\b(?i:our (?:new )?(?:studio|company|firm|business|practice|shop|clinic|school|gym|hotel|charity|agency)), "
    rf"({_PROPER})(?=,)"
)
#: What people are, and companies are not.
_WORK = (
    r"(?:\w+ ){0,2}(?:receptionist|manager|owner|assistant|nurse|partner|colleague|trainee|technician|engineer|lawyer|"
    r"attorney|doctor|dentist|secretary|operator|contact|plumber|electrician|accountant|director|person|employee|"
    r"member|temp|volunteer|intern|bookkeeper|hygienist|paralegal|agent|teacher|driver|mechanic)\b"
)
_IS = re.compile(
    rf"^(?:The )?({_PROPER})\s+(?i:is an? (?!{_WORK})|is the (?=\w+ (?:firm|company|practice|business|office|clinic|"
    rf"school|shop)\b)|are an? (?!{_WORK})|(?:needs?|wants?|would like|requires)\b(?=.{{0,40}}\b(?:phones?|"
    rf"telephones?|lines|extensions|pbx|voip|ivr|"
    r"call ?flow|menu|attendant)\b)|"
    r"has \w+ (?:phones|employees|people|staff|extensions|"
    r"offices|locations)|runs\b|braucht\b|möchte\b|ist (?:ein|eine|das|die)\b)"
)
_NO_COMPANY = re.compile(
    r"(?i)^(?:we|it|this|that|these|there|they|he|she|everyone|everybody|nobody|our|the|i|you|sales|support|billing|"
    r"reception|press|monday|tuesday|wednesday|thursday|friday|saturday|sunday|a|an|open|closed|after|callers?|"
    r"customers?|"
    r"ext(?:ension)?|please|if|when|in|on|at|dr|mr|mrs|ms|voicemail|thanks|hello|hi|dear|happy|sorry|number|main|"
    r"what|who|dial|german|english|located)\b"
)
_TITLE = re.compile(rf"{_CAPITAL}(?:[ ](?:(?:&|and|of|the|und) )?{_CAPITAL}){{1,5}}")
_NO_TITLE = re.compile(
    r"(?i)\b(?:phones?|telephones?|system|requirements?|notes?|meeting|plan|setup|new|call|calls|flow|hello|hi|dear|"
    r"guten|sehr|request|re|fw|"
    r"subject|spec|specification|project|draft|order|team|all|morning|afternoon|day|tag|customer|questionnaire|form|"
    r"details)\b"
)
_COUNTRIES = "|".join(
    re.escape(form)
    for name in sorted(COUNTRIES, key=len, reverse=True)
    for form in ([name.upper()] if len(name.replace(".", "")) < 4 else [name.title().replace(" Of ", " of "), name])
)
_COUNTRY = re.compile(
    r"\b(?:(?i:country|land)\s*[:=]\s*|(?i:based|located|office|practice|company|business|sitz|we are|are|firm|"
    r"branch|shop|here)\s+(?:here\s+)?(?i:in)\s+(?i:the\s+)?)"
    rf"({_COUNTRIES})\b|\b(?i:in)\s+(?:[A-Z][\w. -]{{1,25}}, )?(?:the\s+)?({_COUNTRIES})\b|"
    rf",\s+({_COUNTRIES})\b(?=\s*[).;,-]|\s*$)"
)
_ABROAD = re.compile(r"(?i)\b(?:customers|clients|callers|calls|ship|deliver|travel|partners?|suppliers?|visitors)\b")
_ZONE_NAMED = re.compile(
    r"\b((?:America|Europe|Australia|Pacific|Asia|Africa|Atlantic|Canada|"
    r"US)/[A-Z][A-Za-z_]{2,20}(?:/[A-Z][A-Za-z_]+)?)\b"
)
_ZONE = re.compile(
    r"\b((?:eastern|central|mountain|pacific|alaska|hawaii|arizona|atlantic|central european|uk|london|german)\s+"
    r"(?:standard |daylight )?time(?: zone)?|(?-i:EST|EDT|CST|CDT|MST|MDT|PST|PDT|ET|PT|CT|CET))\b",
    re.IGNORECASE,
)
_LANGUAGE_CUE = re.compile(
    r"language|bilingual|trilingual|greet|announce|prompts?\b|recording|menu|spoken|speak|callers? (?:hear|choose|"
    r"can choose)|sprache|ansage|begrüß",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(rf"\b({'|'.join(LANGUAGES)})\b", re.IGNORECASE)
_ADDRESS_CUE = re.compile(
    r"\b(?:address|located at|office is at|offices? at|we are at|we['’]re at|based at|premises|building is at|"
    r"find us at|adresse|anschrift|location|sitz)\b\s*(?:is|are|ist|:|=)?\s*(?:at)?\s*:?\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"([0-9]{1,5}[A-Za-z]?(?:-[0-9]{1,5})?,? [^,\n]{2,60}, [^,\n0-9]{2,40}(?:, [A-Z]{2,3},? [0-9A-Z]{3,6}"
    r"(?:[ -][0-9A-Z]{3,4})?|,? [A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2})"
    r"|[0-9]{1,5}[A-Za-z]?,? [^,\n0-9]{2,60}, [0-9]{4,5} [^\W\d_][\w .-]{1,40}"
    r"|[^\W\d_][^,\n0-9]{2,60} [0-9]{1,4}[a-z]?, [0-9]{5} [^\W\d_][\w-]{1,40}(?: (?!(?:und|mit|and|"
    r"with)\b)[^\W\d_a-z][\w-]{1,40})?)"
)
_AT = re.compile(r"^.{0,30}\b(?:at|in)\s+$", re.IGNORECASE | re.DOTALL)
_PROVIDER = re.compile(
    r"\b(?i:(?:(?:sip|voip|phone|telephone|telecom|trunk|our)\s+(?:provider|carrier|trunk)|provider|carrier|"
    r"sip[- ]?trunks?|anbieter|telefonanbieter|trunk)\s*(?:is|are|ist|will be|:|=|comes? from|from|by|with|von))\s+"
    rf"((?:sip\.)?[a-z0-9-]{{1,40}}(?:\.[a-z0-9-]{{2,40}}){{1,4}}|{_PROPER})"
)


def read(scan: Scan) -> Iterator[Statement]:
    """What a sentence says about the company."""
    text = scan.text
    yield from name(scan)
    if (match := _COUNTRY.search(text)) and not is_abroad(text[: match.start()] if match[1] else text):
        yield scan.say("country", *match.span(), ("name", *match.span(match.lastindex or 0)))
    for match in _ZONE_NAMED.finditer(text) if _ZONE_NAMED.search(text) else _ZONE.finditer(text):
        yield scan.say("time_zone", *match.span(), ("name", *match.span(1)))
    found = list(_LANGUAGE.finditer(text))
    if found and (len(found) > 1 or _LANGUAGE_CUE.search(text)):
        parts: list[Part] = [("name", *match.span(1)) for match in found]
        yield scan.say("language", found[0].start(), found[-1].end(), *parts)
    cue = _ADDRESS_CUE.search(text)
    has_parts = scan.has_figures and "," in text
    match = _ADDRESS.search(text, cue.end() if cue else 0) if has_parts else None
    if match and (cue or match.start() == 0 or _AT.search(text[: match.start()])):
        yield scan.say("address", *match.span(), ("words", *match.span(1)))
    if match := _PROVIDER.search(text):
        yield scan.say("provider", *match.span(), ("name", *match.span(1)))


def is_abroad(text: str) -> bool:
    """Whether a country may be that of the company's customers."""
    return _ABROAD.search(text) is not None


def title(scan: Scan, following: Scan | None = None) -> Iterator[Statement]:
    """A first line that is nothing but a name; where another follows, they are names of people."""
    match = _TITLE.fullmatch(scan.text)
    is_list = following is not None and _TITLE.fullmatch(following.text) is not None
    if match is not None and not is_list and not _NO_TITLE.search(scan.text) and not _NO_COMPANY.match(scan.text):
        yield scan.say("customer", *match.span(), ("name", *match.span()))


def name(scan: Scan) -> Iterator[Statement]:
    """What the customer is called."""
    if match := _LABELLED.match(scan.text):
        end = match.end(1)
        stop = re.search(r"[;|]|\s[-–—(]|,\s(?!(?i:inc|llc|ltd|llp|pllc|co|gmbh)\b)|\.\s|\.$", match[1])
        if stop and not re.search(r"(?i)\b(?:inc|co|ltd|corp|llc)$", match[1][: stop.start()]):
            end = match.start(1) + stop.start()
        yield scan.say("customer", match.start(), end, ("name", match.start(1), end))
        return
    for pattern in (_FROM, _WE, _THIS_IS, _APPOSED, _IS):
        match = pattern.search(scan.text)
        called = match[match.lastindex or 0] if match else ""
        if match is None or not any(sign.isalpha() for sign in called) or _one_plain_word(called, pattern is _IS):
            continue
        if pattern is _THIS_IS and not _FIRM.match(called):
            continue
        if not (_NO_COMPANY.match(called) and (pattern is _IS or len(called.split()) == 1)):
            yield scan.say("customer", *match.span(), ("name", *match.span(match.lastindex or 0)))
            return


def _one_plain_word(name: str, is_start: bool) -> bool:
    """Whether it may as well be a person or the first word of a sentence."""
    return is_start and len(name.split()) < 2 and not name.isupper()
