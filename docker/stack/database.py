"""The database of a volume that is older than this start: its password, and n8n's part in it."""

from host.obstacle import Obstacle
from stack import wait
from stack.compose import Compose
from stack.installation import Installation

#: By the container's own name, so that the password is asked for: some images trust loopback.
_TRY = 'PGPASSWORD="$POSTGRES_PASSWORD" psql -h postgres -U "$POSTGRES_USER" -d "$POSTGRES_DB" -tAc "SELECT 1"'
#: Over the socket, where only the container's own user gets in, and without a password.
_ADOPT = (
    'echo "ALTER ROLE :\\"role\\" PASSWORD :\'password\'" | '
    'PGOPTIONS="-c log_min_error_statement=panic -c log_min_duration_statement=-1" '
    'psql -q -v ON_ERROR_STOP=1 -v role="$POSTGRES_USER" -v password="$POSTGRES_PASSWORD" '
    '-U "$POSTGRES_USER" -d "$POSTGRES_DB"'
)
_N8N = "/docker-entrypoint-initdb.d/10-n8n.sh"
_SECONDS = 120


def prepare(here: Installation, compose: Compose) -> None:
    """Start PostgreSQL alone and bring its roles in line with the settings. On a new volume all is so already.

    Raises:
        Obstacle: when the volume was made with another password.
    """
    if compose.stream("up", "--detach", "--no-deps", "postgres"):
        raise Obstacle("PostgreSQL could not be started; the lines above say why. Try again: make up")
    wait.until_healthy(compose, "postgres")
    tried = _in_postgres(compose, "sh", "-c", _TRY)
    if tried[0] and "authentication failed" in tried[1]:
        raise Obstacle(
            f"The database refuses POSTGRES_PASSWORD of {here.place.env_file}: its volume was made with another one. "
            "Put the old value back; or give the database the new one: docker/stack.sh password && make up"
        )
    if tried[0]:
        raise Obstacle(f"PostgreSQL cannot be used:\n  {tried[1]}\nSee more: make logs S=postgres")
    status, said = _in_postgres(compose, "sh", _N8N)
    if status:
        raise Obstacle(f"n8n's database could not be made:\n  {said}\nSee more: make logs S=postgres")


def adopt_password(here: Installation) -> int:
    """Give the database of the running PostgreSQL the password of the settings."""
    status, said = _in_postgres(here.compose, "sh", "-c", _ADOPT)
    if status:
        raise Obstacle(f"The password could not be changed:\n  {said}\nSee more: make logs S=postgres")
    print(f"The database has POSTGRES_PASSWORD of {here.place.env_file} now. Go on: make up")
    return 0


def _in_postgres(compose: Compose, *words: str) -> tuple[int, str]:
    done = compose.run("exec", "--no-TTY", "postgres", *words, check=False, timeout=_SECONDS)
    return done.returncode, (done.stderr.strip() or done.stdout.strip())
