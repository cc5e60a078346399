"""Every setting of the platform, read once from the environment into one frozen object.

A missing secret, an unknown value or a malformed number stops the process with a sentence that names the variable.
`NAME_FILE` may hold the path of a file with the value wherever `NAME` is read (container secrets).
"""

import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator


class SettingsError(Exception):
    """The environment does not describe a platform that can start."""


#: An API key: its public id, and its secret of 256 bits.
API_KEY = re.compile(r"^msp_([0-9a-f]{12})_([A-Za-z0-9_-]{43})\Z")
#: As `auth.TENANT`, which is built on this module.
_CLIENT = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}\Z")
Network = IPv4Network | IPv6Network
#: A model and who brings it. Names of models have slashes and colons of their own.
_MODEL_NAME = re.compile(r"^(anthropic|ollama|openai)/[^\s,/][^\s,]*\Z")
#: What people leave standing where a secret belongs.
_PLACEHOLDERS = ("changeme", "change-me", "change_me", "password", "example")


def _absolute_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("must be an address that starts with http:// or https:// and names a host")
    return value.rstrip("/")


def _strong(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if len(secret) < 16 or len(set(secret)) < 6 or any(word in secret.lower() for word in _PLACEHOLDERS):
        raise ValueError("is too weak: at least 16 random characters; 'make setup' writes strong ones into .env")
    return value


def _api_key(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and not API_KEY.match(value.get_secret_value()):
        raise ValueError("is not an API key (msp_…); 'make setup' writes one into .env where it is missing")
    return value


def _client_networks(value: str) -> str:
    client_networks(value)
    return value


def _model_names(value: str) -> str:
    for item in filter(None, (part.strip() for part in value.split(","))):
        if not _MODEL_NAME.match(item):
            raise ValueError(
                f"must list models as provider/model, separated by commas; '{item[:100]}' is none: the provider is "
                "anthropic, ollama or openai, such as in ollama/llama3.2"
            )
    return value


Url = Annotated[str, AfterValidator(_absolute_url)]
Secret = Annotated[SecretStr, AfterValidator(_strong)]
ApiKey = Annotated[SecretStr, AfterValidator(_api_key)]
ClientNetworks = Annotated[str, AfterValidator(_client_networks)]
ModelNames = Annotated[str, AfterValidator(_model_names)]
Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseModel):
    """The platform's settings. The variable is the field's name in capitals; .env.example says each in a sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    # Access
    auth: Literal["open", "required"] = "open"
    gateway_bind: str = "127.0.0.1"
    gateway_port: Port = 8080
    secret_key: Secret
    n8n_gateway_key: ApiKey = SecretStr("")
    webui_gateway_key: ApiKey = SecretStr("")
    azure_tenant_id: str = ""
    azure_client_id: str = ""
    azure_client_secret: SecretStr = SecretStr("")
    azure_client_certificate: SecretStr = SecretStr("")
    azure_authority: Url = "https://login.microsoftonline.com"
    graph_url: Url = "https://graph.microsoft.com"
    sharepoint_site: str = ""
    sharepoint_drive: str = ""

    # Stores
    database_url: SecretStr = SecretStr("")
    postgres_host: str = "127.0.0.1"
    postgres_port: Port = 5432
    postgres_user: str = "obera"
    postgres_password: SecretStr = SecretStr("")
    postgres_db: str = "oberaconnect"
    qdrant_url: Url = ""
    qdrant_api_key: SecretStr = SecretStr("")
    data_dir: Path = Path("var/data")
    inbox_dir: Path = Path("var/inbox")

    # Where the services find each other
    gateway_url: Url = ""
    public_url: Url = ""
    data_url: Url = "http://127.0.0.1:8081"
    rag_url: Url = "http://127.0.0.1:8082"
    engineering_url: Url = "http://127.0.0.1:8083"
    callflow_url: Url = "http://127.0.0.1:8084"
    agents_url: Url = "http://127.0.0.1:8085"
    ollama_url: Url = ""
    n8n_url: Url = ""
    open_webui_url: Url = ""
    nginx_ssl_url: Url = ""
    scan_url: Url = ""
    scan_token: SecretStr = SecretStr("")
    # Where browsers on this machine find those that have a door of their own
    n8n_port: Port = 5678
    open_webui_port: Port = 3000
    https_port: Port = 443

    # Models
    llm_provider: Literal["", "none", "anthropic", "ollama", "openai"] = ""
    llm_model: str = ""
    llm_base_url: Url = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_timeout_seconds: float = Field(default=60.0, gt=0, le=600)
    llm_context_tokens: int = Field(default=16_384, ge=2_048, le=1_000_000)
    anthropic_api_key: SecretStr = SecretStr("")
    llm_fallback: ModelNames = ""
    llm_models: ModelNames = ""
    llm_input_price: float = Field(default=0.0, ge=0, le=10_000)
    llm_output_price: float = Field(default=0.0, ge=0, le=10_000)
    embed_provider: Literal["builtin", "ollama", "openai"] = "builtin"
    embed_model: str = ""
    embed_base_url: Url = ""
    embed_api_key: SecretStr = SecretStr("")

    # Documents
    chunk_tokens: int = Field(default=200, ge=40, le=230)
    fetch_workers: int = Field(default=8, ge=1, le=64)
    parse_workers: int = Field(default=2, ge=1, le=64)
    parse_timeout_seconds: float = Field(default=120.0, gt=0, le=3600)
    parse_memory_mb: int = Field(default=1536, ge=256, le=65_536)
    max_upload_mb: int = Field(default=100, ge=1, le=2048)
    max_queued_jobs: int = Field(default=1000, ge=1)
    ingest_allowed_hosts: str = ""

    # Telephone systems
    asterisk_dir: Path = Path("var/asterisk")

    # Configurations of devices
    config_originals: Literal["drop", "encrypt"] = "drop"

    # Agents
    agents_threads: int = Field(default=128, ge=2, le=512)
    agents_concurrency: int = Field(default=32, ge=1, le=256)
    agents_daily_tokens: int = Field(default=0, ge=0)
    agents_daily_cost: float = Field(default=0.0, ge=0)
    approval_hours: float = Field(default=72.0, gt=0, le=24 * 90)
    mcp_commands: str = ""
    scan_client_cidrs: ClientNetworks = ""
    n8n_webhook_key: SecretStr = SecretStr("")
    webui_secret_key: SecretStr = SecretStr("")

    # Processes
    threads: int = Field(default=16, ge=2, le=128)
    web_concurrency: int = Field(default=1, ge=1, le=64)
    worker_concurrency: int = Field(default=2, ge=1, le=64)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def is_open(self) -> bool:
        """Whether requests need no credential."""
        return self.auth == "open"

    @property
    def llm(self) -> str:
        """The language model provider in force: what was chosen, else Anthropic when there is a key, else none."""
        if self.llm_provider:
            return self.llm_provider
        return "anthropic" if self.anthropic_api_key.get_secret_value() else "none"

    @property
    def allowed_hosts(self) -> list[str]:
        """Hosts of the intranet that sources and webhooks may reach although their addresses are private."""
        return [host.strip().lower() for host in self.ingest_allowed_hosts.split(",") if host.strip()]

    @property
    def owner_dsn(self) -> str:
        """The connection address of the role that owns the schemas (migrations only)."""
        given = self.database_url.get_secret_value()
        if given:
            return given
        password = quote(self.postgres_password.get_secret_value(), safe="")
        user = quote(self.postgres_user, safe="")
        return f"postgresql://{user}:{password}@{self.postgres_host}:{self.postgres_port}/{self.postgres_db}"

    @model_validator(mode="after")
    def _open_mode_stays_on_this_machine(self) -> Self:
        # The two only move together: an open platform on any other address would give it to the network.
        if self.is_open and not is_loopback(self.gateway_bind):
            raise ValueError(
                f"GATEWAY_BIND={self.gateway_bind} with AUTH=open would give everybody on the network full access. "
                "Set AUTH=required and make a key with 'make key', or set GATEWAY_BIND=127.0.0.1."
            )
        return self

    @model_validator(mode="after")
    def _changes_are_told_over_tls(self) -> Self:
        parts = urlsplit(self.public_url)
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            raise ValueError("PUBLIC_URL must begin with https://: Microsoft 365 tells of changes over nothing else.")
        return self

    @model_validator(mode="after")
    def _database_can_be_reached(self) -> Self:
        if not self.database_url.get_secret_value() and not self.postgres_password.get_secret_value():
            raise ValueError("POSTGRES_PASSWORD is missing. 'make setup' writes a strong one into .env.")
        return self

    @model_validator(mode="after")
    def _model_can_be_asked(self) -> Self:
        key = self.anthropic_api_key.get_secret_value() or self.llm_api_key.get_secret_value()
        if self.llm == "anthropic" and not key:
            raise ValueError("ANTHROPIC_API_KEY is missing, which LLM_PROVIDER=anthropic needs.")
        if self.llm == "openai" and not self.llm_model:
            raise ValueError(
                "LLM_MODEL is missing, which LLM_PROVIDER=openai needs: every server has models of its own."
            )
        return self

    @model_validator(mode="after")
    def _further_models_can_be_asked(self) -> Self:
        if self.llm == "none" and self.llm_fallback:
            raise ValueError(
                "LLM_FALLBACK names models behind the platform's own, but there is none: set LLM_PROVIDER (or "
                "ANTHROPIC_API_KEY), or name them in LLM_MODELS."
            )
        anthropic_key = bool(self.anthropic_api_key.get_secret_value())
        # With LLM_PROVIDER=anthropic and no ANTHROPIC_API_KEY it is Anthropic's, which nobody else may see.
        openai_key = bool(self.llm_api_key.get_secret_value()) and (self.llm != "anthropic" or anthropic_key)
        for variable, listed in (("LLM_FALLBACK", self.llm_fallback), ("LLM_MODELS", self.llm_models)):
            providers = {item.strip().partition("/")[0] for item in listed.split(",")} - {self.llm}
            if "anthropic" in providers and not anthropic_key:
                raise ValueError(f"ANTHROPIC_API_KEY is missing, which the models of Anthropic in {variable} need.")
            if "openai" in providers and not openai_key:
                raise ValueError(
                    f"LLM_API_KEY is missing, which the models of OpenAI in {variable} need"
                    + (": Anthropic's key belongs in ANTHROPIC_API_KEY then." if self.llm == "anthropic" else ".")
                )
        return self


def client_networks(text: str) -> dict[str, list[Network]]:
    """The networks of each client in `acme=10.1.0.0/16 10.2.0.0/24; globex=…`, as SCAN_CLIENT_CIDRS has them.

    Raises:
        ValueError: saying which part is not understood.
    """
    found: dict[str, list[Network]] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        client, _, networks = part.partition("=")
        client, words = client.strip(), networks.replace(",", " ").split()
        if not words or not _CLIENT.match(client):
            raise ValueError(f"has '{part}', and must be like acme=10.1.0.0/16 10.2.0.0/24; globex=10.9.0.0/16")
        if client in found:
            raise ValueError(f"names the client '{client}' twice; write all its networks after one '='")
        found[client] = [_network(word) for word in words]
    return found


def _network(word: str) -> Network:
    try:
        network = ip_network(word, strict=False)
    except ValueError:
        raise ValueError(f"has '{word}', which is no network such as 10.1.0.0/16 or 2001:db8::/64") from None
    if network.network_address != ip_address(word.partition("/")[0]):
        raise ValueError(f"has '{word}', which names a machine within a network; write {network}")
    return network


def is_loopback(address: str) -> bool:
    """Whether a bind address can only be reached from this machine."""
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from an environment.

    Raises:
        SettingsError: with one sentence for each variable that is missing or malformed.
    """
    values: dict[str, str] = {}
    for field in Settings.model_fields:
        name = field.upper()
        if path := environ.get(f"{name}_FILE"):
            try:
                values[field] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
                raise SettingsError(f"{name}_FILE={path} cannot be read: {reason}.") from error
        elif environ.get(name):  # an empty variable means: not set
            values[field] = environ[name]
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(item) for item in error.errors(include_url=False))) from None


def _sentence(error: object) -> str:
    item = dict(error) if isinstance(error, Mapping) else {}
    message = str(item.get("msg", "is not valid")).removeprefix("Value error, ").removeprefix("Input ")
    location = item.get("loc") or ()
    if not location:
        return message
    name = str(location[0]).upper()
    if item.get("type") == "missing":
        return f"{name} is missing. 'make setup' writes it into .env."
    return f"{name} {message[0].lower()}{message[1:]}."
