"""Configurations and devices over HTTP."""

from uuid import UUID

from flask import Response
from werkzeug.datastructures import FileStorage

from engineering_api import intake, platforms, store, views
from engineering_api.intake import Handed
from engineering_api.models import (
    MOST_CHARACTERS,
    MOST_FILES,
    ConfigItem,
    ConfigLines,
    ConfigParsed,
    ConfigsForm,
    ConfigsKept,
    ConfigsQuery,
    ConfigsRequest,
    ConfigView,
    DevicesQuery,
    DeviceView,
    Kept,
    ParseRequest,
    ParseResult,
    Platforms,
    PlatformView,
    Refused,
    SectionQuery,
    ShowParsed,
    TextQuery,
)
from engineering_api.parsing import Parsed
from engineering_api.parts import Parts
from engineering_api.tools.show import parse_show
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Api, Reply
from oberaconnect.paging import Page, next_cursor
from oberaconnect.problems import Problem, TooLarge, Unprocessable

api = Api(
    "engineering",
    title="Engineering",
    description="Device configurations, engineering documents and technical questions.",
)


@api.post("/configs", scope="engineering:write", status=201, tag="Configurations")
def keep_configs(
    parts: Parts, principal: Principal, body: ConfigsRequest | None, files: list[FileStorage], form: ConfigsForm | None
) -> ConfigsKept:
    """Keep configurations, as JSON or as files: each becomes facts of its device, with the lines that say them.

    Passwords, keys and whatever else is secret are removed before anything is kept. A device is known by its host name
    at a site; the same configuration again is not kept twice. A file that is no configuration is told as such, and the
    others are kept.
    """
    said = body or form or ConfigsForm()
    caller = principal.for_client(said.client)
    handed = _of_body(body) if body is not None else _of_files(files, form.platform if form else None)
    understood = [(one, _understood(parts, caller, one)) for one in handed]
    if all(isinstance(parsed, Problem) for _, parsed in understood):
        raise Unprocessable(f"{understood[0][0].name}: {_reason(understood[0][1])}")
    document_id = body.document_id if body is not None else None
    shown: list[Kept | Refused] = []
    with parts.database.transaction(caller.tenants) as connection:
        for one, parsed in understood:
            if isinstance(parsed, Problem):
                shown.append(Refused(name=one.name, problem=_reason(parsed)))
                continue
            config_id, device_id, is_new = intake.keep(
                connection, parts, caller, one, parsed, site=said.site, document_id=document_id
            )
            shown.append(
                Kept(config_id=config_id, device_id=device_id, name=one.name, is_new=is_new, **views.understood(parsed))
            )
    ids = [file.config_id for file in shown if isinstance(file, Kept)]
    return ConfigsKept(config_ids=ids, client=caller.tenant, site=said.site, files=shown)


@api.get("/configs", scope="engineering:read", tag="Configurations")
def list_configs(parts: Parts, principal: Principal, query: ConfigsQuery) -> Page[ConfigItem]:
    """List configurations, newest first: of a client, a site or a device."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = store.configs_page(connection, query, client=query.client, site=query.site, device_id=query.device_id)
    items = [ConfigItem(**views.item(row)) for row in rows[: query.limit]]
    return Page[ConfigItem](items=items, next_cursor=next_cursor(rows, query.limit))


@api.get("/configs/<uuid:config_id>", scope="engineering:read", tag="Configurations")
def show_config(parts: Parts, principal: Principal, config_id: UUID, query: SectionQuery) -> ConfigView:
    """Show what a configuration says, every fact with its lines; `section` names those that are wanted."""
    with parts.database.transaction(principal.tenants) as connection:
        row = store.config(connection, config_id)
        intake.device_of(connection, parts, row)
    return ConfigView(**views.item(row), facts=views.facts(row["facts"], config_id, query.section))


@api.get("/configs/<uuid:config_id>/text", scope="engineering:read", tag="Configurations")
def show_text(parts: Parts, principal: Principal, config_id: UUID, query: TextQuery) -> ConfigLines:
    """Show lines of a configuration, without its secrets."""
    with parts.database.transaction(principal.tenants) as connection:
        lines = store.config(connection, config_id)["text"].split("\n")
    last = min(query.last or len(lines), len(lines))
    return ConfigLines(
        config_id=config_id, first=query.first, last=last, total=len(lines), lines=lines[query.first - 1 : last]
    )


@api.get(
    "/configs/<uuid:config_id>/original", scope="engineering:write", media_types=["application/octet-stream"],
    tag="Configurations",
)  # fmt: skip
def show_original(parts: Parts, principal: Principal, config_id: UUID) -> Response:
    """Give back the file that was handed over, secrets and all. 409 unless originals are kept (CONFIG_ORIGINALS)."""
    with parts.database.transaction(principal.tenants) as connection:
        row = store.original(connection, config_id)
    response = Response(intake.original(parts, row), mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{config_id}.txt"'
    return response


@api.delete("/configs/<uuid:config_id>", scope="engineering:write", status=204, tag="Configurations")
def delete_config(parts: Parts, principal: Principal, config_id: UUID) -> Reply:
    """Delete a configuration; with the last of a device the device goes too."""
    with parts.database.transaction(principal.tenants) as connection:
        store.delete_config(connection, config_id)
    return Reply(None, 204)


@api.get("/devices", scope="engineering:read", tag="Configurations")
def list_devices(parts: Parts, principal: Principal, query: DevicesQuery) -> Page[DeviceView]:
    """List devices, newest first: of a client or a site."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = store.devices_page(connection, query, client=query.client, site=query.site)
    items = [DeviceView(**row) for row in rows[: query.limit]]
    return Page[DeviceView](items=items, next_cursor=next_cursor(rows, query.limit))


