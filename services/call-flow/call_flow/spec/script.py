"""What is announced: the customer's own words, and ready phrases for the rest."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from call_flow.flow.values import Language, Words
from call_flow.spec.draft import Draft
from call_flow.spec.phrases import phrase, ready
from call_flow.spec.words import Misunderstood, folded

_SPEECH: TypeAdapter[str | dict[str, str]] = TypeAdapter(Words | dict[Language, Words])
_LONGEST = 4000
#: A phrase and its values.
Line = tuple[str, dict[str, str | dict[str, str]]]


class Script:
    """The prompts of a flow while it is being made."""

    def __init__(self, draft: Draft) -> None:
        """Speaks the customer's languages."""
        self._draft = draft
        self.languages: list[str] = draft.customer.plain["languages"]
        self._name = str(draft.customer.plain["name"])
        self._called = {str(piece.plain["number"]): _called(piece.plain) for piece in draft.sections["extensions"]}

    def called(self, extension: str) -> str:
        """What a menu calls an extension."""
        return self._called.get(extension) or f"extension {extension}"

    def stated(self, name: str, text: object) -> None:
        """A prompt in the customer's own words. Raises `Misunderstood`."""
        texts = self.words(text)
        prompt = self._draft.add("prompts", {"id": name, "texts": texts})
        first = next(iter(texts))
        for language in self.languages:
            if language not in texts:
                texts[language] = texts[first]
                reason = f"There is no text of '{name}' in {language}; that in {first} stands in for it."
                prompt.note(f"/texts/{language}", "assumed", reason, f"What does '{name}' say in {language}?")

    def words(self, text: object) -> dict[str, str]:
        """The customer's words by language. Raises `Misunderstood`."""
        try:
            told = _SPEECH.validate_python(text)
        except ValidationError:
            raise Misunderstood("What is said is a text of up to 4000 characters, or one for each language.") from None
        texts = {self.languages[0]: told} if isinstance(told, str) else told
        if not texts or not all(words.strip() for words in texts.values()):
            raise Misunderstood("There is nothing to say in an empty text.")
        return dict(texts)

    def made(self, name: str, lines: Sequence[Line], opening: dict[str, str] | None = None) -> None:
        """A prompt of ready phrases, after the customer's own opening words if there are any.

        Raises:
            Misunderstood: when it would be too long.
        """
        texts = {}
        for language in self.languages:
            spoken = [phrase(line, language, **_in(language, values)) for line, values in lines]
            first = (opening or {}).get(language, phrase("welcome", language, customer=self._name))
            texts[language] = " ".join([first, *spoken] if name not in ("invalid", "language") else spoken)
            if len(texts[language]) > _LONGEST:
                raise Misunderstood(
                    f"What '{name}' says would be longer than {_LONGEST} characters. Use shorter labels."
                )
        self._add(name, texts)

    def choice_of_language(self, keys: Iterable[tuple[str, str]]) -> None:
        """The prompt of a menu of languages, each spoken of in itself."""
        spoken = [
            phrase("language", language, key=key)
            if ready(language)
            else phrase("choice", "en", key=key, label=language)
            for key, language in keys
        ]
        self._add("language", {self.languages[0]: " ".join(spoken)})

    def _add(self, name: str, texts: dict[str, str]) -> None:
        if name in self._draft.ids("prompts"):
            return
        prompt = self._draft.add("prompts", {"id": name, "texts": texts})
        prompt.note("", "default", f"The text of '{name}' is a proposal.", f"Shall '{name}' say this?")
        for language in texts:
            if ready(language) is None:
                reason = f"There are no ready texts in {language}; English ones stand in for them."
                prompt.note(f"/texts/{language}", "assumed", reason, f"What shall be said in {language}?")


def names_every_key(texts: Iterable[str], keys: Iterable[str]) -> bool:
    """Whether a text speaks of each key, so that it is a menu's whole script."""
    wanted = [_spoken(key) for key in keys]
    return all(
        any(f" {way} " in f" {''.join(c if c.isalnum() or c in '*#' else ' ' for c in folded(text))} " for way in ways)
        for text in texts
        for ways in wanted
    )


_SPOKEN = {
    "0": "zero null zéro cero zero nul", "1": "one eins un uno uno een um", "2": "two zwei deux dos due twee dois",
    "3": "three drei trois tres tre drie três", "4": "four vier quatre cuatro quattro vier quatro",
    "5": "five fünf cinq cinco cinque vijf cinco", "6": "six sechs six seis sei zes seis",
    "7": "seven sieben sept siete sette zeven sete", "8": "eight acht huit ocho otto acht oito",
    "9": "nine neun neuf nueve nove negen nove", "*": "star stern sterntaste étoile asterisco sterretje",
    "#": "pound hash raute rautetaste dièse almohadilla cancelletto hekje cardinal",
}  # fmt: skip


def _in(language: str, values: dict[str, str | dict[str, str]]) -> dict[str, str]:
    """The values of a phrase in a language; in the first language where there are none in it."""
    return {
        name: value if isinstance(value, str) else value.get(language, next(iter(value.values())))
        for name, value in values.items()
    }


def _spoken(key: str) -> list[str]:
    return [key, *_SPOKEN.get(key, "").split()]


def _called(plain: dict[str, Any]) -> str:
    return plain.get("display") or " ".join(plain[part] for part in ("first", "last") if plain.get(part))
