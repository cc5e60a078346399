"""An MCP server that does what a test tells it, as a program: `python mcp_child.py FOLDER`.

FOLDER/plan.json says how it behaves, and is read anew for each message; FOLDER/asked.jsonl remembers what arrived. It
needs nothing but Python itself, so that it starts at once, and speaks the protocol of 2025.
"""

import base64
import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Message = dict[str, Any]

ECHO: Message = {
    "name": "echo",
    "description": "Says it again.",
    "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
}


class Script:
    """The plan of a program, and what it was asked. Fields of the plan:

    `tools`: its definitions; `does`: what a call does (echo, hang, die, big, binary, error, refuse, structured, lie,
    environment, leak, slow, hidden); `begins`: how it begins (well, silent, crash, chatter, wrong_version, endless);
    `page`: how many tools its list gives at a time; `notice`: with each call comes word that the tools have changed;
    `stubborn`: it does not end when it is asked to.
    """

    def __init__(self, folder: Path, **plan: Any) -> None:
        """An empty folder of its own."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._plan: dict[str, Any] = {"tools": [ECHO], "does": "echo", "begins": "well"}
        self.plan(**plan)

    @property
    def argv(self) -> list[str]:
        """What starts it."""
        return [sys.executable, "-I", "-S", __file__, str(self.folder)]

    def plan(self, **changed: Any) -> None:
        """Behave differently from the next message on."""
        self._plan |= changed
        new = self.folder / "plan.new"
        new.write_text(json.dumps(self._plan), encoding="utf-8")
        new.rename(self.folder / "plan.json")

    def asked(self, method: str) -> list[Message]:
        """The messages of a method that arrived."""
        file = self.folder / "asked.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [one for one in map(json.loads, lines) if one.get("method") == method]

    def pid(self) -> int:
        """The process that was started last."""
        return int((self.folder / "pid").read_text(encoding="ascii"))


def answered(message: Message, plan: Mapping[str, Any]) -> Message | None:
    """The answer to a message; None for one that gets none."""
    if "id" not in message:
        return None
    found = _result(message, plan)
    return None if found is None else {"jsonrpc": "2.0", "id": message["id"], **found}


def _result(message: Message, plan: Mapping[str, Any]) -> Message | None:
    match message["method"]:
        case "initialize":
            version = "1999-01-01" if plan["begins"] == "wrong_version" else "2025-11-25"
            info = {"name": "fake", "version": "7"}
            capabilities = {"tools": {"listChanged": True}}
            return {"result": {"protocolVersion": version, "capabilities": capabilities, "serverInfo": info}}
        case "tools/list":
            return {"result": _page(plan["tools"], message.get("params") or {}, plan.get("page", 1_000))}
        case "tools/call":
            return _called(message["params"], plan["does"])
        case "ping":
            return {"result": {}}
        case _:
            return {"error": {"code": -32601, "message": "Method not found"}}


def _page(tools: Sequence[Message], params: Message, size: int) -> Message:
    begin = int(params.get("cursor") or 0)
    more = {"nextCursor": str(begin + size)} if begin + size < len(tools) else {}
    return {"tools": tools[begin : begin + size], **more}


def _called(params: Message, does: str) -> Message | None:
    arguments = params.get("arguments") or {}
    pixel = base64.b64encode(b"\x89PNG" * 100).decode()
    results: dict[str, Any] = {
        "echo": [_text(str(arguments.get("text", "")))],
        "big": [_text("é" * 200_000)],
        "binary": [
            {"type": "image", "data": pixel, "mimeType": "image/png"},
            {"type": "resource", "resource": {"uri": "file:///a.bin", "blob": pixel, "mimeType": "x/y"}},
            {"type": "resource", "resource": {"uri": "file:///a.txt", "text": "in a file"}},
            {"type": "resource_link", "uri": "https://example.com/", "name": "elsewhere"},
        ],
        "hidden": [_text("seen\u202e\x00\U000e0041 too")],
        "environment": [_text(json.dumps({"env": _digests(), "cwd": os.getcwd()}))],
        "leak": [_text("\n".join(os.environ.values()))],
    }
    if does in results:
        return {"result": {"content": results[does]}}
    match does:
        case "error":
            return {"result": {"content": [_text("no such file")], "isError": True}}
        case "refuse":
            return {"error": {"code": -32602, "message": "I do not\x07 take that"}}
        case "structured":
            return {"result": {"content": [], "structuredContent": {"answer": 42}}}
        case "lie":
            return {"result": {"content": "this is no list of blocks"}}
        case "slow":
            time.sleep(0.3)
            return {"result": {"content": [_text("at last")]}}
        case "die":
            os._exit(9)
        case _:
            return None


def _digests() -> dict[str, str]:
    return {name: hashlib.sha256(value.encode()).hexdigest() for name, value in os.environ.items()}


def _text(text: str) -> Message:
    return {"type": "text", "text": text}


def _say(message: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> None:
    """Serve until the input ends."""
    folder = Path(arguments[0])
    (folder / "pid").write_text(str(os.getpid()), encoding="ascii")
    begins = json.loads((folder / "plan.json").read_text(encoding="utf-8"))["begins"]
    if begins == "crash":
        sys.stderr.write(f"cannot find the licence {os.environ.get('LICENCE', '')}\n")
        sys.exit(3)
    if begins == "chatter":
        sys.stdout.write("Welcome to the fake!\n")
    if begins == "endless":
        while True:
            sys.stdout.write("x" * 65_536)
    for line in sys.stdin:
        with (folder / "asked.jsonl").open("a", encoding="utf-8") as kept:
            kept.write(line)
        plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        message = json.loads(line)
        if plan.get("stubborn"):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if begins == "silent":
            continue
        if plan.get("notice") and message.get("method") == "tools/call":
            _say({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"})
        if message.get("method") == "tools/call" and "progressToken" in message["params"].get("_meta", {}):
            token = message["params"]["_meta"]["progressToken"]
            told = {"progressToken": token, "progress": 1, "total": 2, "message": "half way"}
            _say({"jsonrpc": "2.0", "method": "notifications/progress", "params": told})
        if (answer := answered(message, plan)) is not None:
            _say(answer)
    while json.loads((folder / "plan.json").read_text(encoding="utf-8")).get("stubborn"):
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1:])
