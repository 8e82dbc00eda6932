"""The policy: what we ask of a reporter, what we promise, and how long that takes.

One structured document, ``policy.toml``.  The public page, the clocks and the letters are
all drawn from the object that is read from it, so the page cannot promise what no clock
does.  Publishing a change makes a new version; old ones stay.

    calendar.py   which days are working days, and why the others are not
    rules.py      terms ("3 working days"), when they end, what is left of them
    document.py   the policy as an object, read from its text
    default.py    a complete policy to begin with, in Dutch and English
    words.py      days, moments and terms in plain words
    queries.py    the current version, or an older one
    commands.py   publish

Time comes in as an argument.  May import: ledger, ground.
"""
