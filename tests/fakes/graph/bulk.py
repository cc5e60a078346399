"""Many files at once, for benches and long runs."""

import random

from tests.fakes.graph.change import Changes
from tests.fakes.graph.state import Drive, Item

_WORDS = (
    "access account alarm archive backup branch budget cable change client cloud contract customer device disk "
    "document domain drive email engineer error event file firewall folder guide house incident invoice key leave "
    "letter licence limit line list machine mail manager message monitor network note number office order owner "
    "page partner password plan policy power printer process project record remote repair report request restart "
    "result review role room router rule safety scanner schedule server service session setting site software "
    "storage supplier support switch system table task team ticket time tool training update user vendor visit "
    "warning week"
)
_FILES_A_FOLDER = 100


def text(number: int, seed: int = 0) -> str:
    """What file `number` says: always the same, and with a word in it that no other file has."""
    dice, vocabulary = random.Random(f"{seed}/{number}"), _WORDS.split()
    sentences = [" ".join(dice.choices(vocabulary, k=12)).capitalize() + "." for _ in range(10)]
    return f"Note {number} about subject-{number}.\n\n" + " ".join(sentences) + "\n"


def grow(world: Changes, files: int, *, within: Drive | None = None, seed: int = 0) -> list[Item]:
    """Add so many text files, a hundred to a folder."""
    return [
        world.add_file(f"Folder {number // _FILES_A_FOLDER}/note {number}.txt", text(number, seed), within=within)
        for number in range(files)
    ]


def churn(world: Changes, *, write: int = 0, delete: int = 0, add: int = 0, seed: int = 0) -> None:
    """Change the library: rewrite and delete files that dice choose, and add new ones."""
    with world.lock:
        living = [item for item in world.drive.root.below() if item.content is not None]
        chosen = random.Random(seed).sample(living, min(write + delete, len(living)))
        for item in chosen[:write]:
            world.write(item, f"{item.text}Changed at {world.history}.\n")
        for item in chosen[write:]:
            world.delete(item)
        for _ in range(add):
            number = world.history
            world.add_file(f"Added/note {number}.txt", text(number, seed))
