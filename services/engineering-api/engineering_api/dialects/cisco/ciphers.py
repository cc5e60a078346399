"""Ciphers, hashes and transform sets of Cisco's IPsec in the words of facts."""

import re

from engineering_api.facts.tunnels import Proposal

_ENCRYPTIONS = {
    "esp-3des": "3des", "esp-des": "des", "esp-null": "null", "esp-seal": "seal", "ah-des": "des",
    "esp-gcm": "aes128gcm", "esp-gmac": "aes128gmac", "esp-aes": "aes128",
}  # fmt: skip
_HASHES = {"sha": "sha1", "sha1": "sha1", "md5": "md5"}


def cipher(words: str) -> str:
    """A cipher in the words of facts: "aes 256", "aes-cbc-256", "aes256" are aes256, "aes-gcm-128" is aes128gcm."""
    word = words.strip().lower()
    found = re.match(r"(aes)[- ]?(gcm|cbc|ctr)?[- ]?(\d{3})?", word)
    if found is None:
        return word.replace(" ", "")
    return f"aes{found[3] or '128'}{'' if found[2] in (None, 'cbc') else found[2]}"


def transform(words: str) -> Proposal:
    """What a transform set accepts: "esp-aes 256 esp-sha256-hmac"."""
    made = Proposal()
    parts = words.lower().split()
    for place, word in enumerate(parts):
        bits = parts[place + 1] if place + 1 < len(parts) and parts[place + 1].isdecimal() else "128"
        if word in ("esp-aes", "esp-gcm", "esp-gmac"):
            made.encryption.append(f"aes{bits}{word[4:] if word != 'esp-aes' else ''}")
        elif found := re.fullmatch(r"(?:esp|ah)-(\w+)-hmac", word):
            made.hashes.append(hashed(found[1]))
        elif numbered := re.fullmatch(r"esp-(\d+)-aes", word):
            made.encryption.append(f"aes{numbered[1]}")
        elif word in _ENCRYPTIONS:
            made.encryption.append(_ENCRYPTIONS[word])
    return made


def hashed(word: str) -> str:
    """A hash in the words of facts: "sha" is sha1."""
    return _HASHES.get(word.lower(), word.lower())
