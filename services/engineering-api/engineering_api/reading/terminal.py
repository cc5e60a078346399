"""What a terminal puts into a captured configuration: colours, pagers, backspaces, carriage returns, prompts."""

import re

# ECMA-48: control sequences (CSI), operating system commands (OSC), character sets, and two-character escapes.
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\)|[()#][0-9A-Za-z]|[=>78@-Z\\-_])"
    r"|\x9b[0-?]{0,64}[ -/]{0,8}[@-~]"
)
#: A pager's prompt, with blanks that wipe it out.
_PAGER = re.compile(
    r"(?:^ {0,8})?(?:<?-{1,5} ?\(?more\)?(?: ?\(?\d{1,3} ?%\)?)?\)? ?-{1,5}>?"
    r"(?:, next page: \w+(?: bar)?, next line: [\w ]{1,12}, quit: [\w-]{1,12}| or \(q\)uit| \(q[^)\n]{0,40}\))?"
    r"|^ ?lines \d{1,7}-\d{1,7}(?:/\d{1,7})?(?: ?\(END\)| \d{1,3}%)? *$"
    r"|^ ?\(END\)$|^ ?press any key to continue(?: \(q to quit\))?\.{0,3} *$|-- \[Q quit\|[^\]\n]{1,60}\])"
    r" *+",
    re.IGNORECASE,
)
_PAGER_WORDS = ("more", "lines ", "(end)", "press any key", "q quit|")
_LEFT = re.compile(r"\x1b\[(\d{0,3})D")
_LINE_WIDTH = 20
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

_COMMANDS = (
    r"sh(?:o|ow)?|wr(?:ite)?|ter(?:m|minal)?|en(?:able)?|conf(?:igure)?|exit|disp(?:lay)?|more|cat|get|diag(?:nose)?|export|copy"
    r"|logout|quit|end|no page|no paging|screen-length|set cli|/[a-z]\S{0,40}|:?put|print"
)
#: A prompt with a command that shows something or leaves, or with none at all.
_PROMPT = re.compile(
    rf"(?:[A-Za-z][\w.-]{{0,62}}(?:\([\w.:/ -]{{1,40}}\))?[#>] ?"  # host#, host(config)#, host>
    rf"|[\w.-]{{1,32}}@[\w.:~/-]{{1,63}}[>#%$] ?"  # user@host>
    rf"|\[[\w.-]{{1,32}}@[^\]\n]{{1,63}}\] ?(?:/[\w /-]{{0,60}})?> ?"  # [user@host] >
    rf"|[A-Za-z][\w.-]{{0,62}} (?:\([\w.-]{{1,40}}\) )?[#$] ?"  # host #, host (vdom) $
    rf"|<[\w.-]{{1,63}}>(?={_COMMANDS}\b))(?:(?:{_COMMANDS})\b.{{0,200}})?",
    re.IGNORECASE,
)
#: The prompts after which comments begin with "!"; all others belong to systems on which "#" begins them.
_BANG = re.compile(r"[A-Za-z][\w.-]{0,62}(?:\([\w.:/ -]{1,40}\))?[#>]")


def clean(line: str) -> str:
    """A line without what a terminal added, as it was seen at last."""
    if line.isascii() and line.isprintable():
        return _without_prompt(_without_pager(line).rstrip())
    text = _ESCAPE.sub("", _LEFT.sub(_steps_left, line)) if "\x1b" in line or "\x9b" in line else line
    seen = [part for part in map(_seen, text.split("\r")) if part.strip()]
    # A line that was written again, over itself or over a pager, counts once; nothing else is lost.
    kept = [part for number, part in enumerate(seen) if number == 0 or part != seen[number - 1]]
    return _without_prompt(" ".join(kept).rstrip())


def _steps_left(match: re.Match[str]) -> str:
    """Going left is so many backspaces, and for a whole line a carriage return."""
    steps = int(match[1] or 1)
    return "\x08" * steps if steps < _LINE_WIDTH else "\r"


def _seen(text: str) -> str:
    """What is seen of a text in which backspaces go back and what follows is written over."""
    if "\x08" in text:
        kept: list[str] = []
        at = 0
        for letter in text:
            if letter == "\x08":
                at = max(0, at - 1)
            else:
                kept[at : at + 1] = letter
                at += 1
        text = "".join(kept)
    return _CONTROL.sub("", _without_pager(text).replace("\t", "    "))


def _without_pager(text: str) -> str:
    lowered = text.lower()
    return _PAGER.sub("", text) if any(word in lowered for word in _PAGER_WORDS) else text


def _without_prompt(text: str) -> str:
    """A prompt becomes a comment: the line stays, and it says nothing."""
    if len(text) > 300 or not any(sign in text for sign in "#>$%") or _PROMPT.fullmatch(text) is None:
        return text
    return ("! " if _BANG.match(text) else "# ") + text
