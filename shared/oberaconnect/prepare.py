"""Before a service starts: are the settings sound, does the database have the tables and the keys? One-shot process."""

import logging
import sys
import time

from oberaconnect import settings, telemetry
from oberaconnect.auth import register_keys
from oberaconnect.db import MigrationError, as_owner, migrate
from oberaconnect.problems import Unavailable

#: The database may be starting at the same moment.
_WAIT_SECONDS = 60.0


def main(package: str) -> int:
    """Check the settings and migrate. Exit status: 0 done, 78 wrong configuration, 75 try again later."""
    try:
        loaded = settings.load()
    except settings.SettingsError as error:
        print(f"The settings are not valid.\n{error}", file=sys.stderr)  # noqa: T201
        return 78
    telemetry.configure(package, loaded.log_level)
    log = logging.getLogger("oberaconnect.prepare")
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            for name in migrate(loaded, package):
                log.info("migrated", extra={"migration": name})
            with as_owner(loaded) as connection:
                for name in register_keys(connection, loaded):
                    log.info("key registered", extra={"key": name})
        except MigrationError as error:
            log.error("cannot migrate", extra={"reason": str(error)})
            return 78
        except Unavailable as error:
            if time.monotonic() > deadline:
                log.error("no database", extra={"reason": error.detail})
                return 75
            time.sleep(0.5)
            continue
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
