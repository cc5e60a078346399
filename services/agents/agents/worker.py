"""The worker process: runs, callbacks, what MCP servers are asked, schedules, and what time does to them."""

from agents import callbacks, ending
from agents.control import Control
from agents.housekeeping import Housekeeping
from agents.loop.activation import Means
from agents.loop.running import Running
from agents.pool import Pool, Testing
from agents.scheduling import Scheduler
from agents.store import runs
from agents.tools.catalogue import platform_tools
from oberaconnect import llm, settings, telemetry, worker
from oberaconnect.db import Database
from oberaconnect.jobs import Queue

#: Of all runs and everything beside them; each transaction takes milliseconds.
_CONNECTIONS = 12


def main() -> None:
    """Work until SIGTERM."""
    loaded = settings.load()
    telemetry.configure("agents-worker", loaded.log_level)
    database = Database(loaded, "agents", max_connections=_CONNECTIONS)
    models = llm.Models(loaded)
    pool = Pool(loaded, database)
    control = Control(database)
    housekeeping = Housekeeping(loaded, database, Scheduler(loaded, database, models))
    queue = Queue(database, gave_up=ending.gave_up(loaded))
    means = Means(loaded, database, models, platform_tools(loaded), pool, control)
    handlers: dict[str, worker.Handler] = {
        runs.KIND: Running(means, queue),
        callbacks.KIND: callbacks.Delivering(loaded, database),
        **Testing(pool, database).handlers,
    }
    models.load()
    pool.start()
    control.start()
    housekeeping.start()
    try:
        worker.run(queue, handlers, concurrency=loaded.agents_concurrency)
    finally:
        housekeeping.close()
        control.close()
        pool.close()
        models.close()
        database.close()


if __name__ == "__main__":
    main()
