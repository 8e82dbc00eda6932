"""Reading the parts of a policy that may be left out: how reports come in, what may follow, settings.  Pure."""

from typing import TypedDict

from meldpunt.policy.rules import Term, Unit
from meldpunt.policy.shape import CHANNELS
from meldpunt.policy.tables import Table
from meldpunt.policy.values import (
    HALF_A_YEAR,
    Channel,
    ChannelKind,
    CreditRules,
    ReviewRules,
    Reward,
    RewardKind,
    SecurityTxt,
    Shared,
    StandingShare,
    Team,
)
from meldpunt.policy.words import SPOKEN_LANGUAGES

HTTPS = "https"
MOST_DAYS, MOST_MONTHS, LEAST_DAYS = 364, 11, 7  # security.txt is to be renewed within a year


class Details(TypedDict):
    """What ``read_details`` gives to ``Policy``."""

    receipt_by_mail: bool
    score_public: bool
    review: ReviewRules
    report_languages: tuple[str, ...]
    channels: tuple[Channel, ...]
    anonymous: bool
    pseudonyms: bool
    reward: Reward
    credit: CreditRules
    standing_shares: tuple[StandingShare, ...]
    retention: Term | None
    team: Team
    security_txt: SecurityTxt


def read_details(top: Table, languages: tuple[str, ...]) -> Details:
    """Everything that has a default."""
    settings, reports, privacy = top.maybe("settings"), top.maybe("reports"), top.maybe("privacy")
    details = Details(
        receipt_by_mail=settings.flag("receipt_by_mail", default=True),
        score_public=settings.flag("score_public", default=True),
        review=ReviewRules(
            settings.flag("second_person_for_policy", default=False),
            settings.flag("second_person_for_conduct", default=False),
            settings.flag("second_person_for_publication", default=False),
            settings.flag("second_person_for_erasure", default=False),
            settings.flag("second_person_for_identity", default=False),
        ),
        report_languages=_report_languages(reports, languages),
        anonymous=reports.flag("anonymous", default=True),
        pseudonyms=reports.flag("pseudonyms", default=True),
        channels=_channels(top, languages),
        reward=_reward(top.maybe("reward"), languages),
        credit=_credit(top.maybe("credit")),
        standing_shares=tuple(_share(one, languages) for one in top.tables("standing_shares")),
        retention=privacy.term("retention") if "retention" in privacy else None,
        team=_team(top.maybe("people")),
        security_txt=_security_txt(top.maybe("security_txt")),
    )
    for table in (settings, reports, privacy):
        table.no_more()
    return details


def _report_languages(table: Table, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the page when nothing else is said."""
    found = table.texts("languages")
    for language in found:
        if language not in SPOKEN_LANGUAGES:
            known = ", ".join(SPOKEN_LANGUAGES)
            raise table.refuse(
                'there is no language called "%(name)s" here, only %(known)s.', "languages", name=language, known=known
            )
    if "languages" in table and (not found or len(set(found)) < len(found)):
        raise table.refuse("languages must name at least one language, and each of them once.", "languages")
    return found or languages


def _channels(top: Table, languages: tuple[str, ...]) -> tuple[Channel, ...]:
    found = tuple(_channel(one, languages) for one in top.tables("channels"))
    if "channels" in top and not found:
        raise top.refuse("there is no way to report left: name at least one channel.", "channels")
    return found or CHANNELS


def _channel(table: Table, languages: tuple[str, ...]) -> Channel:
    kind = ChannelKind(table.choice("kind", ChannelKind, ""))
    channel = Channel(kind)
    if kind is ChannelKind.ELSEWHERE:
        channel = Channel(kind, table.table("name").wording(languages), table.web_address("url", HTTPS))
        if channel.url is None:
            raise table.refuse("%(name)s is missing.", name=f"{table.name}.url")
    table.no_more()
    return channel


def _reward(table: Table, languages: tuple[str, ...]) -> Reward:
    kind = RewardKind(table.choice("kind", RewardKind, RewardKind.NONE))
    text = table.table("text").wording(languages) if "text" in table or kind is not RewardKind.NONE else None
    if kind is RewardKind.NONE and text is not None:
        raise table.refuse("there is a text about a reward, and no reward: give its kind.", "text")
    table.no_more()
    return Reward(kind, text)


def _credit(table: Table) -> CreditRules:
    offered = table.flag("offered", default=True)
    rules = CreditRules(offered, table.flag("alias", default=offered), table.flag("link", default=offered))
    if not offered and (rules.alias or rules.link):
        key = "alias" if rules.alias else "link"
        raise table.refuse("nobody is named when offered = false, so there is no %(name)s either.", key, name=key)
    table.no_more()
    return rules


def _share(table: Table, languages: tuple[str, ...]) -> StandingShare:
    share = StandingShare(
        to=table.table("to").wording(languages),
        what=Shared(table.choice("what", Shared, Shared.TECHNICAL)),
        ground=table.table("ground").wording(languages),
    )
    table.no_more()
    return share


def _team(table: Table) -> Team:
    lead = table.text("lead") if table.given("lead") else ""
    mail = table.address("responsible_mail") if table.given("responsible_mail") else ""
    table.no_more(("lead", "responsible_mail"))
    return Team(lead, mail)


def _security_txt(table: Table) -> SecurityTxt:
    text = SecurityTxt(
        canonical=table.web_addresses("canonical", HTTPS),
        expires_in=table.term("expires_in") if "expires_in" in table else HALF_A_YEAR,
        hiring=table.web_address("hiring", HTTPS),
        acknowledgments=table.flag("acknowledgments", default=True),
    )
    if not _is_sound(text.expires_in):
        raise table.refuse(
            'security.txt expires within a year and not within a week: give days or months, not "%(text)s".',
            "expires_in",
            text=text.expires_in,
        )
    table.no_more()
    return text


def _is_sound(term: Term) -> bool:
    if term.unit is Unit.MONTHS:
        return term.count <= MOST_MONTHS
    return term.unit is Unit.DAYS and LEAST_DAYS <= term.count <= MOST_DAYS
