"""The policy: what we ask of a reporter, what we promise, and how long that takes.

One structured document, ``policy.toml``.  The public page, the clocks and the letters are
all drawn from the object that is read from it, so the page cannot promise what no clock
does.  Publishing a change makes a new version; old ones stay.

    calendar.py   which days are working days, and why the others are not; ``abroad`` for other countries
    rules.py      terms ("3 working days"), when they end, what is left of them
    shape.py      the policy as an object; ``values`` for its smaller parts
    document.py   that object, read from its text: ``tables`` and ``lines`` say where something is wrong,
                  ``clauses``, ``details`` and ``working_days`` read its parts, ``contradictions`` compares them
    default.py    a complete policy to begin with, in Dutch and English
    page.py       the words of the policy page
    preview.py    what a text would say and count; ``changes`` against what holds
    security_txt.py  the lines of security.txt, for others to sign
    words.py      days, moments and terms in plain words
    enforcement.py   what the software does about each of the fourteen sentences
    proposing.py  who may propose, approve and publish
    queries.py    the current version, an older one, what waits to be approved
    commands.py   publish; propose, approve, withdraw

Time comes in as an argument.  May import: ledger, ground.
"""
