"""Where calls go: groups, queues, the menu, and what happens outside of hours or without an answer."""

import re
from collections.abc import Iterable, Sequence

from pydantic import JsonValue

from call_flow.parse.meaning.places import Places, bare
from call_flow.parse.meaning.sheet import Cell, Made, Sheet, Tree, plain, shortened, shown
from call_flow.parse.statement import Fragment, Kind, Statement
from call_flow.spec.words import Misunderstood, folded

_KEYS = {
    word: key
    for key, words in (
        ("0", "zero null"), ("1", "one eins"), ("2", "two zwei"), ("3", "three drei"), ("4", "four vier"),
        ("5", "five fünf"), ("6", "six sechs"), ("7", "seven sieben"), ("8", "eight acht"), ("9", "nine neun"),
        ("*", "star stern asterisk"), ("#", "pound hash raute"),
    )
    for word in words.split()
}  # fmt: skip
_MANNERS = (
    (re.compile(r"same time|simultan|all at once|at once|together|gleichzeitig", re.IGNORECASE), "simultaneous"),
    (re.compile(r"round[- ]robin|rotat|take turns|reihum", re.IGNORECASE), "rotating"),
    (
        re.compile(r"one after|one by one|in order|in turn|sequen|in this order|nacheinander", re.IGNORECASE),
        "sequential",
    ),
    (re.compile(r"random|zufällig", re.IGNORECASE), "random"),
)
_QUEUE_MANNERS = {"simultaneous": "ringall", "sequential": "linear", "rotating": "rrmemory", "random": "random"}
_WAYS: dict[Kind, str] = {
    "during_hours": "during_hours",
    "after_hours": "after_hours",
    "on_holidays": "on_holidays",
    "operator": "operator",
}
_WHERE = {
    "during_hours": "Where do calls go when you are open?",
    "after_hours": "What shall happen to calls when it is closed?",
    "on_holidays": "What shall happen to calls on holidays?",
    "operator": "Who takes callers that need a person?",
}
_DIGITS = re.compile(r"[0-9]+")
_MINUTES = re.compile(r"min", re.IGNORECASE)
_MOST_SECONDS = 600
_LONGEST_NAME = 60
_MOST_GROUPS, _MOST_KEYS = 100, 20


