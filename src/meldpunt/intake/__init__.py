"""Intake: everything that comes in.

    rules.py      doors, outcomes, limits; what an item in the spool holds
    commands.py   receive: seal and write durably, and only then say "received"
    queries.py    what waits, what is held, and one item opened for reading
    reading.py    a letter's bytes become a ``Letter``; its neighbours do the parts of it
    reader.py     has that done in a limited child, which may die (readerchild.py); answers.py and letterwire.py
                  look again at what comes back

Who receives holds public keys only.  Receiving writes no ledger entry: the process that
faces the network may insert into the spool and nothing else (decision 0003); the entry
follows when the opener reads the item, and carries the moment of receipt.

May import: vault, policy, ledger, ground.
"""
