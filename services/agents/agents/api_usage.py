"""What runs used, over HTTP."""

from agents.api import api
from agents.models_operations import UsageQuery, UsageReport, Used, UsedBy
from agents.parts import Parts
from agents.store import usage
from oberaconnect.auth import Principal

_MOST = 1_000


@api.get("/usage", scope="agents:read", tag="Operations")
def show_usage(parts: Parts, principal: Principal, query: UsageQuery) -> UsageReport:
    """Add up what was used: runs, steps, calls of tools, tokens and cost, by client, agent, subject or day.

    Without days: the last 30. Days are in their order; of clients, agents and subjects those come first that used most.
    """
    tenants = principal.tenants if query.client is None else principal.for_client(query.client).tenants
    begin, end = query.days()
    wanted = usage.Wanted(begin, end, query.client, query.agent, query.subject)
    with parts.database.transaction(tenants) as connection:
        total = usage.total(connection, wanted)
        rows = usage.groups(connection, wanted, query.by, limit=_MOST)
    return UsageReport.model_validate(
        {"from": begin, "to": end, "by": query.by, "total": Used(**total), "items": [UsedBy(**row) for row in rows]}
    )
