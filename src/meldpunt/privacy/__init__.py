"""Privacy: what leaves about a reporter, and what must be erased.

One gate: everything about the reporter that leaves goes through ``commands.share``, on a consent
that is in force, a law or a court; what left stands in a register that the reporter reads.

    rules.py      consents, and the gate
    traces.py     what in a text says who reported
    credit.py     whether and how the discoverer is named
    erasure.py    the erasure of data that was obtained; the 72 hours of a data breach
    commands.py   ask, give, narrow and withdraw a consent; share
    crediting.py  the wish to be named        erasing.py  erasure and breach
    forgetting.py the reporter asks to be forgotten
    handover.py   a report for another organisation       parcel.py   to whom it may go, what it says
    queries.py    consents, the register, ``credit_of``        drafts.py   what a person edits before it goes

May import: remediation, conduct, triage, conversation, promises, cases, intake, vault, policy, ledger, ground.
"""
