"""One thing that is wrong with a bundle."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """`file` within the bundle, `element` its BPMN id (None: the file itself), `rule` a stable slug.

    `message`: Bahasa Indonesia, what is wrong and what to draw instead. An error keeps a bundle from being activated.
    """

    file: str
    element: str | None
    rule: str
    severity: Severity
    message: str

    def as_dict(self) -> dict[str, Any]:
        """The finding as `processes check --json` prints it."""
        return asdict(self)
