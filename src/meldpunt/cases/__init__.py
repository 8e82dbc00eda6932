"""Cases: the case, what was written in it, the people, and where it stands.

A case has three key pairs.  What reporter and organisation write to each other is sealed
to the *case* key, who the reporter is to the *identity* key, internal notes to the *desk*
key.  The private halves are sealed to the vault; the case key alone is also sealed under
the reporter's receipt.  So a receipt opens the correspondence, and can open neither a note
nor anything else: there is no path.

    rules.py      what a record holds, references, who may do what
    commands.py   open, join, take, note, receipts and visits
    queries.py    the one door through which a shell sees a case
    access.py     which cases somebody may see, and what they may do in them
    giving.py     for whom a case is, and who handles it
    people.py     who has which role at the desk
    senders.py    the cases of one sender, without any key
    presence.py   who has a case open at this moment
    undoing.py    a letter that is taken back before it went
    texts.py      everything that was written in some cases, to be made findable
    guests.py     somebody else who is given one part of a case, with a key pair of their own

May import: intake, vault, policy, ledger, ground.
"""
