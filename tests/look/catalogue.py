"""Every page and every state of it: one list, used by all tests in this folder and by ``make pictures``.

**To add a page**, add a line to ``PAGES``.  ``views`` are the names of the addresses (in ``site/urls_*.py``) that it
shows; ``path`` may hold ``{name}`` for the reference of a case of the example (the names are in ``site/demo.toml``);
``who`` is ``anyone``, ``handler:hanna``, ``half:hanna`` (the password, not yet the code), ``newcomer:bo`` (no
code yet), ``reporter:NAME``, who shows the receipt of that case, or ``owner:NAME``, who shows a link to it;
``after`` is who was there before, ``confirms`` that it asks once more who one is; ``steps`` are what the visitor
does there before the page is in its state (``steps.send`` fills in a form and sends it).  A step must not change what
another page shows.  Where the example lacks the state, add an act to ``site/demo.toml``.

An address that shows no page of its own (a download, an act that leads on to another page) stands in ``NO_PAGE``
with its reason.  ``test_catalogue.py`` fails for an address in neither.
"""

from dataclasses import dataclass

from tests.look.steps import Step, press, send, tick, unfold, untick

HANNA, NOBODY = "handler:hanna", "anyone"
TO_PLAN = {"at": "2027-06-01T12:00", "title": "A page that showed more than it should", "text": "It no longer does."}


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


def _page(name: str, views: str, path: str, who: str = NOBODY, *does: Step, **more: object) -> Entry:
    return Entry(name, tuple(views.split()), path, who, does, **more)  # type: ignore[arg-type]


THEIR_THREAD = press("a[href*='/owners/']:not([href$='/invite/'])")
HAND_OVER = send("form:has([name=way])", to="supplier", organisation="Leverancier Noord")

