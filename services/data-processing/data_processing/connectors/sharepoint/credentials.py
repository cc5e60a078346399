"""Whose application signs in: the client's own, or the one of the environment. The two are never mixed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from oberaconnect.problems import Unprocessable
from oberaconnect.settings import Settings

#: The secrets of a source or a client.
SECRET_NAMES = frozenset({"tenant_id", "client_id", "client_secret", "certificate"})
#: An id or a domain, as it stands in the address of the tenant.
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,253}")


@dataclass(frozen=True)
class Certificate:
    """The two parts of a PEM file: the certificate, and its private key."""

    public: str
    private_key: str


@dataclass(frozen=True)
class Credentials:
    """An application of a tenant. It signs in by its certificate, if it has one."""

    tenant: str
    application: str
    secret: str
    certificate: Certificate | None


def credentials(settings: Settings, secrets: Mapping[str, str]) -> Credentials:
    """The client's own application, else the one of the environment.

    Raises:
        Unprocessable: naming what is missing or cannot be read.
    """
    own = {name: secrets[name].strip() for name in SECRET_NAMES if secrets.get(name, "").strip()}
    if own:
        names = {name: f"the secret '{name}'" for name in SECRET_NAMES}
        return _checked(own, names)
    given = {
        "tenant_id": settings.azure_tenant_id,
        "client_id": settings.azure_client_id,
        "client_secret": settings.azure_client_secret.get_secret_value(),
        "certificate": settings.azure_client_certificate.get_secret_value(),
    }
    names = {name: f"AZURE_{name.upper()}" for name in SECRET_NAMES} | {"certificate": "AZURE_CLIENT_CERTIFICATE"}
    return _checked(given, names)


def _checked(given: Mapping[str, str], names: Mapping[str, str]) -> Credentials:
    missing = [names[name] for name in ("tenant_id", "client_id") if not given.get(name)]
    if not given.get("client_secret") and not given.get("certificate"):
        missing.append(f"{names['client_secret']} or {names['certificate']}")
    if missing:
        raise Unprocessable(f"To sign in to Microsoft 365, {' and '.join(missing)} must be set.")
    if not _TENANT.fullmatch(given["tenant_id"]):
        raise Unprocessable(f"{names['tenant_id']} must be the id or a domain of the tenant.")
    certificate = _certificate(given["certificate"], names["certificate"]) if given.get("certificate") else None
    return Credentials(given["tenant_id"], given["client_id"], given.get("client_secret", ""), certificate)


def _certificate(pem: str, name: str) -> Certificate:
    raw = pem.encode()
    try:
        public = x509.load_pem_x509_certificate(raw).public_bytes(Encoding.PEM)
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError) as error:
        raise Unprocessable(
            f"{name} must hold a certificate and its private key without a password, both as PEM."
        ) from error
    private_key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Certificate(public.decode(), private_key.decode())
