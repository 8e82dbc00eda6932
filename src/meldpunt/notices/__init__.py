"""Notices to those at the desk: something happened, something is due.  Only a reference and a day, never content.

    errors.py      what is refused
    rules.py       what there is to tell, how often somebody wants to hear it, and when that is
    shapes.py      a call to a webhook as bytes, for each kind of receiver, and its signature
    events.py      what this room tells the ledger
    models.py      how everybody wants to be told; their webhooks; what waits to be told
    queries.py     what the desk's page and ``meldpunt doctor`` show
    commands.py    wishes and webhooks
    hearing.py     an entry of the ledger becomes a notice to whom it concerns
    reminding.py   a promise that is due becomes one, too
    mailing.py     notices that are due go out by mail, one mail for each person
    calling.py     the side of the process that calls webhooks

May import: conversation, promises and those upstream.
"""
