"""Remediation: the weakness is solved, tried again by who found it, and the report closed.

Where both stand is drawn from the ledger; the table of this room only serves the lists.

    rules.py      the two state tables, and what may be done when
    commands.py   move the date, solved, confirmed or not, close, reopen: each with its letter
    queries.py    where a case stands, drafts of the letters, closed reports, time to fix

May import: conduct, triage, conversation, promises, cases, intake, vault, policy, ledger, ground.
"""
