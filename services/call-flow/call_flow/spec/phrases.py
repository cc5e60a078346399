"""What callers hear, in seven languages."""

import re
from collections.abc import Mapping

READY = ("en", "de", "fr", "es", "it", "nl", "pt")

PHRASES: Mapping[str, Mapping[str, str]] = {
    "welcome": {
        "en": "Thank you for calling {customer}.",
        "de": "Vielen Dank für Ihren Anruf bei {customer}.",
        "fr": "Merci d'avoir appelé {customer}.",
        "es": "Gracias por llamar a {customer}.",
        "it": "Grazie per aver chiamato {customer}.",
        "nl": "Bedankt voor uw telefoontje naar {customer}.",
        "pt": "Obrigado por ligar para {customer}.",
    },
    "dial": {
        "en": "If you know your party's extension, you may dial it now.",
        "de": "Wenn Sie die Durchwahl kennen, wählen Sie sie jetzt.",
        "fr": "Si vous connaissez le numéro de poste, composez-le maintenant.",
        "es": "Si conoce la extensión, márquela ahora.",
        "it": "Se conosce il numero interno, lo componga ora.",
        "nl": "Als u het toestelnummer weet, kunt u het nu kiezen.",
        "pt": "Se souber o número da extensão, marque-o agora.",
    },
    "choice": {
        "en": "For {label}, press {key}.",
        "de": "Für {label} drücken Sie die {key}.",
        "fr": "Pour {label}, appuyez sur {key}.",
        "es": "Para {label}, pulse {key}.",
        "it": "Per {label}, prema {key}.",
        "nl": "Voor {label}, toets {key}.",
        "pt": "Para {label}, prima {key}.",
    },
    "message": {
        "en": "To leave a message, press {key}.",
        "de": "Um eine Nachricht zu hinterlassen, drücken Sie die {key}.",
        "fr": "Pour laisser un message, appuyez sur {key}.",
        "es": "Para dejar un mensaje, pulse {key}.",
        "it": "Per lasciare un messaggio, prema {key}.",
        "nl": "Om een bericht achter te laten, toets {key}.",
        "pt": "Para deixar uma mensagem, prima {key}.",
    },
    "names": {
        "en": "To find somebody by name, press {key}.",
        "de": "Um jemanden nach Namen zu suchen, drücken Sie die {key}.",
        "fr": "Pour trouver quelqu'un par son nom, appuyez sur {key}.",
        "es": "Para buscar a alguien por su nombre, pulse {key}.",
        "it": "Per cercare una persona per nome, prema {key}.",
        "nl": "Om iemand op naam te zoeken, toets {key}.",
        "pt": "Para procurar alguém pelo nome, prima {key}.",
    },
    "information": {
        "en": "For more information, press {key}.",
        "de": "Für weitere Informationen drücken Sie die {key}.",
        "fr": "Pour plus d'informations, appuyez sur {key}.",
        "es": "Para más información, pulse {key}.",
        "it": "Per maggiori informazioni, prema {key}.",
        "nl": "Voor meer informatie, toets {key}.",
        "pt": "Para mais informações, prima {key}.",
    },
    "repeat": {
        "en": "To hear this again, press {key}.",
        "de": "Um dies noch einmal zu hören, drücken Sie die {key}.",
        "fr": "Pour réécouter ce message, appuyez sur {key}.",
        "es": "Para escuchar de nuevo, pulse {key}.",
        "it": "Per riascoltare, prema {key}.",
        "nl": "Om dit opnieuw te horen, toets {key}.",
        "pt": "Para ouvir novamente, prima {key}.",
    },
    "operator": {
        "en": "For the front desk, press {key} or stay on the line.",
        "de": "Für die Zentrale drücken Sie die {key} oder bleiben Sie am Apparat.",
        "fr": "Pour l'accueil, appuyez sur {key} ou restez en ligne.",
        "es": "Para la recepción, pulse {key} o permanezca en línea.",
        "it": "Per la reception, prema {key} o resti in linea.",
        "nl": "Voor de receptie, toets {key} of blijf aan de lijn.",
        "pt": "Para a receção, prima {key} ou aguarde em linha.",
    },
    "goodbye": {
        "en": "To end the call, press {key}.",
        "de": "Um das Gespräch zu beenden, drücken Sie die {key}.",
        "fr": "Pour mettre fin à l'appel, appuyez sur {key}.",
        "es": "Para terminar la llamada, pulse {key}.",
        "it": "Per terminare la chiamata, prema {key}.",
        "nl": "Om het gesprek te beëindigen, toets {key}.",
        "pt": "Para terminar a chamada, prima {key}.",
    },
    "invalid": {
        "en": "Sorry, that is not one of the choices.",
        "de": "Diese Auswahl gibt es leider nicht.",
        "fr": "Désolé, ce choix n'existe pas.",
        "es": "Lo sentimos, esa opción no existe.",
        "it": "Spiacenti, la scelta non è valida.",
        "nl": "Sorry, deze keuze bestaat niet.",
        "pt": "Lamentamos, essa opção não existe.",
    },
    "closed": {
        "en": "We are closed at the moment.",
        "de": "Wir haben im Augenblick geschlossen.",
        "fr": "Nos bureaux sont actuellement fermés.",
        "es": "En este momento estamos cerrados.",
        "it": "In questo momento siamo chiusi.",
        "nl": "Wij zijn op dit moment gesloten.",
        "pt": "Neste momento estamos encerrados.",
    },
    "holiday": {
        "en": "We are closed for the holiday.",
        "de": "Wir haben wegen des Feiertags geschlossen.",
        "fr": "Nos bureaux sont fermés en raison du jour férié.",
        "es": "Estamos cerrados por día festivo.",
        "it": "Siamo chiusi per festività.",
        "nl": "Wij zijn gesloten vanwege de feestdag.",
        "pt": "Estamos encerrados devido ao feriado.",
    },
    "leave": {
        "en": "Please leave a message after the tone, and we will call you back.",
        "de": "Bitte hinterlassen Sie nach dem Ton eine Nachricht, wir rufen Sie zurück.",
        "fr": "Veuillez laisser un message après le signal sonore, nous vous rappellerons.",
        "es": "Deje un mensaje después de la señal y le devolveremos la llamada.",
        "it": "Lasci un messaggio dopo il segnale acustico, la richiameremo.",
        "nl": "Spreek na de toon een bericht in, dan bellen wij u terug.",
        "pt": "Deixe uma mensagem após o sinal e ligaremos de volta.",
    },
    "again": {
        "en": "Please call again during our opening hours.",
        "de": "Bitte rufen Sie während unserer Öffnungszeiten wieder an.",
        "fr": "Merci de rappeler pendant nos heures d'ouverture.",
        "es": "Llame de nuevo en nuestro horario de atención.",
        "it": "La preghiamo di richiamare durante l'orario di apertura.",
        "nl": "Bel ons terug tijdens onze openingstijden.",
        "pt": "Ligue novamente durante o nosso horário.",
    },
    "language": {
        "en": "For English, press {key}.",
        "de": "Für Deutsch drücken Sie die {key}.",
        "fr": "Pour le français, appuyez sur {key}.",
        "es": "Para español, pulse {key}.",
        "it": "Per l'italiano, prema {key}.",
        "nl": "Voor Nederlands, toets {key}.",
        "pt": "Para português, prima {key}.",
    },
}
_STAR = {"en": "star", "de": "Sterntaste", "fr": "étoile", "es": "asterisco", "it": "asterisco", "nl": "sterretje",
         "pt": "asterisco"}  # fmt: skip
_POUND = {"en": "hash", "de": "Rautetaste", "fr": "dièse", "es": "almohadilla", "it": "cancelletto", "nl": "hekje",
          "pt": "cardinal"}  # fmt: skip


def ready(language: str) -> str | None:
    """The language whose texts are spoken for one as `de-AT`; None if there are none."""
    plain = language.split("-", maxsplit=1)[0]
    return plain if plain in READY else None


def phrase(name: str, language: str, **values: str) -> str:
    """A phrase in a language; in English when there is none in it. `key` is a menu's key."""
    spoken = ready(language) or "en"
    if "key" in values:
        star, pound = _STAR[spoken], "pound" if language == "en-US" else _POUND[spoken]
        values["key"] = " ".join({"*": star, "#": pound}.get(sign, sign) for sign in values["key"])
    return re.sub(r"{(\w+)}", lambda match: values[match[1]], PHRASES[name][spoken])