class Routes:
    """Fills in where calls go."""

    def __init__(self, sheet: Sheet, places: Places) -> None:
        """Begins with the telephones that are known."""
        self._sheet = sheet
        self._places = places
        self._groups: dict[str, Tree] = {}
        self._queues: dict[str, Tree] = {}
        self._proofs: dict[tuple[str, str], Fragment] = {}

    def groups(self, statements: Iterable[Statement]) -> None:
        """Groups and queues, and menu keys that say who belongs to a group."""
        listed = list(statements)
        named = [item for item in listed if item.kind in ("group", "queue") and item.one("name")]
        for statement in named:
            self._know(statement, statement.one("name"), statement.kind == "queue")
        for statement in listed:
            if statement.kind == "menu" and self._makes_a_group(statement):
                self._know(statement, statement.one("label"), is_queue=False)
                self._fill(statement, statement.one("label"), statement.all("to"))
        for statement in named:
            self._fill(statement, statement.one("name"), statement.all("member"))
        self._leave_out_empty()

    def menu(self, statements: Sequence[Statement]) -> None:
        """The keys of the menu."""
        found: dict[str, tuple[Statement, Tree | Cell]] = {}
        disputed: set[str] = set()
        for statement in statements:
            piece = statement.one("key")
            key = None if piece is None else self._key(piece)
            if key is None:
                self._sheet.ask("/menu", f"Which key does {shown(statement.quote)} mean?")
                continue
            choice = self._choice(key, statement)
            if key in found and plain(found[key][1]) != plain(choice):
                question = f"What does the key {key} do?"
                self._sheet.contradiction(f"/menu/{key}", found[key][0].quote, statement.quote, question)
                disputed.add(key)
            found.setdefault(key, (statement, choice))
            self._sheet.use(statement)
        keys: Tree = {key: choice for key, (_, choice) in found.items() if key not in disputed}
        if keys:
            self._sheet.tree["menu"] = dict(list(keys.items())[:_MOST_KEYS])

    def ways(self, statements: Iterable[Statement]) -> None:
        """Ways that have a field of their own."""
        found: dict[str, tuple[Statement, Tree | Cell]] = {}
        disputed: set[str] = set()
        for statement in statements:
            name = _WAYS[statement.kind]
            way = self._way(f"/{name}", statement, _WHERE[name])
            if way is None:
                continue
            if name in found and plain(found[name][1]) != plain(way):
                self._sheet.contradiction(f"/{name}", found[name][0].quote, statement.quote, _WHERE[name])
                disputed.add(name)
            found.setdefault(name, (statement, way))
            self._sheet.use(statement)
        for name, (_, way) in found.items():
            if name not in disputed:
                self._sheet.tree[name] = way

    def no_answer(self, statements: Iterable[Statement]) -> None:
        """How long telephones ring, and where calls go then: of one group, or of all."""
        for statement in statements:
            whose = statement.one("name")
            if whose is None:
                wanted = [("groups", name, tree) for name, tree in self._groups.items()]
            elif (name := self._places.group(whose.text)) is not None:
                section, there = self._section(name)
                wanted = [(section, name, there)]
            else:
                wanted = []
            if not wanted and not self._of_telephones(statement, whose):
                continue
            for section, name, tree in wanted:
                self._unanswered(section, name, tree, statement)
            self._sheet.use(statement)

    def finish(self) -> None:
        """Put groups and queues on the sheet."""
        for section, trees in (("groups", self._groups), ("queues", self._queues)):
            if trees:
                self._sheet.tree[section] = dict(trees)

    def entry(self, statement: Statement) -> Tree | Cell | None:
        """Where calls to a number begin, if that is said."""
        return self._way("/numbers", statement, "Where do calls to this number go?") if statement.one("to") else None

    def _section(self, name: str) -> tuple[str, Tree]:
        return ("queues", self._queues[name]) if name in self._queues else ("groups", self._groups[name])

    def _makes_a_group(self, statement: Statement) -> bool:
        label, to = statement.one("label"), statement.all("to")
        if label is None or not to or self._places.group(label.text):
            return False
        try:
            return isinstance(self._places.way(to), list)
        except Misunderstood:
            return False

    def _leave_out_empty(self) -> None:
        """A group that nobody is known to be in is asked about, and left out."""
        for trees, members in ((self._groups, "members"), (self._queues, "agents")):
            for name in [name for name, tree in trees.items() if members not in tree]:
                self._sheet.ask("/groups", f"Who answers for {name}?")
                del trees[name]
                self._places.groups.pop(folded(name), None)

    def _know(self, statement: Statement, name: Fragment | None, is_queue: bool) -> None:
        title = _title(name)
        if not title or len(self._groups) + len(self._queues) >= _MOST_GROUPS:
            return
        known = self._places.groups.setdefault(folded(title), title)
        if is_queue and known not in self._queues:
            self._queues[known] = self._groups.pop(known, {})
        elif known not in self._queues:
            self._groups.setdefault(known, {})

    def _fill(self, statement: Statement, name: Fragment | None, members: list[Fragment]) -> None:
        known = None if name is None else self._places.group(_title(name))
        if known is None:
            return
        section, tree = self._section(known)
        pointer = f"/{section}/{known}"
        role = "agents" if section == "queues" else "members"
        listed: list[Made] = []
        for fragment in members:
            try:
                listed += [Cell(member, fragment) for member in self._places.members(fragment)]
            except Misunderstood:
                self._sheet.ask(pointer, f"Who answers for {known}? The text says {shown(fragment)}.")
                return
        if listed:
            there = tree.get(role)
            if there is not None and plain(there) != plain(listed):
                question = f"Who answers for {known}?"
                self._sheet.contradiction(pointer, self._proofs[section, known], statement.quote, question)
                tree.pop(role)
                self._proofs[section, f"{known} disputed"] = statement.quote
            elif (section, f"{known} disputed") not in self._proofs:
                tree[role] = listed
                self._proofs[section, known] = statement.quote
        if (manner := statement.one("manner")) is not None:
            self._manner(section, tree, manner)
        self._unanswered(section, known, tree, statement)
        self._sheet.use(statement)

    @staticmethod
    def _manner(section: str, tree: Tree, manner: Fragment) -> None:
        for pattern, strategy in _MANNERS:
            if pattern.search(manner.text):
                tree["strategy"] = Cell(_QUEUE_MANNERS[strategy] if section == "queues" else strategy, manner)
                return

    def _unanswered(self, section: str, name: str, tree: Tree, statement: Statement) -> None:
        pointer = f"/{section}/{name}"
        onward = "timeout" if section == "queues" else "no_answer"
        length = "max_wait_s" if section == "queues" else "ring_s"
        self._once(
            tree, pointer, length, self._seconds(pointer, statement), f"How long do the telephones of {name} ring?"
        )
        if then := statement.all("then"):
            question = f"Where do calls for {name} go that nobody takes?"
            try:
                cell = Cell(_told(self._places.way(then)), then[0])
            except Misunderstood:
                self._sheet.ask(pointer, f"{question} The text says {shown(then[0])}.")
            else:
                self._once(tree, pointer, onward, cell, question)

    def _once(self, tree: Tree, pointer: str, name: str, cell: Cell | None, question: str) -> None:
        there = tree.get(name)
        if cell is None or (pointer, name) in self._proofs:
            return
        if isinstance(there, Cell) and there.value != cell.value:
            self._sheet.contradiction(pointer, there.proof, cell.proof, question)
            tree.pop(name)
            self._proofs[pointer, name] = cell.proof
        else:
            tree[name] = cell

    def _seconds(self, pointer: str, statement: Statement) -> Cell | None:
        piece = statement.one("seconds")
        found = [] if piece is None else _DIGITS.findall(piece.text)
        if piece is None or not found:
            return None
        is_one = len(found) == 1 and len(found[0]) == sum(sign.isdigit() for sign in piece.text)
        seconds = int(found[0][:5]) * (60 if _MINUTES.search(piece.text) else 1)
        if not is_one or not 1 <= seconds <= _MOST_SECONDS:
            self._sheet.ask(
                pointer, f"How long shall telephones ring? {shown(piece)} is no number between 1 and 600 seconds."
            )
            return None
        return Cell(seconds, piece)

    def _of_telephones(self, statement: Statement, whose: Fragment | None) -> bool:
        """Telephones that ring by themselves."""
        people = self._places.roster.people
        onward = self._onward(statement)
        if whose is None and onward is not None:
            self._sheet.ask("/groups", f"Whose calls are meant by {shown(statement.quote)}?")
            return False
        if whose is not None:
            try:
                meant = self._places.roster.find(folded(bare(whose.text)))
            except Misunderstood:
                meant = None
            people = [one for one in people if one.name and one.name.value == meant]
        if not people:
            if whose is not None or statement.one("then"):
                self._sheet.ask("/groups", f"Whose calls are meant by {shown(statement.quote)}?")
            return False
        seconds = self._seconds("/extensions", statement)
        for person in people:
            person.ring_s = person.ring_s or seconds
            if onward is not None and onward.value not in person.called():
                person.on_no_answer = person.on_no_answer or onward
        return seconds is not None or onward is not None or bool(statement.one("then"))

    def _onward(self, statement: Statement) -> Cell | None:
        """Where calls to a telephone go that it does not take. To its own voicemail they go anyway."""
        then = statement.all("then")
        if not then:
            return None
        try:
            way = self._places.way(then)
        except Misunderstood:
            self._sheet.ask("/extensions", f"Where do calls go that nobody takes? The text says {shown(then[0])}.")
            return None
        return None if way == "voicemail" else Cell(_told(way), then[0])

    def _key(self, piece: Fragment) -> str | None:
        words = folded(piece.text).strip(" .\"'")
        key = _KEYS.get(words, words)
        return key if re.fullmatch(r"[0-9*#]{1,4}", key) else None

    def _choice(self, key: str, statement: Statement) -> Tree | Cell:
        """What a key does."""
        label, to = statement.one("label"), statement.all("to")
        title = _title(label)
        group = self._places.group(title) if title else None
        if group is not None and not (to and self._is_elsewhere(to, group)):
            return Cell(group, label or statement.quote)
        target = to or ([label] if label else [])
        try:
            way = self._places.way(target, may_add=bool(to)) if target else None
        except Misunderstood:
            way = None
        if way is None:
            who = f" for {title}" if title else ""
            self._sheet.ask(
                f"/menu/{key}", f"Who answers when callers press {key}{who}? Until that is said, the front desk does."
            )
            return _labelled("operator", title, label, statement)
        return _labelled(way, title if to else "", label, statement)

    def _is_elsewhere(self, to: list[Fragment], group: str) -> bool:
        """Whether a key named after a group leads to somewhere else than its members."""
        try:
            way = self._places.way(to)
        except Misunderstood:
            return False
        return not isinstance(way, list) and way != group

    def _way(self, pointer: str, statement: Statement, question: str) -> Tree | Cell | None:
        words, to = statement.one("words"), statement.all("to")
        try:
            way = self._places.way(to) if to else None
        except Misunderstood as misunderstood:
            self._sheet.ask(pointer, f"{question} The text says {shown(statement.quote)}. ({misunderstood})")
            way = None
        if way == "repeat" or (pointer == "/operator" and way == "operator"):
            way = None
        if words is not None:
            said: Tree = {"say": Cell(words.text.strip(" \"'“”„’"), words)}
            return said if way is None else said | {"then": Cell(_told(way), to[0])}
        return None if way is None else Cell(_told(way), to[0] if len(to) == 1 else statement.quote)


def _labelled(way: str | list[str], title: str, label: Fragment | None, statement: Statement) -> Tree | Cell:
    proof = (statement.one("to") or label or statement.quote) if way != "operator" else statement.quote
    if not title or label is None or way == "repeat" or (isinstance(way, str) and folded(way) == folded(title)):
        return Cell(_told(way), proof)
    return {"to": Cell(_told(way), proof), "label": Cell(title, label)}


def _told(way: str | list[str]) -> JsonValue:
    return way if isinstance(way, str) else [*way]


def _title(name: Fragment | None) -> str:
    """The name of a group: without articles, with a capital."""
    words = "" if name is None else shortened(bare(name.text), _LONGEST_NAME)
    return words[:1].upper() + words[1:]
