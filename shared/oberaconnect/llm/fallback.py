"""Several language models as one: when one cannot answer, the next is asked."""

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar, cast

from oberaconnect.llm.conversation import Completion, Model, Request
from oberaconnect.llm.refusals import QuestionRefused
from oberaconnect.problems import Problem, Timeout, TooMany, Unavailable

#: After so many failures in a row a model is left alone for so long, if there is another.
FAILURES = 3
REST_SECONDS = 30.0

_FAILED = (Unavailable, Timeout, TooMany)
_T = TypeVar("_T")

_log = logging.getLogger(__name__)


@dataclass
class Member:
    """One of the models, and how it went lately. `make` is called when it is asked for the first time."""

    name: str
    make: Callable[[], Model]
    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _rests_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def rests(self) -> bool:
        """Whether it failed so often that it is left alone for now."""
        with self._lock:
            return self._failures >= FAILURES and self.clock() < self._rests_until

    def answered(self) -> None:
        """It works."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """It does not."""
        with self._lock:
            self._failures += 1
            self._rests_until = self.clock() + REST_SECONDS


class Fallback:
    """Models in the order in which they are asked. To others it is the first of them."""

    def __init__(self, provider: str, name: str, members: Sequence[Member]) -> None:
        """`provider` and `name` are those of the first member."""
        self.provider = provider
        self.name = name
        self._members = members

    def complete(self, request: Request) -> Completion:
        """See `Model.complete`."""
        return self._whole(lambda model: model.complete(request))

    def stream(self, request: Request) -> Iterator[str | Completion]:
        """See `Model.stream`. The failure of a model that has begun to speak is told: what was said stays said."""

        def begin(model: Model) -> tuple[str | Completion, Iterator[str | Completion]]:
            pieces = model.stream(request)
            return next(pieces), pieces

        member, (first, pieces) = self._first_to(begin)
        with closing(cast("Generator[str | Completion]", pieces)):
            try:
                for piece in chain([first], pieces):
                    if isinstance(piece, Completion):  # many readers leave with it
                        member.answered()
                    yield piece
            except _FAILED:
                member.failed()
                raise

    def ping(self) -> None:
        """See `Model.ping`: one of the models works."""
        self._whole(lambda model: model.ping())

    def close(self) -> None:
        """Who made the members closes them."""

    def _whole(self, ask: Callable[[Model], _T]) -> _T:
        member, found = self._first_to(ask)
        member.answered()
        return found

    def _first_to(self, ask: Callable[[Model], _T]) -> tuple[Member, _T]:
        """What the first model gives that can. When none can, the failure of the one that was asked first is raised."""
        problems: list[Problem] = []
        for member in self._awake():
            try:
                return member, ask(member.make())
            except _FAILED as problem:
                # A question that this one does not take may be one for the next; this one is not ill.
                if not isinstance(problem, QuestionRefused):
                    member.failed()
                problems.append(problem)
                _log.warning("model passed over", extra={"model": member.name, "reason": problem.detail})
        raise problems[0]

    def _awake(self) -> Sequence[Member]:
        """Those that do not rest; all when everyone does."""
        return [member for member in self._members if not member.rests] or self._members
