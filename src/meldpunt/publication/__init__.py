"""Publication: who may know, until when it stays between us, and how we go public together.

    rules.py        two sides agree on a moment; the embargo
    going.py        the publication: its table, and what it waits for
    commands.py     embargo: propose, agree, refuse, end; who knows; leaks
    publishing.py   the plan, the draft that the reporter reads, and the publication itself
    ending.py       the moment an embargo ends, everyone involved is told
    hall.py         the hall of fame, and every other place of ours that names a reporter
    queries.py      where a case stands; advisories and the hall, as the public reads them

May import: privacy, remediation, conduct, triage, conversation, promises, cases, intake, vault, policy, ledger, ground.
"""
