"""The engines: what runs without anybody looking at it.

    mailgate.py    letters in over LMTP, and over SMTP if wished; holds public keys only.
                   lmtp.py and smtpin.py speak the protocols, allowance.py limits who sends too much
    imapfetch.py   letters in from a mailbox; holds public keys only.  imap.py speaks the protocol
    opener.py      has what came in read; no network.  arriving.py translates it for the rooms, ahead.py has the
                   next letter read meanwhile, patience.py tries again later what the machine hinders
    renewing.py    a part of the opener: security.txt and our key never run out
    keyswanted.py  a part of the opener: whose OpenPGP key is wanted, and what was found
    keyfinder.py   looks for those keys at their mail domains, if wished.  keyfetch.py asks one
    hooks.py       calls colleagues' webhooks, if wished.  hookcall.py calls one; narrow.py is the line that both
                   it and keyfetch.py use, side_by_side.py lets several ask at once
    post.py        letters out over SMTP.  smtp.py speaks the protocol
    tick.py        what happens because time passes
    web.py         the web server that portal, desk and first-run page run in
    followers.py   how one room hears of another: a table of bookmarks
    up.py          all of them together on one machine: start, watch, stop.
                   checks.py looks before, prepare.py brings the database up to date,
                   children.py holds the processes, listening.py asks whether they answer
    process.py     how each of them starts, hears that it should stop, and ends

Each runs as ``python -m meldpunt.works.<name>`` and holds at most one dangerous thing.
May import: every room.
"""

from meldpunt.works.process import open_for_engine

open_for_engine()
