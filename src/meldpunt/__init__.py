"""Meldpunt runs an organisation's vulnerability disclosure policy.

Read the rooms in the order a report travels:

    policy -> vault -> intake -> cases -> promises -> conversation -> triage

Three shells stand around them: ``portal`` faces reporters, ``desk`` faces
handlers, ``works`` faces the mail, the clock and the spool.  ``ground`` and
``ledger`` are the floor on which everybody stands; ``site`` plugs it together.
"""