PORTAL = [
    _page("portal/policy", "policy", "/"),
    _page("portal/policy-old", "policy-version", "/policy/versions/1/"),
    _page("portal/policy-absent", "policy-version", "/policy/versions/99/", status=404),
    _page("portal/key", "key-page", "/key/"),
    _page("portal/report", "report", "/report/"),
    _page("portal/report-unfolded", "report", "/report/", NOBODY, unfold),
    _page(
        "portal/report-wrong",
        "report",
        "/report/",
        NOBODY,
        send("main form", "#mistakes", contact="mail", address="no address", key="no key"),
        status=400,
    ),
    _page(
        "portal/receipt",
        "report",
        "/report/",
        NOBODY,
        send(
            "main form",
            ".receipt",
            system="https://www.voorbeeldstad.example",
            description="A page shows more than it should.",
            conditions="yes",
        ),
        status=201,
    ),
    _page("portal/my", "my", "/my/"),
    _page("portal/my-wrong", "my", "/my/", NOBODY, send(receipt="ABCDE-FGHJK"), status=400),
    _page("portal/my-ended", "my-report", "/my/report/", status=403),
    _page("portal/my-report", "my-report", "/my/report/", "reporter:bookings"),
    _page("portal/my-report-unfolded", "my-report", "/my/report/", "reporter:bookings", unfold),
    _page("portal/my-report-late", "my-report", "/my/report/", "reporter:appointments"),
    _page("portal/my-report-new", "my-report", "/my/report/", "reporter:newsletter"),
    _page("portal/my-report-nothing-to-solve", "my-report", "/my/report/", "reporter:version"),
    _page(
        "portal/my-report-wrong",
        "my-report",
        "/my/report/",
        "reporter:backup",
        send("form[action$='/my/report/']", "main .notice"),
        status=400,
    ),
    _page(
        "portal/my-consent-wrong",
        "my-report my-consent-give",
        "/my/report/",
        "reporter:backup",
        send("form[action$='/my/consent/']"),
        status=400,
    ),
    _page("portal/my-report-published", "my-report", "/my/report/", "reporter:calendar"),
    _page("portal/my-report-solved", "my-report my-consent", "/my/report/", "reporter:parking"),
    _page("portal/my-report-solved-unfolded", "my-report", "/my/report/", "reporter:parking", unfold),
    _page("portal/my-report-still-there", "my-report", "/my/report/", "reporter:wifi"),
    _page("portal/my-report-duplicate", "my-report", "/my/report/", "reporter:again"),
    _page("portal/my-report-asked", "my-report", "/my/report/", "reporter:slow"),
    _page("portal/my-report-closed", "my-report", "/my/report/", "reporter:cookies"),
    _page(
        "portal/my-leak-wrong",
        "my-report my-embargo-leak",
        "/my/report/",
        "reporter:parking",
        send("form[action$='/my/embargo/leak/']"),
        status=400,
    ),
    _page(
        "portal/my-closed", "my-close", "/my/report/", "reporter:version", press("form[action$='/my/close/'] button")
    ),
    _page("portal/my-name", "my-name", "/my/name/", "reporter:bookings"),
    _page(
        "portal/my-name-looked",
        "my-name",
        "/my/name/",
        "reporter:bookings",
        send("main form", wish="name", shown="Nachtuil"),
    ),
    _page(
        "portal/my-name-wrong",
        "my-name",
        "/my/name/",
        "reporter:bookings",
        send("main form", wish="link", link="nowhere"),
        status=400,
    ),
    _page("portal/owner", "owner", "/owner/"),
    _page("portal/owner-wrong", "owner", "/owner/", NOBODY, send("#receipt-form", receipt="ABCDE-FGHJK"), status=400),
    _page("portal/owner-case", "owner-case", "/owner/case/", "owner:debtors", unfold),
    _page(
        "portal/owner-case-wrong",
        "owner-case owner-date",
        "/owner/case/",
        "owner:debtors",
        send("form[action$='/date/']", on="2020-01-01", reason=""),
        status=400,
    ),
    _page("portal/accessibility", "accessibility", "/accessibility/"),
    _page("portal/score", "score", "/score/"),
    _page("portal/thanks", "thanks", "/thanks/"),
    _page("portal/advisories", "advisories", "/advisories/"),
    _page(
        "portal/advisory", "advisory", "/advisories/", NOBODY, press("a[href*='/advisories/']:not([href$='/feed/'])")
    ),
    _page("portal/nothing-here", "", "/nothing/", status=404),
    _page("portal/empty-score", "score", "/score/", house="empty"),
    _page("portal/empty-thanks", "thanks", "/thanks/", house="empty"),
    _page("portal/empty-advisories", "advisories", "/advisories/", house="empty"),
]
DESK = [
    _page("desk/sign-in", "account_login", "/sign-in/"),
    _page("desk/sign-in-wrong", "account_login", "/sign-in/", NOBODY, send(login="hanna", password="no")),
    _page("desk/code", "mfa_authenticate", "/sign-in/code/", "half:hanna"),
    _page("desk/code-wrong", "mfa_authenticate", "/sign-in/code/", "half:hanna", send(code="000000")),
    _page("desk/welcome", "welcome", "{welcome}"),
    _page("desk/welcome-wrong", "welcome", "{welcome}", NOBODY, send(password1="short", password2="other"), status=400),
    _page("desk/welcome-old", "welcome", "/welcome/nora/1/nothing/", status=404),
    _page("desk/enrol", "mfa_activate_totp", "/account/codes/", "newcomer:bo"),
    _page(
        "desk/enrol-wrong",
        "mfa_activate_totp",
        "/account/codes/",
        "newcomer:bo",
        send("form:has([name=code])", code="000000"),
    ),
    _page("desk/disabled", "account_inactive", "/account/disabled/"),
    _page("desk/sign-out", "account_logout", "/sign-out/", HANNA),
    _page("desk/inbox", "inbox", "/", HANNA),
    _page("desk/inbox-compact", "inbox", "/?rows=compact", "handler:joris"),  # his cookie, nobody else's page
    _page("desk/inbox-empty", "inbox", "/", HANNA, house="empty"),
    _page("desk/closed", "closed", "/closed/", HANNA),
    _page("desk/closed-empty", "closed", "/closed/", HANNA, house="empty"),
    _page("desk/score", "score", "/score/", HANNA),
    _page("desk/score-empty", "score", "/score/", HANNA, house="empty"),
    _page("desk/held", "held", "/held/", HANNA),
    _page("desk/held-empty", "held", "/held/", HANNA, house="empty"),
    _page("desk/held-letter", "held-letter", "/held/", HANNA, press("a[href^='/held/']")),
    _page(
        "desk/held-wrong",
        "held-letter held-wait",
        "/held/",
        HANNA,
        press("a[href^='/held/']"),
        send("form[action$='/wait/']", until="2020-01-01"),
        status=400,
    ),
    _page("desk/colleagues", "colleagues", "/colleagues/", HANNA),
    _page(
        "desk/colleagues-wrong",
        "colleagues colleagues-address",
        "/colleagues/",
        HANNA,
        send("form[action$='/address/']", address="nowhere"),
        status=400,
    ),
    _page("desk/colleagues-alone", "colleagues", "/colleagues/", HANNA, house="empty"),
    _page(
        "desk/people-wrong",
        "people people-roles",
        "/people/",
        HANNA,
        untick("form[action='/people/joris/roles/']"),
        send("form[action='/people/joris/roles/']"),
        status=400,
    ),
    _page("desk/audit-checked", "audit audit-check", "/audit/", HANNA, send("form[action='/audit/check/']")),
    _page("desk/policy", "policy", "/policy/", HANNA),
    _page("desk/policy-version", "policy-version", "/policy/versions/1/", HANNA, unfold),
    _page("desk/policy-edit", "policy-edit", "/policy/change/", HANNA),
    _page("desk/policy-edit-unfolded", "policy-edit", "/policy/change/", HANNA, unfold),
    _page("desk/policy-text", "policy-edit", "/policy/change/", HANNA, press("button[value=text]")),
    _page(
        "desk/policy-text-wrong",
        "policy-edit",
        "/policy/change/",
        HANNA,
        press("button[value=text]"),
        send(text="[promises"),
        status=400,
    ),
    _page(
        "desk/policy-preview",
        "policy-edit policy-publish",
        "/policy/change/",
        HANNA,
        press("button.button[value=preview]"),
        unfold,
    ),
    _page("desk/policy-proposal", "policy-proposal", "/policy/proposals/1/", HANNA, unfold),
    _page("desk/case-late", "case", "/cases/{appointments}/", HANNA),
    _page("desk/case-new", "case", "/cases/{newsletter}/", HANNA),
    _page("desk/case-long", "case", "/cases/{debtors}/", HANNA),
    _page("desk/case-unfolded", "case", "/cases/{debtors}/", HANNA, unfold),
    _page("desk/case-anonymous", "case", "/cases/{bookings}/", HANNA),
    _page("desk/case-late-fix", "case", "/cases/{mail}/", HANNA),
    _page("desk/case-undelivered", "case", "/cases/{school}/", HANNA),
    _page("desk/case-published", "case", "/cases/{calendar}/", HANNA),
    _page("desk/case-solved", "case", "/cases/{parking}/", HANNA, unfold),
    _page("desk/case-still-there", "case", "/cases/{wifi}/", HANNA),
    _page("desk/case-duplicate", "case", "/cases/{again}/", HANNA),
    _page("desk/case-asked", "case", "/cases/{slow}/", HANNA),
    _page("desk/case-closed", "case", "/cases/{cookies}/", HANNA),
    _page("desk/case-backup", "case", "/cases/{backup}/", HANNA, unfold),
    _page(
        "desk/case-party-wrong",
        "case embargo-party",
        "/cases/{wifi}/",
        HANNA,
        send("form[action$='/embargo/parties/']"),
        status=400,
    ),
    _page("desk/case-absent", "case", "/cases/VOO-2020-0001/", HANNA, status=404),
    _page("desk/case-note-wrong", "case note", "/cases/{permits}/", HANNA, send("form[action$='/note/']"), status=400),
    _page("desk/assess", "assess", "/cases/{permits}/assess/", HANNA),
    _page(
        "desk/assess-wrong", "assess", "/cases/{permits}/assess/", HANNA, send(vector="CVSS:4.0/nothing"), status=400
    ),
    _page(
        "desk/assess-letter",
        "assess send-assessment",
        "/cases/{permits}/assess/",
        HANNA,
        send(verdict="confirmed", severity="high", expected_on="2027-03-01"),
    ),
    _page("desk/reply", "reply", "/cases/{permits}/reply/", HANNA),
    _page(
        "desk/letter-case-went-on",
        "privacy-credit",
        "/cases/{parking}/credit/",
        HANNA,
        send("main form.narrow", letter="Thank you for waiting.", seen="1"),
        status=409,
    ),
    _page(
        "desk/case-went-on",
        "case note",
        "/cases/{permits}/",
        HANNA,
        send("#internal", note="The supplier calls back on Friday.", seen="1"),
        status=409,
    ),
    _page("desk/needs-more", "needs-more", "/cases/{permits}/needs-more/", HANNA, unfold),
    _page("desk/needs-more-wrong", "needs-more", "/cases/{permits}/needs-more/", HANNA, send(), status=400),
    _page("desk/duplicate", "duplicate", "/cases/{permits}/duplicate/", HANNA),
    _page("desk/handover", "handover", "/cases/{debtors}/hand-over/", HANNA),
    _page(
        "desk/handover-wrong",
        "handover",
        "/cases/{debtors}/hand-over/",
        HANNA,
        press("button.button:not([name])"),
        status=400,
    ),
    _page("desk/handover-not-yet", "handover", "/cases/{permits}/hand-over/", HANNA),
    _page("desk/conduct", "conduct-review", "/cases/{debtors}/conduct/", HANNA),
    _page("desk/share", "privacy-share", "/cases/{debtors}/share/", HANNA, unfold),
    _page("desk/consent", "privacy-consent", "/cases/{debtors}/consent/", HANNA),
    _page("desk/fix-move", "fix-move", "/cases/{debtors}/date/", HANNA),
    _page("desk/fix-move-wrong", "fix-move", "/cases/{debtors}/date/", HANNA, send(), status=400),
    _page("desk/fix-land", "fix-land", "/cases/{debtors}/solved/", HANNA),
    _page("desk/fix-letter", "fix-land", "/cases/{debtors}/solved/", HANNA, send()),
    _page("desk/close", "report-close", "/cases/{version}/close/", HANNA),
    _page(
        "desk/embargo",
        "embargo-propose",
        "/cases/{debtors}/",
        HANNA,
        send("form[action$='/embargo/']", at="2027-02-01T12:00"),
    ),
    _page("desk/publication", "publication", "/cases/{debtors}/publication/", HANNA),
    _page("desk/publication-planned", "publication", "/cases/{parking}/publication/", HANNA),
    _page("desk/publication-published", "publication", "/cases/{calendar}/publication/", HANNA),
    _page(
        "desk/publication-plan",
        "publication-plan",
        "/cases/{debtors}/publication/",
        HANNA,
        send("form:has([name=title])", **TO_PLAN),
    ),
    _page(
        "desk/publication-wrong",
        "publication-plan",
        "/cases/{debtors}/publication/",
        HANNA,
        send("form:has([name=title])"),
        status=400,
    ),
    _page("desk/publication-call-off", "publication-call-off", "/cases/{parking}/publication/call-off/", HANNA),
    _page("desk/no-leak", "embargo-no-leak", "/cases/{wifi}/embargo/leak/none/", HANNA),
    _page("desk/duplicate-letter", "duplicate", "/cases/{permits}/duplicate/", HANNA, send(earlier="VOO-2026-0001")),
    _page(
        "desk/duplicate-wrong",
        "duplicate",
        "/cases/{permits}/duplicate/",
        HANNA,
        send(earlier="VOO-2020-0001"),
        status=400,
    ),
    _page("desk/duplicate-check", "duplicate-check", "/cases/{again}/duplicate/check/", HANNA),
    _page("desk/needs-more-letter", "needs-more", "/cases/{permits}/needs-more/", HANNA, send(own="Which browser?")),
    _page("desk/handover-preview", "handover", "/cases/{debtors}/hand-over/", HANNA, HAND_OVER),
    _page("desk/conduct-wrong", "conduct-review", "/cases/{debtors}/conduct/", HANNA, send(), status=400),
    _page("desk/statement", "conduct-statement", "/cases/{uploads}/conduct/statement/", HANNA),
    _page("desk/statement-refuse", "conduct-refuse", "/cases/{uploads}/conduct/refuse/", HANNA),
    _page(
        "desk/consent-letter",
        "privacy-consent",
        "/cases/{debtors}/consent/",
        HANNA,
        send(to="supplier", scope="name", use="solve"),
    ),
    _page(
        "desk/consent-wrong",
        "privacy-consent",
        "/cases/{debtors}/consent/",
        HANNA,
        send(to="other-organisation"),
        status=400,
    ),
    _page("desk/credit-letter", "privacy-credit", "/cases/{parking}/credit/", HANNA),
    _page("desk/erasure-letter", "privacy-erasure", "/cases/{parking}/erasure/", HANNA),
    _page("desk/fix-reopen", "fix-reopen", "/cases/{wifi}/not-solved/", HANNA),
    _page("desk/reopen-report", "reopen-report", "/cases/{cookies}/open-again/", HANNA),
    _page("desk/password", "account_change_password", "/account/password/", HANNA),
    _page(
        "desk/password-wrong",
        "account_change_password",
        "/account/password/",
        HANNA,
        send(oldpassword="no", password1="short", password2="other"),
    ),
    _page("desk/once-more", "account_reauthenticate", "/account/once-more/", HANNA),
    _page("desk/once-more-code", "mfa_reauthenticate", "/account/once-more/code/", HANNA),
    _page("desk/codes-remove", "mfa_deactivate_totp", "/account/codes/remove/", HANNA, confirms=True),
    _page("desk/recovery-codes", "mfa_view_recovery_codes", "/account/recovery-codes/", HANNA, confirms=True),
    _page(
        "desk/recovery-codes-new", "mfa_generate_recovery_codes", "/account/recovery-codes/new/", HANNA, confirms=True
    ),
    _page("desk/figures", "figures", "/figures/", HANNA, unfold),
    _page("desk/figures-empty", "figures", "/figures/", HANNA, house="empty"),
    _page("desk/keys", "keys", "/keys/", HANNA),
    _page("desk/owner", "owner", "/cases/{debtors}/", HANNA, THEIR_THREAD, unfold, after="owner:debtors"),
    _page(
        "desk/owner-wrong",
        "owner owner-write",
        "/cases/{debtors}/",
        HANNA,
        THEIR_THREAD,
        send("form[action$='/write/']", text=""),
        status=400,
    ),
    _page(
        "desk/owner-revise",
        "owner-revise",
        "/cases/{debtors}/",
        HANNA,
        THEIR_THREAD,
        press("a[href$='/technical/']"),
        unfold,
    ),
    _page(
        "desk/owner-preview",
        "owner-invite",
        "/cases/{permits}/owners/invite/",
        HANNA,
        send("form:has([name=organisation])", organisation="Leverancier Noord", address="noord@leverancier.example"),
    ),
    _page("desk/owner-invite", "owner-invite", "/cases/{debtors}/owners/invite/", HANNA),
    _page("desk/tokens", "tokens", "/tokens/", HANNA, confirms=True),
    _page("desk/audit", "audit", "/audit/", HANNA),
    _page("desk/people", "people", "/people/", HANNA, unfold),
    _page("desk/invitations", "invitations", "/invitations/", HANNA, unfold),
    _page("desk/inbox-unfolded", "inbox", "/", HANNA, unfold),
    _page("desk/many", "many", "/", HANNA, tick("[name=case]"), press("#many button")),
    _page("desk/view-wrong", "view-keep", "/", HANNA, send("form[action$='/views/']"), status=400),
    _page("desk/sessions", "sessions", "/account/sessions/", HANNA),
    _page("desk/kept", "kept", "/account/kept/", HANNA),
    _page("desk/search", "search", "/search/", HANNA),
    _page("desk/found", "found", "/search/", HANNA, send("form[role=search]", asked="wachtwoord")),
    _page("desk/found-nothing", "found", "/search/", HANNA, send("form[role=search]", asked="giraffe")),
    _page("desk/notices", "notices", "/notices/", HANNA, unfold),
    _page(
        "desk/notices-wrong", "notices notices-hook", "/notices/", HANNA, send("form[action$='/webhook/']"), status=400
    ),
    _page("desk/passkey-add", "passkey_add", "/account/passkeys/new/", HANNA, confirms=True),
    _page("desk/account", "mfa_index", "/account/", HANNA),
    _page("desk/nothing-here", "", "/nothing/", HANNA, status=404),
]
SETUP = [
    _page("setup/first-run", "setup", "{setup}", house="unfounded"),
    _page(
        "setup/first-run-wrong",
        "setup",
        "{setup}",
        NOBODY,
        send(contact="nowhere", password1="short"),
        status=400,
        house="unfounded",
    ),
]
PAGES = PORTAL + DESK + SETUP

