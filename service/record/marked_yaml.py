"""YAML whose every part knows its line, so that a fault can be shown where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.record.errors import InvalidFields

if TYPE_CHECKING:
    from yaml.nodes import Node

_MOST_CHARACTERS = 1_000_000
_MOST_LEVELS = 6


@dataclass(frozen=True, slots=True)
class Marked:
    """A part of a YAML file: a scalar, a list of parts or parts by key, and its line from 1."""

    value: Any
    line: int


def read_marked(text: str, name: str) -> Marked:
    """The one document in a text.

    Args:
        name: of the file, for errors.

    Raises:
        InvalidFields: it is no YAML, has a key twice, or is too large or too deep.
    """
    import yaml

    if len(text) > _MOST_CHARACTERS:
        raise InvalidFields(f"{name} is larger than a file of fields should be; make it smaller.")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return _marked(node, name, 0) if node is not None else Marked({}, 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}: " if mark else ""
        raise InvalidFields(f"{name}, {place}this is no YAML; {error.problem}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidFields(f"{name} is no YAML; {error}.") from error


def _marked(node: Node, name: str, level: int) -> Marked:
    import yaml

    line = node.start_mark.line + 1
    if level > _MOST_LEVELS:
        raise InvalidFields(f"{name}, line {line}: this is nested too deep.")
    if isinstance(node, yaml.SequenceNode):
        return Marked([_marked(each, name, level + 1) for each in node.value], line)
    if not isinstance(node, yaml.MappingNode):
        return Marked(yaml.SafeLoader("").construct_object(node), line)
    found: dict[str, Marked] = {}
    for key, value in node.value:
        word = str(key.value)
        if word in found:
            raise InvalidFields(
                f"{name}, line {key.start_mark.line + 1}: “{word}” stands here twice; keep one."
            )
        found[word] = _marked(value, name, level + 1)
    return Marked(found, line)
