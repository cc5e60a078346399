"""What two clients have written down: acme (Alice and Bob) and globex (Charlie)."""

from typing import Any

from tests.rag import Rag, document

GUEST_PASSWORD = "Tide-Marble-48"
GATE_CODE = "7719#"

ACME: list[dict[str, Any]] = [
    document(
        "wifi",
        f"Guest Wi-Fi\n\nThe passphrase of ACM-Guest is `{GUEST_PASSWORD}`. It is printed on the cards in the lobby.",
        "Access points\n\nName | Room | Channel\nACM-AP01 | lobby | 36\nACM-AP02 | workshop | 52",
    ),
    document(
        "vlans",
        "VLAN | Name | Subnet\n20 | Staff | 10.21.20.0/24\n30 | Voice | 10.21.30.0/24\n90 | Guest | 10.21.90.0/24",
        "Card terminals must never reach another VLAN. Test with a laptop on port 47 after every firewall change.",
    ),
    document(
        "backup", "The backup runs daily at 22:00 to ACM-NAS01. Restore tests took 1 hour 42 minutes in September."
    ),
    document("contacts", "Maya Lindqvist approves changes. Her extension is 210."),
]
GLOBEX: list[dict[str, Any]] = [
    document("gate", f"The gatehouse door code is {GATE_CODE}. It changes on the first day of each quarter."),
    document("wireless", "Visitors get a Wi-Fi voucher at the gatehouse. The staff Wi-Fi password is in the vault."),
    document("phones", "The phone system has the address 172.20.30.5. Faults go to Northline Telecom."),
]


def fill(rag: Rag) -> None:
    """Index it all."""
    for who, documents in (("alice", ACME), ("charlie", GLOBEX)):
        answer = rag.index(*documents, who=who)
        assert answer.status_code == 200, answer.text
