"""Triage: is it real, is it ours, how bad is it, and when will it be solved?

    rules.py      verdicts, severity, and what an assessment must say
    cvss4.py      the one door to the cvss library
    commands.py   assess: the judgement, the letter that tells it, and the promise kept
    queries.py    the letter's draft

May import: conversation, promises, cases, intake, vault, policy, ledger, ground.
"""
