"""The bytes of a file that is attached to an item of a list."""

from typing import IO
from urllib.parse import quote

from data_processing.connectors.contract import Unfetchable, Wanted
from data_processing.connectors.sharepoint.patience import Patience, pause_asked
from data_processing.connectors.sharepoint.site import SharePoint
from oberaconnect.problems import Timeout, Unavailable

_ATTEMPTS = 4


def fetch(sharepoint: SharePoint, patience: Patience, item: Wanted, into: IO[bytes], max_bytes: int) -> None:
    """Write an attachment into `into`. Raises `Unfetchable`, and as `SharePoint.values`."""
    reference = item.reference
    name = quote(str(reference["file"]).replace("'", "''"), safe="")
    path = f"lists(guid'{reference['list']}')/items({int(reference['number'])})/AttachmentFiles('{name}')/$value"
    reason = ""
    for attempt in range(1, _ATTEMPTS + 1):
        into.seek(0)
        into.truncate()
        try:
            with sharepoint.opened(str(reference["web"]), path) as answer:
                if answer.status == 200:
                    size = 0
                    for piece in answer.pieces():
                        size += len(piece)
                        if size > max_bytes:
                            raise Unfetchable(f"The file is larger than {max_bytes // 2**20} MB (MAX_UPLOAD_MB).")
                        into.write(piece)
                    return
                reason = f"SharePoint answered with status {answer.status}"
                if answer.status == 404:
                    raise Unfetchable("The attachment is gone meanwhile.")
                if answer.status in (429, 503):
                    patience.hold(pause_asked(answer.headers))
                elif answer.status < 500:
                    raise Unfetchable(f"{reason}.")
        except (Unavailable, Timeout) as error:
            reason = error.detail
        if attempt < _ATTEMPTS:
            patience.back_off(attempt)
    raise Unfetchable(f"The attachment could not be downloaded ({reason}).")
