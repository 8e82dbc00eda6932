"""The policy as plain values, for JSON.  Pure."""

from meldpunt.policy.calendar import WorkCalendar
from meldpunt.policy.shape import Clause, Policy, Wording, clause_words


def as_data(policy: Policy) -> dict[str, object]:
    """The policy for other programs: each text by language, each term filled in."""
    organisation = policy.organisation
    return {
        "organisation": {
            "name": _spoken(organisation.name),
            "reference_prefix": organisation.reference_prefix,
            "contact": organisation.contact,
            "url": organisation.url,
        },
        "languages": list(policy.languages),
        "calendar": _calendar_as_data(policy.calendar),
        "asks": [_clause_as_data(clause, policy.languages) for clause in policy.asks],
        "promises": [_clause_as_data(clause, policy.languages) for clause in policy.promises],
        "scope": _spoken(policy.scope),
        "excluded_methods": [_spoken(one) for one in policy.excluded_methods],
        "non_qualifying": [_spoken(one) for one in policy.non_qualifying],
        "settings": {"receipt_by_mail": policy.receipt_by_mail},
    }


def _calendar_as_data(calendar: WorkCalendar) -> dict[str, object]:
    return {
        "country": calendar.country,
        "zone": calendar.zone.key,
        "five_may": calendar.five_may,
        "good_friday": calendar.good_friday,
        "equated_days": calendar.equated_days,
        "closing_days": [day.isoformat() for day in sorted(calendar.closing_days)],
        "cut_off": f"{calendar.cut_off:%H:%M}" if calendar.cut_off else None,
    }


def _clause_as_data(clause: Clause, languages: tuple[str, ...]) -> dict[str, object]:
    words = {language: clause_words(clause, language) for language in languages}
    return {
        "id": clause.id,
        "title": {language: said.title for language, said in words.items()},
        "text": {language: said.text for language, said in words.items()},
        "enforced": clause.enforced,
        "term": str(clause.term) if clause.term else None,
    }


def _spoken(words: Wording) -> dict[str, str]:
    return dict(words.by_language)
