"""Oversight: how well the promises are kept, in figures that nobody edits.

    rules.py       quarters, outcomes, and what may be told of them without pointing at a case
    events.py      the public score was drawn
    models.py      what other rooms' events came to; the public score as it was drawn; what it was drawn from
    queries.py     the score of the desk, exact and with references; the public one
    commands.py    hear an entry of the ledger; draw the public score
    document.py    the public score as JSON, and its shape
    plot.py        numbers over time, as places on a plane
    figures.py     how the work goes: numbers of the desk.  periods.py has its months and quarters

May import every room before it: publication, privacy, remediation, conduct, triage and those upstream.
"""
