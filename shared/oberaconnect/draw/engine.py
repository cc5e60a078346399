"""ELK's layered layout (elkjs, vendored) inside QuickJS: a graph in ELK's JSON goes in and comes back with places.

The work happens on a few threads of its own. Each keeps one context for good, because loading it takes a moment and a
context must stay on its thread; QuickJS runs without Python's lock.
"""

import json
import logging
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Final

import quickjs

from oberaconnect.draw.elk_json import ElkNode
from oberaconnect.problems import Unavailable, Unprocessable

_SOURCE: Final = Path(__file__).parent / "vendor" / "elk-worker.min.js"
_FASTER: Final = Path(__file__).parent / "faster.js"
_THREADS = 2
#: Cards and arrows together. A thousand cards take 10 s and 70 MB; a limit of the memory itself would not refuse more,
#: but end the process, because QuickJS does not survive it.
_MOST = 3000
_STACK_BYTES = 4 * 2**20
#: QuickJS counts the processor time of the whole process, so that a busy service uses it up faster.
_SECONDS = 12
_WAIT_SECONDS = 40
_KEPT = 64

# elkjs speaks like a web worker and looks for `self`; it is called directly, so that no timer or promise is needed.
_BEFORE = """
var self = globalThis, answer;
var console = {log() {}, info() {}, warn() {}, error() {}};
self.postMessage = function (message) { answer = message; };
"""
_AFTER = """
self.onmessage({data: {id: 0, cmd: "register", algorithms: ["layered"]}});
function layOut(text) {
  answer = undefined;
  self.onmessage({data: {id: 1, cmd: "layout", graph: JSON.parse(text)}});
  if (answer.error) throw new Error(answer.error.message || answer.error);
  return JSON.stringify(answer.data);
}
"""

_log = logging.getLogger(__name__)


class NotArranged(Unprocessable):
    """This picture is too large or too entangled to be arranged. Draw it in parts, for example one for each entry."""


class Busy(Unavailable):
    """Other pictures are being made. Try again in a moment."""


class _Kept(threading.local):
    context: "quickjs.Context | None" = None


class _Engine:
    """The threads, begun by the process that uses them first."""

    def __init__(self) -> None:
        self._kept = _Kept()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="draw")

    def submit(self, graph: str) -> "Future[str]":
        return self._threads.submit(self._run, graph)

    def load(self) -> None:
        for _ in range(_THREADS):
            self._threads.submit(self._context)

    def _context(self) -> "quickjs.Context":
        if self._kept.context is None:
            context = quickjs.Context()
            context.set_max_stack_size(_STACK_BYTES)
            context.eval(_BEFORE)
            context.eval(_SOURCE.read_text(encoding="utf-8"))
            context.eval(_FASTER.read_text(encoding="utf-8"))
            context.eval(_AFTER)
            context.set_time_limit(_SECONDS)
            self._kept.context = context
        return self._kept.context

    def _run(self, graph: str) -> str:
        try:
            return str(self._context().get("layOut")(graph))
        except quickjs.JSException as why:
            self._kept.context = None  # it was left in the middle of something
            _log.warning("a picture was not arranged: %s", str(why).partition("\n")[0])
            raise NotArranged() from None


_lock = threading.Lock()
_engine: _Engine | None = None


def _forget() -> None:
    """A forked process has none of its parent's threads."""
    global _engine, _lock
    _engine, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget)


def _ours() -> _Engine:
    global _engine  # noqa: PLW0603 - a process has one engine
    with _lock:
        if _engine is None:
            _engine = _Engine()
        return _engine


def warm() -> None:
    """Begin to load the engine in the background. For a process that serves, never for one that will fork."""
    _ours().load()


def arrange(graph: ElkNode) -> ElkNode:
    """The graph with places.

    Raises:
        NotArranged: when it is too large, or takes too long.
        Busy: when others keep the engine from it.
    """
    if len(graph.get("children", [])) + len(graph.get("edges", [])) > _MOST:
        raise NotArranged()
    arranged: ElkNode = json.loads(_arranged(json.dumps(graph)))
    return arranged


@lru_cache(maxsize=_KEPT)
def _arranged(graph: str) -> str:
    """The work itself. Its answer is kept: another version of a flow often has cards of the same sizes."""
    future = _ours().submit(graph)
    try:
        return future.result(_WAIT_SECONDS)
    except TimeoutError:
        future.cancel()
        raise Busy() from None
