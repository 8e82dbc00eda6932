"""Triage: is it real, is it ours, how bad is it, and when will it be solved?

    rules.py       verdicts, severity, and what an assessment must say
    asking.py      what a report lacks: questions by kind of weakness
    linking.py     duplicates: which report is the first, who may check it
    cvss4.py       the one door to the cvss library
    commands.py    assess: the judgement, the letter that tells it, and the promise kept; ask for more
    duplicates.py  link a duplicate; let its reporter check the earlier report
    queries.py     the letters' drafts; what belongs together
    indexing.py    make cases findable: their words as keyed tokens
    wording.py     which words those are; stemming.py is the one door to the stemmers, keyed.py makes the tokens
    searching.py   find cases: asked.py reads a question, fulltext.py asks the database, excerpts.py shows where
    questions.py   a question in an address, locked; views.py keeps questions and filters under a name

May import: conversation, promises, cases, intake, vault, policy, ledger, ground.
"""
