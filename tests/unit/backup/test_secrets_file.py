"""The secrets that belong to the data: with the backup, and back into the settings file."""

from pathlib import Path

import pytest

from backup import secrets_file
from host.obstacle import Obstacle


def test_only_what_belongs_to_the_data_goes_with_it() -> None:
    values = {"SECRET_KEY": "abc", "POSTGRES_PASSWORD": "def", "N8N_ENCRYPTION_KEY": "ghi"}
    assert secrets_file.text(values, with_n8n=True) == b"SECRET_KEY=abc\nN8N_ENCRYPTION_KEY=ghi\n"
    assert secrets_file.text(values, with_n8n=False) == b"SECRET_KEY=abc\n"


def test_an_n8n_that_is_not_restored_keeps_its_key(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("SECRET_KEY=new\nN8N_ENCRYPTION_KEY=here\n")
    secrets_file.put(env_file, {"SECRET_KEY": "old", "N8N_ENCRYPTION_KEY": "there"}, with_n8n=False)
    assert env_file.read_text() == "SECRET_KEY=old\nN8N_ENCRYPTION_KEY=here\n"


def test_the_backup_s_secrets_replace_those_here_and_the_old_file_is_kept(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("# Bob's notes\nSECRET_KEY=new\nPOSTGRES_PASSWORD=stays\n")
    copy = secrets_file.put(env_file, {"SECRET_KEY": "old", "N8N_ENCRYPTION_KEY": "key"}, with_n8n=True)
    assert copy is not None
    assert copy.read_text() == "# Bob's notes\nSECRET_KEY=new\nPOSTGRES_PASSWORD=stays\n"
    assert copy.stat().st_mode & 0o777 == 0o600
    lines = env_file.read_text().splitlines()
    assert {"# Bob's notes", "SECRET_KEY=old", "POSTGRES_PASSWORD=stays", "N8N_ENCRYPTION_KEY=key"} <= set(lines)


def test_the_second_restore_does_not_write_over_the_copy_of_the_first(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("SECRET_KEY=new\n")
    secrets_file.put(env_file, {"SECRET_KEY": "old"}, with_n8n=True)
    assert secrets_file.put(env_file, {"SECRET_KEY": "old"}, with_n8n=True) is None
    assert (tmp_path / ".env.before-restore").read_text() == "SECRET_KEY=new\n"


def test_a_password_of_bob_s_own_choice_survives(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.touch()
    chosen = {"N8N_BASIC_AUTH_PASSWORD": "two words # and $igns"}
    secrets_file.put(env_file, secrets_file.parse(secrets_file.text(chosen, with_n8n=True)), with_n8n=True)
    assert env_file.read_text().strip() == "N8N_BASIC_AUTH_PASSWORD='two words # and $igns'"
    assert secrets_file.put(env_file, chosen, with_n8n=True) is None


@pytest.mark.parametrize("line", ["PATH=/tmp/evil", "SECRET_KEY=", "SECRET_KEY", "SECRET_KEY=x\0y", "#SECRET_KEY=x"])
def test_lines_that_no_backup_holds_never_reach_the_settings(line: str) -> None:
    with pytest.raises(Obstacle, match="secrets cannot be read"):
        secrets_file.parse(f"SECRET_KEY=abc\n{line}\n".encode())