@api.get("/devices/<uuid:device_id>", scope="engineering:read", tag="Configurations")
def show_device(parts: Parts, principal: Principal, device_id: UUID) -> DeviceView:
    """Show a device; its configurations are listed by `/configs?device_id=`."""
    with parts.database.transaction(principal.tenants) as connection:
        return DeviceView(**store.find_device(connection, device_id))


@api.delete("/devices/<uuid:device_id>", scope="engineering:write", status=204, tag="Configurations")
def delete_device(parts: Parts, principal: Principal, device_id: UUID) -> Reply:
    """Delete a device with all its configurations and audits."""
    with parts.database.transaction(principal.tenants) as connection:
        store.delete_device(connection, device_id)
    return Reply(None, 204)


@api.post("/parse", scope="engineering:read", tag="Configurations")
def parse(parts: Parts, principal: Principal, body: ParseRequest) -> ParseResult:
    """Understand a configuration, or what a command showed (`kind: show`), without keeping anything."""
    if body.kind == "show":
        shown = parse_show(body.text, command=body.command, platform=body.platform)
        return ParseResult(ShowParsed(platform=shown.platform, command=shown.command, rows=shown.rows))
    handed = Handed("", body.text.encode(errors="replace"), body.platform)
    parsed = intake.understand(parts, principal, handed)
    facts = views.facts(parsed.device.model_dump(mode="json"), None, None)
    return ParseResult(ConfigParsed(**views.understood(parsed), facts=facts, tree=views.tree(parsed.nodes)))


@api.get("/platforms", scope="engineering:read", tag="Reference")
def list_platforms() -> Platforms:
    """The platforms whose configurations are understood."""
    return Platforms(
        items=[
            PlatformView(
                name=platform.name,
                title=platform.title,
                vendor=platform.vendor,
                roles=list(platform.roles),
                aliases=list(platform.aliases),
            )
            for platform in platforms.known().values()
        ]
    )


def _of_body(body: ConfigsRequest) -> list[Handed]:
    return [Handed(file.name, file.text.encode(errors="replace"), file.platform) for file in body.files]


def _of_files(files: list[FileStorage], platform: str | None) -> list[Handed]:
    if len(files) > MOST_FILES:
        raise Unprocessable(f"At most {MOST_FILES} files can be sent at once.")
    handed = []
    for file in files:
        content = file.stream.read(MOST_CHARACTERS + 1)
        if len(content) > MOST_CHARACTERS:
            raise TooLarge(f"A configuration may have at most {MOST_CHARACTERS >> 20} MB. Send one device a file.")
        handed.append(Handed(_file_name(file.filename or ""), content, platform))
    return handed


def _file_name(given: str) -> str:
    """The name a client gave, as a name only: it is shown, and never used as a path."""
    name = "".join(sign for sign in given.replace("\\", "/").rpartition("/")[2] if sign.isprintable()).strip()
    return name[:255] or "configuration.txt"


def _understood(parts: Parts, caller: Principal, handed: Handed) -> Parsed | Problem:
    try:
        return intake.understand(parts, caller, handed)
    except Unprocessable as problem:
        return problem


def _reason(problem: object) -> str:
    return str(problem.detail) if isinstance(problem, Problem) else ""
