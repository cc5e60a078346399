"""Which keys a prompt announces."""

import pytest

from call_flow.validate.announced import announced

SPOKEN = {
    "For sales, press 1. For support, press 2.": "12",
    "Press 1 for sales, 2 for support, or 3 for billing.": "123",
    "For sales press one; for support press two.": "12",
    "To repeat this menu, press star. To end, press the pound key.": "*#",
    "For appointments press 1, for billing 2, for prescriptions 3.": "123",
    'To speak with somebody, press "0" now.': "0",
    "Press 1 or 2 for the office.": "12",
    "Dial zero for the operator.": "0",
    "Für den Verkauf drücken Sie die 1. Für die Technik wählen Sie bitte die Zwei.": "12",
    "Um zur Zentrale zu gelangen, bitte die Null drücken.": "0",
    "Zum Wiederholen drücken Sie die Sterntaste, sonst die Raute drücken.": "*#",
    "Pour les ventes, appuyez sur le 1. Pour le support, tapez 2 ou faites le trois.": "123",
    "Pour l'accueil, composez le zéro. Pour réécouter, appuyez sur la touche étoile.": "0*",
    "Para ventas, marque 1. Para soporte, oprima el dos. Para repetir, pulse la tecla almohadilla.": "12#",
    "Für Deutsch drücken Sie die 1. For English, press 2. En français, faites le 3. En español, pulse 4.": "1234",
}
UNSPOKEN = [
    "Welcome. We are open from 8 to 5, Monday to Friday.",
    "If this is an emergency, hang up and dial 911.",
    "Si c'est une urgence, raccrochez et composez le 15.",
    "Call 212-555-0123 or dial 212 555 0124.",
    "If you know your party's extension, dial it now, or dial extension 101.",
    "Press one of the keys on your telephone.",
    "We are at 350 Fifth Avenue, third floor.",
    "",
]


@pytest.mark.parametrize(("text", "keys"), SPOKEN.items())
def test_a_prompt_says_its_keys(text: str, keys: str) -> None:
    assert "".join(sorted(item.key for item in announced(text))) == "".join(sorted(keys))


@pytest.mark.parametrize("text", UNSPOKEN)
def test_numbers_that_are_no_keys_are_passed_over(text: str) -> None:
    assert announced(text) == ()


def test_keys_of_two_digits_are_one_key() -> None:
    assert [item.key for item in announced("For the workshop, press 12.")] == ["12"]


@pytest.mark.parametrize(
    ("text", "before"),
    [("Press 1 for sales.", True), ("For sales, press 1.", False), ("Pulse 1 para ventas.", True),
     ("Drücken Sie die 1 für den Verkauf.", True), ("Appuyez sur 1 pour les ventes.", True)],
)  # fmt: skip
def test_it_is_heard_whether_the_key_comes_before_what_it_is_for(text: str, before: bool) -> None:
    (item,) = announced(text)
    assert item.before is before
