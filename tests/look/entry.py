"""One page in one state: a line of the catalogue."""

from dataclasses import dataclass

from tests.look.steps import Step

HANNA, NOBODY, KEES = "handler:hanna", "anyone", "keyed:kees"


@dataclass(frozen=True)
class Entry:
    """One page in one state."""

    name: str
    views: tuple[str, ...]
    path: str
    who: str = NOBODY
    steps: tuple[Step, ...] = ()
    status: int = 200
    house: str = "lively"
    after: str = ""
    confirms: bool = False

    @property
    def shell(self) -> str:
        return self.name.partition("/")[0]


def page(name: str, views: str, path: str, who: str = NOBODY, *does: Step, **more: object) -> Entry:
    return Entry(name, tuple(views.split()), path, who, does, **more)  # type: ignore[arg-type]
