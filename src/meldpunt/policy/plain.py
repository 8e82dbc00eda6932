"""The policy as plain values, for JSON.  Pure.  Who is responsible inside the organisation is left out."""

import dataclasses

from meldpunt.policy.calendar import WorkCalendar
from meldpunt.policy.shape import Clause, Policy, clause_words
from meldpunt.policy.values import Channel, Wording


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
        "reports": {
            "languages": list(policy.report_languages),
            "anonymous": policy.anonymous,
            "pseudonyms": policy.pseudonyms,
            "channels": [_channel_as_data(one) for one in policy.channels],
        },
        "credit": dataclasses.asdict(policy.credit),
        "reward": {"kind": policy.reward.kind, "text": _spoken(policy.reward.text) if policy.reward.text else None},
        "standing_shares": [
            {"to": _spoken(one.to), "what": one.what, "ground": _spoken(one.ground)} for one in policy.standing_shares
        ],
        "retention": str(policy.retention) if policy.retention else None,
        "erase_reminders": [str(term) for term in policy.erase_reminders],
        "security_txt": dataclasses.asdict(policy.security_txt) | {"expires_in": str(policy.security_txt.expires_in)},
        "settings": {"receipt_by_mail": policy.receipt_by_mail, "score_public": policy.score_public}
        | dataclasses.asdict(policy.review),
    }


def _channel_as_data(channel: Channel) -> dict[str, object]:
    return {"kind": channel.kind, "name": _spoken(channel.name) if channel.name else None, "url": channel.url}


def _calendar_as_data(calendar: WorkCalendar) -> dict[str, object]:
    return {
        "country": calendar.country,
        "region": calendar.region or None,
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
        "own": clause.own,
        "terms": {name: str(term) for name, term in clause.terms},
        "internal": list(clause.internal),
    }


def _spoken(words: Wording) -> dict[str, str]:
    return dict(words.by_language)
