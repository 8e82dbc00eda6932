"""Desk: the handlers' face of the house.

    accounts.py    the one door to who may sit at the desk, and what the sign-in library asks us
    codes.py, code_forms.py    the generator of sign-in codes; each code once, half a minute early or late
    passkeys.py, provider.py   the doors to WebAuthn and to an OpenID provider; *_pages.py their pages
    adapter.py, patience.py    what the sign-in library asks us; how often one may try
    signing_in.py  the pages of the sign-in library, in our look
    links.py, welcome.py, invitations.py   one-time links: made, taken up, listed
    sessions.py, seat.py, kept.py          who is signed in where, until when; a form that comes too late
    middleware.py  language; the clock read once; who acts; refusals as pages
    owed.py        what we owe, in groups and in one sentence.  Pure
    inbox.py, case.py, answer.py, held.py    the pages
    score.py                                 how well promises are kept, with the cases; bars and CSV
    founding.py    the first run: everything that a new house needs
    setup.py       the page behind the one-time link of the first run

A shell: parses, calls one command or query, answers.  It holds no rule and touches no
table of a room.  May import: every room's commands, queries, rules; never portal or works.
"""
