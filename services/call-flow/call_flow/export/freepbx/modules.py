"""What each module of FreePBX holds, in the columns of its tables.

Columns are those of the modules' module.xml and of what their Restore.php reads; `schemas/README.md` names them.
"""

from typing import Any

from call_flow.export.freepbx.hours import conditions, groups
from call_flow.export.freepbx.places import Places, dialled
from call_flow.export.labels import bare
from call_flow.export.plan import Plan
from call_flow.flow.nodes import (
    Announcement,
    Conference,
    Directory,
    External,
    Hangup,
    Menu,
    Page,
    Queue,
    RingGroup,
    Toggle,
)  # fmt: skip

Row = dict[str, Any]
_STRATEGIES = {"simultaneous": "ringall", "sequential": "hunt", "rotating": "hunt", "random": "random"}


class Modules:
    """The rows of every module."""

    def __init__(self, plan: Plan) -> None:
        """Reads the flow; misc destinations come last, for others lead to them."""
        self.plan = plan
        self.places = Places(plan)
        self.recordings = [_recording(self.places, prompt.id, prompt.file) for prompt in plan.prompts]
        self.ivrs = [self._ivr(node) for node in plan.nodes if isinstance(node, Menu)]
        self.ring_groups = [self._group(node) for node in plan.nodes if isinstance(node, RingGroup)]
        self.ring_groups += [self._outside(node) for node in plan.nodes if isinstance(node, External)]
        self.queues = [self._queue(node) for node in plan.nodes if isinstance(node, Queue)]
        self.announcements = [
            self._announcement(node)
            for node in plan.nodes
            if isinstance(node, Announcement) or (isinstance(node, Hangup) and node.prompt)
        ]
        self.toggles = [row for node in plan.nodes if isinstance(node, Toggle) for row in self._toggle(node)]
        self.directories = [self._directory(node) for node in plan.nodes if isinstance(node, Directory)]
        self.conferences = [_conference(node) for node in plan.nodes if isinstance(node, Conference)]
        self.pages = [self._page(node) for node in plan.nodes if isinstance(node, Page)]
        self.time_groups = groups(plan)
        self.time_conditions = conditions(plan, self.places, self.time_groups)
        for number in (*plan.numbers, *plan.extensions, *plan.mailboxes):
            self._reach(number)
        self.outside = [{"id": at, "description": bare(f"to {number}"), "destdial": dialled(plan, number)}
                        for number, at in self.places.outside.items()]  # fmt: skip

    def _reach(self, part: object) -> None:
        for name in ("entry", "on_no_answer", "on_busy", "on_offline"):
            if (destination := getattr(part, name, None)) is not None:
                self.places.to(destination)

    def _ivr(self, node: Menu) -> tuple[Row, list[Row]]:
        number = self.places.id[node.id]
        prompt = self.places.recording.get(node.prompt, 0)
        invalid = str(self.places.recording.get(node.invalid_prompt or "", ""))
        details: Row = {
            "id": number, "name": bare(node.name or "", 50, node.id), "description": node.id, "announcement": prompt,
            "directdial": "ext-local" if self.plan.dialled_directly(node) else "Disabled",
            "invalid_loops": str(node.max_tries - 1), "invalid_retry_recording": invalid,
            "invalid_destination": self.places.to(node.invalid), "timeout_enabled": "1", "invalid_recording": "",
            "retvm": "", "timeout_time": node.timeout_s, "timeout_recording": "", "timeout_retry_recording": "",
            "timeout_destination": self.places.to(node.no_input), "timeout_loops": str(node.max_tries - 1),
            "timeout_append_announce": 1, "invalid_append_announce": 1, "timeout_ivr_ret": 0, "invalid_ivr_ret": 0,
            "alertinfo": "", "rvolume": "", "strict_dial_timeout": 0,
        }  # fmt: skip
        entries = [{"ivr_id": number, "selection": key, "dest": self.places.to(destination), "ivr_ret": 0}
                   for key, destination in node.keys.items()]  # fmt: skip
        if node.replay_key and node.replay_key not in node.keys:
            here = f"ivr-{number},s,1"
            entries.append({"ivr_id": number, "selection": node.replay_key, "dest": here, "ivr_ret": 0})
        return details, entries

    def _group(self, node: RingGroup) -> Row:
        members = self.plan.members(node.members)
        listed = [member.extension or f"{dialled(self.plan, str(member.number))}#" for member in members]
        name = bare(node.name or "", 35, node.id)
        return _ring_group(
            grpnum=self.places.number[node.id], strategy=_STRATEGIES[node.strategy], grptime=node.ring_s,
            grplist="-".join(listed), postdest=self.places.to(node.no_answer), description=name,
            grppre=bare(node.caller_prefix or "", 20, ""), annmsg_id=self.places.recording.get(node.greeting or "", 0),
            needsconf="CHECKED" if any(member.confirm for member in members) else "",
        )  # fmt: skip

    def _outside(self, node: External) -> Row:
        return _ring_group(
            grpnum=self.places.number[node.id], strategy="ringall", grptime=node.ring_s,
            grplist=f"{dialled(self.plan, node.number)}#", postdest=self.places.to(node.no_answer),
            description=bare(node.name or "", 35, node.id), needsconf="CHECKED" if node.confirm else "",
            changecid="default" if node.caller_id == "caller" else "extern",
        )  # fmt: skip

    def _queue(self, node: Queue) -> tuple[Row, list[Row]]:
        number = self.places.number[node.id]
        config: Row = {
            "extension": number, "descr": bare(node.name or "", 35, node.id),
            "grppre": bare(node.caller_prefix or "", 100, ""), "alertinfo": "", "ringing": 0,
            "maxwait": str(node.max_wait_s), "password": "", "ivr_id": "none", "dest": self.places.to(node.timeout),
            "cwignore": 0, "queuewait": 0, "use_queue_context": 0, "togglehint": 0, "qnoanswer": 0, "callconfirm": 0,
            "callconfirm_id": 0, "qregex": "", "agentannounce_id": 0,
            "joinannounce_id": self.places.recording.get(node.greeting or "", 0), "monitor_type": "",
            "monitor_heard": 0, "monitor_spoken": 0, "callback_id": "none",
        }  # fmt: skip
        told = node.announce
        details = {
            "strategy": node.strategy, "timeout": str(node.ring_s), "retry": str(node.retry_s),
            "wrapuptime": str(node.wrapup_s), "maxlen": str(node.max_callers), "music": node.music,
            "joinempty": "yes" if node.join_empty else "strict", "leavewhenempty": "no",
            "announce-frequency": str(told.every_s) if told else "0",
            "announce-position": "yes" if told and told.position else "no",
            "announce-holdtime": "yes" if told and told.hold_time else "no", "ringinuse": "no", "autofill": "yes",
        }  # fmt: skip
        rows = [{"id": number, "keyword": keyword, "data": data, "flags": 0} for keyword, data in details.items()]
        for at, agent in enumerate(self.plan.agents(node.agents)):
            target = agent.extension or dialled(self.plan, str(agent.number))
            data = f"Local/{target}@from-queue/n,{agent.penalty}"
            rows.append({"id": number, "keyword": "member", "data": data, "flags": at})
        return config, rows

    def _announcement(self, node: Announcement | Hangup) -> Row:
        then = "app-blackhole,hangup,1" if isinstance(node, Hangup) else self.places.to(node.then)
        return {"announcement_id": self.places.announcement(node), "description": bare(node.name or "", 50, node.id),
                "recording_id": self.places.recording.get(node.prompt or "", 0), "allow_skip": 0, "post_dest": then,
                "return_ivr": 0, "noanswer": 0, "repeat_msg": ""}  # fmt: skip

    def _toggle(self, node: Toggle) -> list[Row]:
        """By day calls go as they do by default, by night the other way."""
        day, night = (node.on, node.off) if node.default == "on" else (node.off, node.on)
        ext = self.places.id[node.id] - 1
        rows = {"day": self.places.to(day), "night": self.places.to(night),
                "fc_description": bare(node.name or "", 50, node.id), "password": ""}  # fmt: skip
        return [{"ext": ext, "dmode": mode, "dest": value} for mode, value in rows.items()]

    def _directory(self, node: Directory) -> tuple[Row, list[Row]]:
        number = self.places.id[node.id]
        details: Row = {"id": number, "dirname": bare(node.name or "", 50, node.id), "description": node.id,
                        "announcement": 0, "callid_prefix": "", "alert_info": "", "rvolume": "", "repeat_loops": "2",
                        "repeat_recording": 0, "invalid_recording": 0, "retivr": "", "say_extension": "",
                        "invalid_destination": self.places.to(node.failed)}  # fmt: skip
        entries = [{"id": number, "e_id": at, "name": bare(item.name, 50, item.number), "type": "user",
                    "foreign_id": item.number, "audio": "vm", "dial": ""}
                   for at, item in enumerate(self.plan.graph.listed(node), 1)]  # fmt: skip
        return details, entries

    def _page(self, node: Page) -> Row:
        members = [number for number in node.members if number in self.plan.graph.extensions]
        return {"page_group": self.places.number[node.id], "description": bare(node.name or "", 50, node.id),
                "force_page": 0, "duplex": int(node.duplex), "members": members}  # fmt: skip


def _recording(places: Places, prompt: str, file: str | None) -> Row:
    name = f"custom/{(file or prompt).rsplit('.', 1)[0]}"
    return {"id": places.recording[prompt], "displayname": prompt, "description": prompt, "files": {name: []},
            "fcode": 0, "fcode_pass": ""}  # fmt: skip


def _ring_group(**values: object) -> Row:
    usual: Row = {
        "grppre": "", "annmsg_id": 0, "alertinfo": "", "needsconf": "", "remotealert_id": 0, "toolate_id": 0,
        "ringing": "Ring", "cwignore": "", "cfignore": "", "changecid": "default", "fixedcid": "", "cpickup": "",
        "recording": "dontcare", "progress": "yes", "elsewhere": "", "rvolume": "",
    }  # fmt: skip
    return usual | values


def _conference(node: Conference) -> Row:
    return {"exten": node.room, "description": bare(node.name or "", 50, node.id), "userpin": "", "adminpin": "",
            "options": "oTM" if node.announce else "oM", "joinmsg_id": 0, "music": "inherit", "users": 0}  # fmt: skip
