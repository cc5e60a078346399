"""What is pressed in a question."""

import re

from call_flow.flow.scenario import Press
from call_flow.simulate.ask.text import Text
from call_flow.simulate.directory import spelled

_KEY = r"(?:the |key |button |digit |number |option )*(?:[0-9*#]+|star|asterisk|pound|hash)(?: key)?"
_WRONG = (
    r"(?:an? |the |some )?(?:wrong|invalid|unknown|unused) (?:key|number|button|digit|option|choice)|"
    r"something (?:wrong|invalid|else)"
)
_NOTHING = r"nothing(?: at all)?|no keys?|no buttons?"
_LATER = r"(?: after [0-9]+(?:\.[0-9]+)? ?(?:s|sec|seconds?))?"
_ONE = rf"(?:{_WRONG}|{_NOTHING}|{_KEY})(?: (?:twice|thrice|once|[0-9]+ times))?{_LATER}"
_AGAIN = r"(?:(?:press|dial|enter|hit|select|push)(?:s|es|ed|ing|ting)?|typ(?:es?|ed|ing)|choos(?:es?|ing))"
_THEN = rf"(?: ?,? ?(?:and )?(?:then|afterwards|followed by|finally)(?: {_AGAIN})?|(?: ?, ?and| and| ?,) {_AGAIN}) "
#: Without "then" only a single key follows: what is longer is somebody's number, of whom something is said.
_AND = r"(?: ?, ?and| and| ?,) (?:[0-9*#]|star|asterisk|pound|hash)(?![0-9*#]|(?: and [0-9]+)* (?:is|are|do|does)\b)"
_SILENT = (
    r"(?:(?:do|does|did) not (?:press|dial|enter|choose|select|do|say|touch) (?:anything|a key|any (?:keys?|buttons?))|"
    r"without pressing (?:anything|any keys?|a key)|(?:stay|remain|keep|i)s? (?:silent|quiet)|"
    r"(?:do|say|press)(?:es|s)? nothing|makes? no (?:choice|selection|input)|no input)"
)
_TIMES = {"once": 1, "twice": 2, "thrice": 3}
_KEYS = {"star": "*", "asterisk": "*", "pound": "#", "hash": "#"}


def take(text: Text, wrong: str) -> list[Press]:
    """The keys that a question has pressed. `wrong` are those that mean nothing where the call first listens."""
    found = text.take(rf"{_AGAIN} ({_ONE}(?:{_THEN}{_ONE}|{_AND})*)(?: (?:while|when) (?:waiting|in the queue))?")
    presses: list[Press] = []
    if found is not None:
        for said in re.findall(_ONE, found[1]):
            presses += _press(said, wrong)
    elif text.take(_SILENT):
        presses.append(Press(press=""))
    if name := text.take(
        r"(?:and |then )*spell(?:s|ed|ing)? (?:the name |out )?[\"']?([\w'-]+)[\"']?"
        r"(?: and (?:takes?|accepts?|presses) (?:it|1|them))?"
    ):
        keys = spelled(name[1])
        presses += [Press(press=keys if len(keys) == 3 else f"{keys}#"), Press(press="1")]
    while presses and not presses[-1].press:
        presses.pop()
    return presses


def _press(said: str, wrong: str) -> list[Press]:
    times = 1
    if repeated := re.search(r" (twice|thrice|once|([0-9]+) times)", said):
        times = int(repeated[2]) if repeated[2] else _TIMES[repeated[1]]
        said = said.replace(repeated[0], "")
    after = 1.0
    if late := re.search(r" after ([0-9]+(?:\.[0-9]+)?) ?(?:s|sec|seconds?)$", said):
        after = float(late[1])
        said = said.removesuffix(late[0])
    if re.fullmatch(_NOTHING, said):
        keys = ""
    elif re.fullmatch(_WRONG, said):
        keys = wrong
    else:
        word = re.sub(r"the |key |button |digit |number |option | key", "", said).strip()
        keys = _KEYS.get(word, word)
    return [Press(after=min(after, 600), press=keys)] * min(times, 20)
