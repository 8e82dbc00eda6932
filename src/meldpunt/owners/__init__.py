"""Owners of systems: a developer or a supplier is invited to one case, sees its technical part and solves it.

An owner has no account.  A link, bound to their mail address, opens a key pair that was made for them alone; so
they can read what the desk wrote to them, and nothing else of the case: not who reported, no letter, no note, and
not what another owner reads.  What goes to them has passed the gate of privacy.

    rules.py      what an owner and the desk may do when; codes, dates, reminders
    kept.py       what is in a thread, sealed
    mails.py      the mails to owners: a reference and a link, never content
    commands.py   what the desk does: invite, write, answer a date, ask again, withdraw
    passes.py     how an owner comes in: link, code, visit
    acting.py     what an owner does: write, propose a date, say that it is solved, give the case back
    unseen.py     files of owners that the virus scanner is still to be asked about
    hearing.py    what happens in the case, as far as it concerns owners; reminders before their date
    queries.py    threads, for the desk and for the owner

May import: privacy, remediation, conduct, triage, conversation, promises, cases, intake, vault, policy, ledger, ground.
"""
