"""Portal: the face towards reporters, on the open Internet.

    middleware.py  language; the clock read once; public keys; refusals as pages; headers
    uploads.py     files are sealed while they arrive, never whole in memory nor plain on disk
    pages.py       the page for what went wrong
    policy.py      the policy, its earlier versions, the organisation's key
    wellknown.py   security.txt, the key directory for mail programs, the page about our key
    report.py      the form, and the receipt that is shown once
    visit.py       the receipt typed in, the page of one report, messages and files
    owner.py       an owner of a system comes in; owner_case.py is the page that they see
    score.py       the public score: page, JSON, feed
    forms.py       what one may type, and what is wrong with it
    timeline.py    the events of a case in words
    throttle.py    wrong receipts get slow answers, right ones never
    flood.py       tickets, for when very many forms come in
    sealing.py     what a browser needs to encrypt to us before it sends

A shell: parses, calls one command or query, answers.  It holds the vault's public key and no
other, keeps no session, and notes no address or browser of anybody.  May import: every
room's commands, queries and rules; never desk or works.
"""
