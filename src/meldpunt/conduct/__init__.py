"""Conduct: were the conditions kept, and what follows from that for the reporter.

The asks A2 to A6 of the policy are gone through one by one, by a person; when they were kept, the
organisation says so in a signed statement that the reporter keeps and that nobody can take back (P2).

May import: triage, conversation, promises, cases, intake, vault, policy, ledger, ground.
"""
