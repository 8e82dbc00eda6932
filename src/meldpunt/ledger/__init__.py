"""What happened, once, in order, for ever.

One append-only table for the whole product.  Every entry has the next number of
all, belongs to a stream (a case, or the house), takes the next step in it, and
carries the hash of the entry before it in that stream.  Entries hold references
and facts, never personal data or report text: those live in the vault, so that
forgetting someone never means rewriting history.

    log.py      append, read, head
    proof.py    verify: the whole log, or one head that a reporter still has
    follow.py   how one room hears of another: a bookmark on the log
    rows.py     new rows, written fast: for every room that writes many

May import: ground.
"""
