"""Proving a backup: restored into a platform beside this one, counted, and asked what the first one was asked."""

from collections.abc import Callable

from backup import questions, restore
from backup.installation import Installation
from backup.manifest import Manifest
from backup.restore import Backup
from demo.gateway import GatewayError
from host.obstacle import Obstacle
from host.show import table

Say = Callable[[str], None]
_SHOWN_CHARACTERS = 60


def verify(installation: Installation, backup: Backup, say: Say) -> bool:
    """Whether everything is there again and the answers are those of then. Says so in a table.

    Raises:
        Obstacle: when it could not be restored; whatever was started for it is gone.
    """
    about = backup.about
    say("Starting an empty platform beside this one …")
    with installation.throwaway() as copy:
        differences = restore.restore(copy, backup, say, is_copy=True)
        answers = _ask(copy, about)
    say(_counted(about, differences))
    say("")
    if answers:
        say(table([("QUESTION", "CLIENT", "ANSWER"), *answers]))
    else:
        say("The backup holds no questions.")
    for sentence in differences:
        say(f"Different: {sentence}")
    wrong = sum(verdict == questions.DIFFERENT for _, _, verdict in answers)
    say(f"{len(answers) - wrong} of {len(answers)} answers are the same; {len(differences)} counts differ.")
    return not differences and not wrong


def _counted(about: Manifest, differences: list[str]) -> str:
    counted = {
        "rows of the platform's database": sum(about.counts.values()),
        "rows of n8n's database": sum(about.n8n.values()),
        "points of vectors": sum(about.points.values()),
        "uploaded files": about.files,
    }
    verdict = "see below" if differences else "the same"
    rows = [(name, f"{number:,}", verdict if number else "none") for name, number in counted.items()]
    return table([("WHAT", "IN THE BACKUP", "RESTORED"), *rows])


def _ask(copy: Installation, about: Manifest) -> list[tuple[str, str, str]]:
    try:
        with questions.gateway(copy) as gateway:
            answered = questions.ask(gateway, about.questions, with_answers=questions.have_answers(about.questions))
    except GatewayError as failure:
        raise Obstacle(f"The restored platform does not answer: {failure}") from None
    return [
        (question.query[:_SHOWN_CHARACTERS], question.client, verdict)
        for verdict, question in questions.compare(about.questions, answered)
    ]
