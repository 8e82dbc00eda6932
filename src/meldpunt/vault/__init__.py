"""Keys, and everything that is only readable with one.

    rules.py      receipts: thirteen random bytes as 27 symbols, and what is derived from them
    sealing.py    the one door to cryptography and PyNaCl: seal, open, stream (but for pgpinside.py)
    keyring.py    the key files of this process; which role may load which
    openpgp.py    OpenPGP for the rest of the house; pgpbox.py and pgpkeys.py do it in a limited child
                  (childprocess.py is our side of such a child, confined.py its own)
    commands.py   found the vault; make and import the organisation's OpenPGP key
    published.py  security.txt, signed beforehand; our key, renewed before it expires
    wkd.py        where a Web Key Directory keeps a key
    keysearch.py  whose key is looked up there, and what came of it: a to-do between three processes
    queries.py    public keys, and secret ones for who may have them

Nothing is written before it is sealed, and sealing is never an ``if``: what
cannot be sealed is refused.  May import: policy, ledger, ground.
"""
