"""Conversation: letters to and from the reporter.

    rules.py      how a letter may go: encrypted, as a notice without content, or by the page only
    letters.py    templates in the reporter's language, always editable before they go
    mime.py       a letter as bytes: RFC 5322, PGP/MIME (RFC 3156), protected headers (RFC 9788)
    holding.py    letters that a person must look at
    keys.py       the reporter's key as it is today, and what a newer copy of it adds
    keyfound.py   reporters' keys that are looked up: who needs one, what to do with what was found
    outgoing.py   what becomes of a letter in the outbox
    strangers.py  mails to owners of systems who were invited to a case
    returns.py    letters of ours that did not arrive, and sending them again
    commands.py   take a report in and acknowledge it; write a letter
    queries.py    the page of a case, for handlers and for its reporter; what waits to be sent

A letter is written in the transaction of the act that it tells of, encrypted and then sealed,
addresses too, before it rests in the outbox.  Notes never pass through this room's commands.

May import: promises, cases, intake, vault, policy, ledger, ground.
"""
