"""The tree of a config.gateway.json, in which a UniFi controller keeps what its gateways have of EdgeOS besides.

"Advanced Configuration using JSON" of Ubiquiti's help has the format: the blocks of config.boot as objects, a value
that is nothing as "''" or "", several values as an array. The tree is that of the same blocks in braces.
"""

from collections.abc import Sequence

from engineering_api.reading import json_tree
from engineering_api.reading.tree import Node

_NOTHING = ("", "''", '""', None)


def tree(texts: Sequence[str]) -> list[Node]:
    """The nodes of the outermost level: "firewall", "service", …"""
    made: list[Node] = []
    waiting = [(node, made) for node in reversed(json_tree.tree(texts))]
    while waiting:
        node, into = waiting.pop()
        name = json_tree.key_of(node)
        if json_tree.is_object(node) or json_tree.is_array(node):
            if name:
                block = Node(_word(name), node.first, node.last)
                into.append(block)
                into = block.children
            waiting.extend((child, into) for child in reversed(node.children))
        elif json_tree.is_scalar(node):
            value = json_tree.value_of(node)
            words = [name] if name else []
            words += [] if value in _NOTHING else [_word(_text(value))]
            if words:
                into.append(Node(" ".join(words), node.first, node.last))
        else:
            into.append(node)
    return made


def _text(value: json_tree.Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _word(text: str) -> str:
    """A value as one word, as config.boot would have it."""
    plain = text.strip("'") if len(text) > 1 and text[0] == text[-1] == "'" else text
    return f'"{plain}"' if any(letter.isspace() for letter in plain) or not plain else plain
