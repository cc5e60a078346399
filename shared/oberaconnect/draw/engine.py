"""ELK's layered layout (elkjs, vendored) inside QuickJS: a graph in ELK's JSON goes in and comes back with places.

The work happens on a few threads of its own. Each keeps one context for good, because loading it takes a moment and a
context must stay on its thread; QuickJS runs without Python's lock.
"""

import json
import logging
import os
import re
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypedDict

import quickjs

from oberaconnect.draw.elk_json import ElkNode
from oberaconnect.problems import Unavailable, Unprocessable

_SOURCE: Final = Path(__file__).parent / "vendor" / "elk-worker.min.js"
_THREADS = 2
#: Cards and arrows together. A thousand cards take 10 s and 70 MB; a limit of the memory itself would not refuse more,
#: but end the process, because QuickJS does not survive it.
_MOST = 3000
_STACK_BYTES = 4 * 2**20
#: QuickJS counts the processor time of the whole process, so that a busy service uses it up faster.
_SECONDS = 12
_WAIT_SECONDS = 40

# elkjs speaks like a web worker and looks for `self`; it is called directly, so that no timer or promise is needed.
_BEFORE = """
var self = globalThis, answer;
var console = {log() {}, info() {}, warn() {}, error() {}};
self.postMessage = function (message) { answer = message; };
"""
# elkjs finds every option by its long name, and hashes that name each time: a sixth of the work in an interpreter.
_HASH = re.compile(r"function (\w+)\((\w)\)\{[^{}]*\{[^{}]*\2\.charCodeAt\(\w\)\)\|0\}return \w\}")
_REMEMBER = """
globalThis.HASH = (function (plain, known) {
  return function (text) {
    var hash = known.get(text);
    if (hash === undefined) {
      hash = plain(text);
      if (known.size < 10000) known.set(text, hash);
    }
    return hash;
  };
})(HASH, new Map());
"""
_AFTER = """
self.onmessage({data: {id: 0, cmd: "register", algorithms: ["layered"]}});
function layOut(text) {
  answer = undefined;
  self.onmessage({data: {id: 1, cmd: "layout", graph: JSON.parse(text)}});
  return JSON.stringify(answer.error ? {error: String(answer.error.message || answer.error)} : {graph: answer.data});
}
"""

_log = logging.getLogger(__name__)


class NotArranged(Unprocessable):
    """This picture is too large or too entangled to be arranged. Draw it in parts, for example one for each entry."""


class Busy(Unavailable):
    """Other pictures are being arranged. Try again in a moment."""


class _Kept(threading.local):
    context: "quickjs.Context | None" = None


class _Engine:
    """The threads, begun by the process that uses them first."""

    def __init__(self) -> None:
        self._kept = _Kept()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="draw")

    def submit(self, graph: str) -> "Future[ElkNode]":
        return self._threads.submit(self._run, graph)

    def load(self) -> None:
        for _ in range(_THREADS):
            self._threads.submit(self._context)

    def _context(self) -> "quickjs.Context":
        if self._kept.context is None:
            context = quickjs.Context()
            context.set_max_stack_size(_STACK_BYTES)
            context.eval(_BEFORE)
            source = _SOURCE.read_text(encoding="utf-8")
            context.eval(source)
            if found := _HASH.search(source):
                context.eval(_REMEMBER.replace("HASH", found[1]))
            context.eval(_AFTER)
            context.set_time_limit(_SECONDS)
            self._kept.context = context
        return self._kept.context

    def _run(self, graph: str) -> ElkNode:
        try:
            answer: _Answer = json.loads(self._context().get("layOut")(graph))
        except quickjs.JSException as why:  # out of time; whatever else ends elkjs comes back in its answer
            answer = {"error": str(why).partition("\n")[0]}
        if "error" in answer:
            self._kept.context = None  # it was left in the middle of something
            _log.warning("a picture was not arranged: %s", answer["error"])
            raise NotArranged()
        return answer["graph"]


class _Answer(TypedDict, total=False):
    graph: ElkNode
    error: str


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
    future = _ours().submit(json.dumps(graph))
    try:
        return future.result(_WAIT_SECONDS)
    except TimeoutError:
        future.cancel()
        raise Busy() from None
