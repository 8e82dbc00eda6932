"""What ``make bench`` measures: the real program, always beside a floor taken in the same run.

    __main__.py     the lines of the table, chosen, measured, printed
    table.py        one result: floor, ours, their ratio, the aim; the table and the JSON
    house.py        a data folder and the real program in it: init, up, stop, CPU and memory
    letters.py      letters as a mail program would send them, encrypted and signed by gpg
    intake.py       PGP letters in, as durable cases; sender.py hands them in, bare.py is the floor
    seed.py         a house with thousands of cases, made by the rooms' own commands and kept
    client.py       one browser: a connection that stays open, cookies, forms, sign-in
    pages.py        inbox, case, policy and reporter's page; floor_*.py is the trivial page
    starting.py     how long until everything answers
    upload.py       a large file through the form

A ratio of 2 means: takes twice as long as the floor.  Not part of the product and of no test:
a figure depends on the machine, a ratio hardly.
"""
