"""The parts of the reporter's page that belong to the rooms beside the conversation.

Each is made by one function, ``panel(request, visit, page)``, of a file of its own; see ``PANELS``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.module_loading import import_string

from meldpunt.cases.visits import Visiting
from meldpunt.conversation.queries import ReporterPage
from meldpunt.portal.middleware import PortalRequest


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and the words it needs; it finds them under ``p``.  ``first``: it asks something of the reporter."""

    template: str
    words: dict[str, Any] = field(repr=False)
    first: bool = False


Maker = Callable[[PortalRequest, Visiting, ReporterPage], tuple[Panel, ...]]

PANELS: tuple[str, ...] = (
    "meldpunt.portal.duplicates.panel",
    "meldpunt.portal.remediation.panel",
    "meldpunt.portal.conduct.panel",
    "meldpunt.portal.privacy.panel",
    "meldpunt.portal.publication.panel",
    "meldpunt.portal.forgetting.panel",
)


def panels(request: PortalRequest, visit: Visiting, page: ReporterPage) -> list[Panel]:
    """The panels of this case: what asks something first."""
    found: list[Panel] = []
    for name in PANELS:
        maker: Maker = import_string(name)
        found.extend(maker(request, visit, page))
    return sorted(found, key=lambda panel: not panel.first)
