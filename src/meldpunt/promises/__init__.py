"""Promises: what is owed to a reporter, and by when.

A promise starts when something happens to a case, is kept when a person does something
else, and is missed when the clock gets there first.  What is owed follows from the policy
and the ledger alone: the table here is drawn from them by a follower, answers "what is
due" quickly, and can be thrown away and drawn again.

    rules.py      how a promise stands, and the due bar
    commands.py   hear an entry of the ledger; note a miss, once; rebuild
    queries.py    what is owed, by whom, to whom

May import: cases, intake, vault, policy, ledger, ground.
"""
