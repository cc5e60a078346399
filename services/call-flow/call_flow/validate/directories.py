"""Rules about finding people by their names."""

from collections.abc import Iterator

from call_flow.flow.graph import Vertex
from call_flow.validate.context import Context
from call_flow.validate.rule import Found, Subject

DIRECTORIES = Subject()


@DIRECTORIES.rule(
    "directory.nobody", "error",
    title="A directory that knows nobody",
    why="Whatever name a caller spells, nobody is found.",
    fix="Give the extensions names and let them stand in the directory, or lead elsewhere.",
)  # fmt: skip
def directory_nobody(context: Context) -> Iterator[Found]:
    """A directory without extensions."""
    for position, node in enumerate(context.flow.nodes):
        if node.kind == "directory" and not context.graph.listed(node):
            yield Found(f"/nodes/{position}", f"{context.name(node.id)} knows nobody.")


@DIRECTORIES.rule(
    "directory.unspellable", "warning",
    title="A name that cannot be spelled with the keys",
    why="Keys have the letters A to Z; callers cannot find this person.",
    fix="Write the name in Latin letters in first and last, and as it is in display.",
)  # fmt: skip
def directory_unspellable(context: Context) -> Iterator[Found]:
    """Somebody in a directory has hardly a letter that keys have in the name it searches by."""
    for node in context.flow.nodes:
        if node.kind != "directory":
            continue
        for extension in context.graph.listed(node):
            names = {"last": [extension.last], "first": [extension.first], "both": [extension.last, extension.first]}
            if not any(sum(sign.isascii() and sign.isalpha() for sign in part or "") >= 2 for part in names[node.by]):
                message = f"{context.of(extension)} cannot be found by {node.by} name in {context.name(node.id)}."
                yield Found(context.places[Vertex("extension", extension.number)], message)


@DIRECTORIES.rule(
    "directory.same-name", "info",
    title="Two extensions of the same name",
    why="Callers who spell the name do not know whom they reach.",
    fix="Add a department or an initial to one of them.",
)  # fmt: skip
def same_name(context: Context) -> Iterator[Found]:
    """Two extensions that are in the directory have the same name."""
    seen: dict[str, str] = {}
    for position, extension in enumerate(context.flow.extensions):
        if extension.in_directory and extension.name != extension.number:
            first = seen.setdefault(" ".join(extension.name.split()).casefold(), extension.number)
            if first != extension.number:
                message = f"{context.of(extension)} has the same name as extension {first}."
                yield Found(f"/extensions/{position}", message)
