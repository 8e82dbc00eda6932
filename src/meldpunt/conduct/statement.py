"""The words of the safe-harbour statement.  One template makes the signed text and the PDF.

It names no reporter: who may read the technical side of a case may read the statement too.  It belongs to
whoever holds the receipt; the commitment to the report, which only they can open, says which report it is.
"""

from datetime import datetime

from meldpunt.cases.queries import CaseView
from meldpunt.conduct.rules import CONDITIONS
from meldpunt.conversation import letters
from meldpunt.conversation.proving import commitment_of, utc
from meldpunt.conversation.rules import Draft, Letterhead
from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.policy.shape import clause_words


def composed(case: CaseView, letterhead: Letterhead, *, now: datetime, pdf_digest: str = "") -> Draft:
    """The statement in the reporter's language, under the policy version of the report.

    ``pdf_digest``: SHA-256 of the PDF, which the text that is signed names; without it these are the PDF's words.
    """
    published = policy.version(case.policy_version)
    language, zone = case.language, published.policy.calendar.zone
    kept = [(id, clause_words(published.policy.clause(id), language).title) for id in CONDITIONS]
    facts = {
        "reference": case.ref,
        **letterhead.words_in(language),
        "received": words.moment_in_words(case.received_at, zone, language),
        "received_utc": utc(case.received_at),
        "policy_version": published.version,
        "policy_digest": published.digest,
        "policy_page": f"{letterhead.base_url}/policy/{published.version}/",
        "commitment": commitment_of(case.ref),
        "given": words.moment_in_words(now, zone, language),
        "given_utc": utc(now),
        "conditions": "\n".join(f"* {id}: {title}" for id, title in kept),
        "pdf_digest": pdf_digest,
    }
    return letters.draft("safe-harbour-statement", language, facts)
