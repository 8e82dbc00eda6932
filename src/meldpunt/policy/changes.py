"""What differs between two versions of a policy, in plain words.  Pure.

For whoever has to approve a change, and for the list of versions.  Everything that a policy holds
is compared: a change that nobody reads about here would be a silent one.
"""

from collections.abc import Callable, Iterator, Sequence

from meldpunt.policy.rules import Term
from meldpunt.policy.shape import Clause, Policy, clause_words
from meldpunt.policy.values import Wording
from meldpunt.policy.words import term_in_words

Two = tuple[str, str]  # the same in Dutch and in English

TERMS: Sequence[tuple[Two, Callable[[Policy], Term | None]]] = (
    (("de termijn voor de ontvangstbevestiging", "the term for the acknowledgement"), lambda p: p.acknowledgement),
    (("de termijn voor de beoordeling", "the term for the assessment"), lambda p: p.assessment),
    (("de langste stilte", "the longest silence"), lambda p: p.longest_gap),
    (("de termijn voor de oplossing", "the term for the solution"), lambda p: p.fix),
    (("de duur van de geheimhouding", "the length of the embargo"), lambda p: p.embargo),
    (("de bewaartermijn van persoonsgegevens", "the retention of personal data"), lambda p: p.retention),
)
PARTS: Sequence[tuple[Two, Callable[[Policy], object]]] = (
    (("de naam van de organisatie", "the name of the organisation"), lambda p: p.organisation.name),
    (("het adres voor meldingen", "the address for reports"), lambda p: p.organisation.contact),
    (("de website", "the website"), lambda p: p.organisation.url),
    (("het begin van een kenmerk", "the prefix of a reference"), lambda p: p.organisation.reference_prefix),
    (("de talen van het beleid", "the languages of the policy"), lambda p: p.languages),
    (("de talen van een melding", "the languages of a report"), lambda p: p.report_languages),
    (("de kalender van werkdagen", "the calendar of working days"), lambda p: p.calendar),
    (("de wegen om te melden", "the ways to report"), lambda p: p.channels),
    (("of een melding anoniem mag zijn", "whether a report may be anonymous"), lambda p: p.anonymous),
    (("of een pseudoniem mag", "whether a pseudonym is accepted"), lambda p: p.pseudonyms),
    (("de beloning", "the reward"), lambda p: p.reward),
    (("de naamsvermelding", "how discoverers are named"), lambda p: p.credit),
    (("met wie elke melding wordt gedeeld", "with whom every report is shared"), lambda p: p.standing_shares),
    (("het bereik", "the scope"), lambda p: p.scope),
    (("wat nooit mag", "what is never allowed"), lambda p: p.excluded_methods),
    (("wat op zichzelf geen kwetsbaarheid is", "what is no vulnerability by itself"), lambda p: p.non_qualifying),
    (("de herinneringen om te wissen", "the reminders to erase"), lambda p: p.erase_reminders),
    (("of een ontvangstbewijs per e-mail mag", "whether a receipt may go by mail"), lambda p: p.receipt_by_mail),
    (("wie er aanspreekbaar is", "who is responsible"), lambda p: p.team),
    (("wanneer een tweede persoon nodig is", "when a second person is needed"), lambda p: p.review),
    (("of de score openbaar is", "whether the score is public"), lambda p: p.score_public),
    (("security.txt", "security.txt"), lambda p: p.security_txt),
)


def changes(old: Policy, new: Policy) -> tuple[Wording, ...]:
    """One sentence for each difference; nothing when both say and do the same."""
    return tuple(Wording((("nl", dutch), ("en", english))) for dutch, english in _all(old, new))


def _all(old: Policy, new: Policy) -> Iterator[Two]:
    for name, term_of in TERMS:
        if term_of(old) != term_of(new):
            yield _term(name, term_of(old), term_of(new))
    yield from _clauses(old.asks + old.promises, new.asks + new.promises)
    for (dutch, english), part_of in PARTS:
        if part_of(old) != part_of(new):
            yield f"Veranderd: {dutch}.", f"Changed: {english}."


def _term(name: Two, old: Term | None, new: Term | None) -> Two:
    dutch, english = name
    if new is None:
        return f"Vervallen: {dutch}.", f"Dropped: {english}."
    now = term_in_words(new, "nl"), term_in_words(new, "en")
    if old is None:
        return f"Nieuw: {dutch}, {now[0]}.", f"New: {english}, {now[1]}."
    was = term_in_words(old, "nl"), term_in_words(old, "en")
    return f"Veranderd: {dutch}, van {was[0]} naar {now[0]}.", f"Changed: {english}, from {was[1]} to {now[1]}."


def _clauses(old: tuple[Clause, ...], new: tuple[Clause, ...]) -> Iterator[Two]:
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    for id in before.keys() - after.keys():
        yield _about("Vervallen", "Dropped", before[id])
    for id, clause in after.items():
        if id not in before:
            yield _about("Nieuw", "New", clause)
        else:
            yield from _clause(before[id], clause)


def _clause(old: Clause, new: Clause) -> Iterator[Two]:
    if (old.title, old.text) != (new.title, new.text):
        yield _about("Anders verwoord", "Put into other words", new)
    if old.internal != new.internal:
        yield _about("Veranderd, welke termijn openbaar is", "Changed, which term is public", new)
    if old.enforced != new.enforced:
        dutch, english = ("", "") if new.enforced else (" niet meer", " no longer")
        yield _about(f"Wordt{dutch} bewaakt", f"Is{english} enforced", new)


def _about(dutch: str, english: str, clause: Clause) -> Two:
    return (
        f"{dutch}: {clause.id}, {clause_words(clause, 'nl').title}.",
        f"{english}: {clause.id}, {clause_words(clause, 'en').title}.",
    )
