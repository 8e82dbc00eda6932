"""Days, moments and terms in plain words, in Dutch and English.

Tables of our own and no catalogue: these words stand in letters and in the policy itself,
where nobody has activated a language, and they must read the same for ever.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from meldpunt.ground.values import Language
from meldpunt.policy.rules import Term, Unit

NL, EN = Language.DUTCH, Language.ENGLISH


def _row(words: str) -> tuple[str, ...]:
    return tuple(words.split())


WEEKDAYS = {
    NL: ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    NL: _row("januari februari maart april mei juni juli augustus september oktober november december"),
    EN: _row("January February March April May June July August September October November December"),
}
NUMBERS = {
    NL: _row("nul één twee drie vier vijf zes zeven acht negen tien elf twaalf"),
    EN: _row("no one two three four five six seven eight nine ten eleven twelve"),
}
UNITS = {  # one, more
    NL: {
        Unit.WORKING_DAYS: ("werkdag", "werkdagen"),
        Unit.DAYS: ("dag", "dagen"),
        Unit.HOURS: ("uur", "uur"),
        Unit.MONTHS: ("maand", "maanden"),
    },
    EN: {
        Unit.WORKING_DAYS: ("working day", "working days"),
        Unit.DAYS: ("day", "days"),
        Unit.HOURS: ("hour", "hours"),
        Unit.MONTHS: ("month", "months"),
    },
}
SPOKEN_LANGUAGES = {  # in which a report may be written; Dutch name, English name
    "nl": ("Nederlands", "Dutch"),
    "en": ("Engels", "English"),
    "de": ("Duits", "German"),
    "fr": ("Frans", "French"),
    "fy": ("Fries", "Frisian"),
    "es": ("Spaans", "Spanish"),
    "it": ("Italiaans", "Italian"),
    "pl": ("Pools", "Polish"),
}
DUTCH_TIMES = {"Europe/Amsterdam": "Amsterdamse tijd", "Europe/Brussels": "Brusselse tijd"}


def spoken(language: str) -> Language:
    """The language that we have for a code such as ``nl`` or ``en-gb``; English when we have none."""
    return NL if language.lower().split("-")[0] == NL else EN


def day_in_words(day: date, language: str) -> str:
    """Thursday 26 November 2026."""
    tongue = spoken(language)
    return f"{WEEKDAYS[tongue][day.weekday()]} {day.day} {MONTHS[tongue][day.month - 1]} {day.year}"


def due_in_words(due_on: date, zone: ZoneInfo, language: str) -> str:
    """Thursday 26 November 2026, end of day, Amsterdam time."""
    end = "einde van de dag" if spoken(language) is NL else "end of day"
    return f"{day_in_words(due_on, language)}, {end}, {zone_in_words(zone, language)}"


def moment_in_words(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Thursday 26 November 2026, 14:30, Amsterdam time.  ``at`` carries its time zone.

    In the hour that occurs twice a year the offset is named too.
    """
    local = at.astimezone(zone)
    clock = f"{local:%H.%M} uur" if spoken(language) is NL else f"{local:%H:%M}"
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    exactly = f" (UTC{local.isoformat()[-6:]})" if twice else ""
    return f"{day_in_words(local.date(), language)}, {clock}, {zone_in_words(zone, language)}{exactly}"


def hour_in_words(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Thursday 26 November 2026, between 14:00 and 15:00, Amsterdam time: for who should not be told apart by it."""
    local = at.astimezone(zone)
    first, last = local.hour, (local.hour + 1) % 24 or 24
    dutch = spoken(language) is NL
    clock = f"tussen {first:02}.00 en {last:02}.00 uur" if dutch else f"between {first:02}:00 and {last:02}:00"
    return f"{day_in_words(local.date(), language)}, {clock}, {zone_in_words(zone, language)}"


def zone_in_words(zone: ZoneInfo, language: str) -> str:
    """Amsterdam time."""
    if "/" not in zone.key or zone.key.startswith("Etc/"):
        return zone.key
    city = zone.key.rsplit("/", 1)[1].replace("_", " ")
    if spoken(language) is NL:
        return DUTCH_TIMES.get(zone.key, f"tijd in {city}")
    return f"{city} time"


def term_in_words(term: Term, language: str) -> str:
    """Three working days; 14 days."""
    tongue = spoken(language)
    number = NUMBERS[tongue][term.count] if term.count <= 12 else str(term.count)
    return f"{number} {_unit(term.count, term.unit, tongue)}"


def term_in_figures(term: Term, language: str) -> str:
    """3 working days: as one types it, and as ``Term.read`` reads it."""
    return f"{term.count} {_unit(term.count, term.unit, spoken(language))}"


def left_in_words(left: int, language: str) -> str:
    """What ``rules.working_days_left`` gave, as words: 2 working days left, 1 working day late."""
    tongue = spoken(language)
    days = f"{abs(left)} {_unit(abs(left), Unit.WORKING_DAYS, tongue)}"
    if left == 0:
        return "vandaag is de laatste dag" if tongue is NL else "today is the last day"
    if tongue is NL:
        return f"nog {days}" if left > 0 else f"{days} te laat"
    return f"{days} left" if left > 0 else f"{days} late"


def _unit(count: int, unit: Unit, tongue: Language) -> str:
    one, more = UNITS[tongue][unit]
    return one if count == 1 else more
