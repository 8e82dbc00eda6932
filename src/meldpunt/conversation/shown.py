"""What the desk and the reporter see of the events of the later rooms, and which facts of them."""

ACCESS: dict[str, tuple[str, ...]] = {
    "case.released": (),
    "case.for-named": (),
    "case.for-all": (),
    "case.given": ("person",),
    "case.taken-from": ("person",),
    "letter.taken-back": (),
}

REMEDIATION: dict[str, tuple[str, ...]] = {
    "fix.moved": ("expected_on", "was"),
    "fix.landed": ("on",),
    "retest.asked": (),
    "retest.confirmed": ("how",),
    "fix.disputed": (),
    "fix.reopened": ("expected_on",),
    "report.closed": ("why",),
    "report.reopened": (),
    "report.noticed": (),
}
REMEDIATION_FOR_REPORTER = tuple(kind for kind in REMEDIATION if kind != "report.noticed")

PUBLICATION: dict[str, tuple[str, ...]] = {
    "embargo.proposed": ("until", "side"),
    "embargo.agreed": ("until", "side"),
    "embargo.refused": ("side",),
    "embargo.taken-back": ("side",),
    "embargo.ended": ("how",),
    "embargo.party": ("recipient_kind", "side"),
    "embargo.party-informed": ("recipient_kind",),
    "leak.reported": ("side",),
    "leak.dismissed": (),
    "draft.shared": ("which",),
    "draft.commented": (),
    "publication.planned": ("on", "side"),
    "publication.agreed": ("on", "side"),
    "publication.refused": ("side",),
    "publication.called-off": (),
    "publication.done": ("changed",),
    "hall.entered": (),
    "hall.left": (),
}
PUBLICATION_FOR_REPORTER = tuple(PUBLICATION)

OWNERS: dict[str, tuple[str, ...]] = {  # for the desk alone; what was written stands in the owner's thread
    "owner.invited": ("recipient_kind",),
    "owner.link-renewed": (),
    "owner.arrived": (),
    "owner.answered": ("on", "agreed"),
    "owner.reminded": ("due_on",),
    "owner.withdrawn": (),
}

TRIAGE: dict[str, tuple[str, ...]] = {
    "needs-more.asked": (),
    "duplicate.linked": ("earlier",),
    "duplicate.parted": ("earlier",),
    "duplicate.check-asked": (),
    "duplicate.check-allowed": (),
    "duplicate.check-declined": (),
    "duplicate.opened": (),
    "case.handed-over": ("to_kind", "identity", "way"),
}
TRIAGE_FOR_REPORTER = tuple(TRIAGE)

PRIVACY: dict[str, tuple[str, ...]] = {
    "consent.asked": ("recipient_kind",),
    "consent.given": ("recipient_kind",),
    "consent.declined": ("recipient_kind",),
    "consent.narrowed": ("recipient_kind",),
    "consent.withdrawn": ("recipient_kind", "called_back"),
    "data.shared": ("what", "recipient_kind", "ground"),
    "credit.wished": ("wish",),
    "credit.asked": (),
    "credit.confirmed": ("wish",),
    "credit.withdrawn": (),
    "erasure.noted": ("touched",),
    "erasure.asked": (),
    "erasure.reminded": ("which",),
    "erasure.attested": ("by", "obtained"),
    "erasure.given-up": (),
    "identity.erasure-asked": (),
    "identity.erased": (),
    "identity.erasure-declined": (),
    "breach.aware": ("at",),
    "breach.assessed": ("decision", "in_time"),
}
PRIVACY_FOR_REPORTER = (
    "consent.given",
    "consent.declined",
    "consent.narrowed",
    "consent.withdrawn",
    "data.shared",
    "credit.wished",
    "credit.confirmed",
    "credit.withdrawn",
    "erasure.attested",
    "identity.erasure-asked",
    "identity.erased",
    "identity.erasure-declined",
)
