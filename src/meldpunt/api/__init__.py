"""JSON over the same commands, for programs of those at the desk.

    middleware.py  what every request goes through: the clock, and refusals as problem documents
    problems.py    a problem document (RFC 9457)
    bearer.py      whose token this is, and how often it may ask
    pace.py        a bucket for each token
    shapes.py      what goes in and out
    reading.py     what is owed, one case whole, promises, the score
    acting.py      take a case, note, write to a reporter
    schema.py      all of it together, as OpenAPI 3.1

A process of its own (``api``), on the handlers' network.  It holds no rule and touches no table.
"""
