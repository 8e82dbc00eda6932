"""Tokens: how a program does what a person at the desk may do.

    errors.py      what is refused
    rules.py       what a token may, how long it lives, and how it looks
    events.py      what this room tells the ledger
    models.py      tokens, as hashes; what was done under which idempotency key
    queries.py     one's own tokens; whose token this is
    commands.py    make one, revoke it, note that it was used
    once.py        the same request twice is one act
    hearing.py     who may not sign in any more has no token any more

May import: ledger, vault and the rooms between; knows nothing of HTTP.
"""
