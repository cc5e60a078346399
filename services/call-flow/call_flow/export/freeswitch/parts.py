"""Menus, users, queues and gateways."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from call_flow.export.freeswitch.rings import outside, recording
from call_flow.export.freeswitch.xml import add, label
from call_flow.export.plan import Plan, Secret, pin
from call_flow.flow.model import Extension, Mailbox, Trunk
from call_flow.flow.nodes import Menu, Queue

_STRATEGIES = {"ringall": "ring-all", "leastrecent": "longest-idle-agent", "fewestcalls": "agent-with-fewest-calls",
               "random": "random", "rrmemory": "round-robin", "linear": "top-down"}  # fmt: skip


def menus(plan: Plan) -> Element:
    """The menus. A key leads to an extension of the dialplan, so that whatever follows is written there once."""
    include = Element("include")
    for node in plan.nodes:
        if isinstance(node, Menu):
            _menu(plan, include, node)
    return include


def _menu(plan: Plan, include: Element, node: Menu) -> None:
    dialled = plan.dialled_directly(node)
    keys = [*node.keys, *dialled, *([node.replay_key] if node.replay_key else [])]
    greeting = recording(node.prompt) if plan.prompt(node.prompt) else "silence_stream://500"
    invalid = recording(str(node.invalid_prompt)) if plan.prompt(node.invalid_prompt) else "silence_stream://100"
    menu = add(include, "menu", name=node.id, greet_long=greeting, greet_short=greeting, invalid_sound=invalid,
               exit_sound="silence_stream://100", timeout=str(node.timeout_s * 1000),
               inter_digit_timeout=str(node.digit_timeout_s * 1000), max_failures=str(node.max_tries),
               max_timeouts=str(node.max_tries), digit_len=str(max(map(len, keys), default=1)))  # fmt: skip
    for key in node.keys:
        add(menu, "entry", action="menu-exec-app", digits=key, param=f"transfer key-{node.id}-{key} XML callflow")
    for number in dialled:
        add(menu, "entry", action="menu-exec-app", digits=number, param=f"transfer ext-{number} XML callflow")
    if node.replay_key and node.replay_key not in node.keys:
        add(menu, "entry", action="menu-top", digits=node.replay_key)


def directory(plan: Plan, secret: Secret) -> Element:
    """Users: every extension, and every mailbox that has none."""
    include = Element("include")
    known = {item.number for item in plan.extensions}
    for extension in plan.extensions:
        _user(plan, include, extension, secret)
    for mailbox in plan.mailboxes:
        if mailbox.number not in known:
            params, variables = _account(include, mailbox.number)
            _box(params, mailbox, secret)
            _set(variables, directory_visible="false", effective_caller_id_name=label(mailbox.name, mailbox.number))
    return include


def _account(include: Element, number: str) -> tuple[Element, Element]:
    user = add(include, "user", id=number)
    return add(user, "params"), add(user, "variables")


def _set(variables: Element, **values: str | None) -> None:
    for name, value in values.items():
        if value is not None:
            add(variables, "variable", name=name, value=value)


def _user(plan: Plan, include: Element, extension: Extension, secret: Secret) -> None:
    params, variables = _account(include, extension.number)
    if extension.device != "none":
        add(params, "param", name="password", value=secret(f"sip:{extension.number}"))
    mailbox = plan.graph.mailboxes.get(extension.number)
    if mailbox is None:
        add(params, "param", name="vm-enabled", value="false")
    else:
        _box(params, mailbox, secret)
    shows = extension.caller_id
    name = label(extension.name, extension.number)
    _set(
        variables, user_context="callflow-inside", callgroup="callflow", effective_caller_id_name=name,
        effective_caller_id_number=extension.number, directory_full_name=name,
        directory_visible="true" if extension.in_directory else "false",
        outbound_caller_id_number=(shows.external if shows else None) or extension.did,
        emergency_caller_id_number=(shows.emergency if shows else None) or plan.flow.emergency.callback,
        callflow_outbound=extension.outbound, callflow_language=plan.flow.customer.languages[0],
    )  # fmt: skip


def _box(params: Element, mailbox: Mailbox, secret: Secret) -> None:
    values = {"vm-password": pin(secret, mailbox.number)}
    if mailbox.email:
        values |= {"vm-mailto": mailbox.email[0], "vm-email-all-messages": "true",
                   "vm-attach-file": "true" if mailbox.attach else "false",
                   "vm-keep-local-after-email": "false" if mailbox.delete_after_send else "true"}  # fmt: skip
    for name, value in values.items():
        add(params, "param", name=name, value=value.replace("$", ""))


def queues(plan: Plan) -> Element:
    """The queues of mod_callcenter, their agents, and who is asked when."""
    root = Element("configuration", {"name": "callcenter.conf", "description": "CallCenter"})
    add(root, "settings")
    parts = {name: add(root, name) for name in ("queues", "agents", "tiers")}
    known: set[str] = set()
    for node in plan.nodes:
        if not isinstance(node, Queue):
            continue
        _queue(plan, parts["queues"], node)
        for position, agent in enumerate(plan.agents(node.agents)):
            if agent.target not in known:
                known.add(agent.target)
                where = f"user/{agent.extension}@$${{domain}}" if agent.extension else outside(plan, str(agent.number))
                add(parts["agents"], "agent", name=f"{agent.target}@default", type="callback", status="Available",
                    contact=f"[leg_timeout={node.ring_s}]{where}", max_no_answer="0", wrap_up_time=str(node.wrapup_s),
                    reject_delay_time=str(node.retry_s), busy_delay_time=str(node.retry_s),
                    no_answer_delay_time=str(node.retry_s))  # fmt: skip
            add(parts["tiers"], "tier", agent=f"{agent.target}@default", queue=f"{node.id}@default",
                level=str(agent.penalty + 1), position=str(position + 1))  # fmt: skip
    return root


def _queue(plan: Plan, queues: Element, node: Queue) -> None:
    queue = add(queues, "queue", name=f"{node.id}@default")
    values = {
        "strategy": _STRATEGIES[node.strategy], "moh-sound": f"local_stream://{node.music}",
        "time-base-score": "system", "max-wait-time": str(node.max_wait_s),
        "max-wait-time-with-no-agent": str(node.max_wait_s if node.join_empty else 1),
        "max-wait-time-with-no-agent-time-reached": "1", "tier-rules-apply": "true",
        "tier-rule-wait-second": str(node.ring_s), "tier-rule-wait-multiply-level": "true",
        "tier-rule-no-agent-no-wait": "true", "discard-abandoned-after": "60", "abandoned-resume-allowed": "false",
    }  # fmt: skip
    if node.announce is not None and plan.prompt(node.announce.prompt) is not None:
        values |= {"announce-sound": recording(str(node.announce.prompt)),
                   "announce-frequency": str(node.announce.every_s)}  # fmt: skip
    for name, value in values.items():
        add(queue, "param", name=name, value=value)


def _carriers_password(trunk: Trunk) -> str:
    """The variable of vars.xml that holds what only the carrier knows."""
    return f"callflow_{trunk.id.replace('-', '_')}_password"


def gateways(plan: Plan) -> Iterator[tuple[str, Element]]:
    """A file for each trunk."""
    for trunk in plan.trunks:
        include = Element("include")
        gateway = add(include, "gateway", name=trunk.id)
        values = {"realm": trunk.host, "proxy": f"{trunk.host}:{trunk.port}", "context": "public",
                  "register": "true" if trunk.registers else "false", "caller-id-in-from": "true"}  # fmt: skip
        if trunk.username is not None:
            values |= {"username": trunk.username, "password": f"$${{{_carriers_password(trunk)}}}"}
        for name, value in values.items():
            add(gateway, "param", name=name, value=value)
        yield trunk.id, include
