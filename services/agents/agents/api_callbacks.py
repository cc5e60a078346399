"""What a receiver needs to know that a callback is genuine."""

from agents import callbacks
from agents.api import api
from agents.models import ClientQuery
from agents.models_operations import CallbackKey
from agents.parts import Parts
from oberaconnect.auth import Principal


@api.get("/callback-key", scope="agents:admin", tag="Runs")
def show_callback_key(parts: Parts, principal: Principal, query: ClientQuery) -> CallbackKey:
    """Show the key that the callbacks of a client are signed with.

    `X-Obera-Signature` is `v1=` and the HMAC-SHA256, in hexadecimal digits, of the value of `X-Obera-Timestamp`, a dot
    and the body as it arrived. The key is used as text. It changes with SECRET_KEY.
    """
    caller = principal.for_client(query.client)
    return CallbackKey(client=caller.tenant, key=callbacks.key(parts.settings, caller.tenant))