FILE, LEADS_ON, FEED = "a file or a feed", "an act that leads on to a page that stands here", "read by programs"
NO_PAGE = {
    **dict.fromkeys(
        ("desk/passkey_question", "desk/passkey_new_question", "desk/passkey_sign_in"), "asked by a script"
    ),
    **dict.fromkeys(("desk/passkey", "desk/mfa_reauthenticate_webauthn"), "for who has a passkey: tests/journey"),
    "desk/figures-csv": FILE,
    "desk/next-case": LEADS_ON,
    "portal/owner-code": "seen on the way of the owner in the walk, and in tests/journey",
    **{
        name: LEADS_ON
        for name in (
            "portal/owner-back",
            "portal/owner-close",
            "portal/owner-solved",
            "portal/owner-write",
            "desk/owner-again",
            "desk/owner-agree",
            "desk/owner-decline",
            "desk/owner-link",
            "desk/owner-noticed",
            "desk/owner-withdraw",
        )
    },
    **dict.fromkeys(("portal/owner-file", "desk/owner-file"), FILE),
    **dict.fromkeys(("portal/my-forget", "desk/forget", "desk/tokens-make", "desk/tokens-revoke"), LEADS_ON),
    **dict.fromkeys(("portal/theme", "desk/theme", "setup/theme"), "a stylesheet"),
    **dict.fromkeys(("desk/alive", "desk/present"), "asked by a script"),
    "desk/view-drop": LEADS_ON,
    **dict.fromkeys(("desk/audit-csv", "desk/audit-log"), FILE),
    **dict.fromkeys(("desk/case-access",), LEADS_ON),
    **dict.fromkeys(("desk/invitation-anew", "desk/invitation-sign-out", "desk/invitation-withdraw"), LEADS_ON),
    **dict.fromkeys(
        ("desk/provider", "desk/provider_back", "desk/provider_in", "desk/provider_out", "desk/welcome_provider"),
        "for a house with an identity provider",
    ),
    **dict.fromkeys(("desk/welcome_passkey", "desk/welcome_passkey_question"), "asked by a script"),
    **dict.fromkeys(("desk/reply-draft", "desk/take-back"), LEADS_ON),
    "desk/search-quick": "a piece of a page",
    **dict.fromkeys(("desk/healthz", "setup/healthz", "portal/score-json", "portal/report-json"), FEED),
    **{
        f"portal/{name}": FILE
        for name in [
            "key",
            "advisories-feed",
            "thanks-feed",
            "score-feed",
            "my-file",
            "my-receipt-statement",
            "my-report-file",
            "my-safe-harbour",
            "my-safe-harbour-pdf",
            "my-earlier-report",
            "my-everything",
        ]
    },
    **{
        f"portal/{name}": LEADS_ON
        for name in [
            "my-conduct-ask",
            "my-conduct-dispute",
            "my-duplicate-allow",
            "my-duplicate-decline",
            "my-embargo",
            "my-embargo-party",
            "my-erased",
            "my-name-confirm",
            "my-unname",
            "my-publication",
            "my-publication-comment",
            "my-solved",
            "my-still-there",
        ]
    },
    **{
        f"desk/{name}": FILE
        for name in [
            "file",
            "look",
            "conduct-pdf",
            "conduct-signed",
            "handover-file",
            "held-file",
            "held-raw",
            "mfa_download_recovery_codes",
            "score-csv",
        ]
    },
    **{
        f"desk/{name}": LEADS_ON
        for name in [
            "take",
            "notices-wish",
            "notices-hook-act",
            "undelivered",
            "send-again",
            "no-news",
            "closed-noticed",
            "colleagues-absence",
            "conduct-dispute",
            "embargo-inform",
            "embargo-leak",
            "embargo-leak-plan",
            "embargo-take-back",
            "embargo-answer",
            "fix-confirm",
            "hall-enter",
            "held-ask",
            "held-back",
            "held-join",
            "held-open",
            "held-spam",
            "policy-decide",
            "privacy-attest",
            "privacy-breach",
            "privacy-data",
            "privacy-give-up",
            "publication-answer",
            "publication-publish",
        ]
    },
}
