"""Reading YAML strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path


def load_yaml(path: Path) -> Any:
    """Read a YAML file.

    :raises ValueError: naming the file and why it cannot be read.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)  # noqa: S506 - the loader is a SafeLoader
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8: {error.reason} at byte {error.start + 1}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


class _StrictLoader(yaml.SafeLoader):
    """Plain YAML values only, and no key twice in a mapping, which YAML forbids and PyYAML lets pass."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"{key}: the key is there twice")
        return super().construct_mapping(node, deep)
