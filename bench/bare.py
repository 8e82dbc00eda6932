"""The floor for letters: ``python -m bench.bare DATABASE KINDS COUNT MARK``.

The least that must be done with a letter, in one process and without a house around it: parse it with the
standard library, decrypt it with the OpenPGP library, parse what was inside, and store the text with one
synced commit per letter.  Nothing is sealed, answered or promised.  Says at the end its CPU seconds.
"""

import sqlite3
import sys
import time
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pysequoia

from bench.letters import KINDS, ORGANISATION, Kind, prepared, stamped

PARSER: "BytesParser[EmailMessage]" = BytesParser(policy=default)


def open_database(path: str) -> sqlite3.Connection:
    line = sqlite3.connect(path, timeout=30, isolation_level=None)
    line.execute("pragma journal_mode=wal")
    line.execute("pragma synchronous=full")
    line.execute("create table if not exists letter (id integer primary key, message_id text unique, text blob)")
    return line


def _key(kind: Kind) -> pysequoia.PyDecryptor:
    return pysequoia.Tsk.from_bytes((prepared(kind) / ORGANISATION).read_bytes()).decryptor()


def main(path: str, kinds: str, count: str, mark: str) -> int:
    line = open_database(path)
    keys = [_key(KINDS[name]) for name in kinds.split(",")]
    waiting = stamped(kinds, int(count), mark)
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.process_time()
    for number, raw in enumerate(waiting):
        letter = PARSER.parsebytes(raw)
        sealed = list(letter.iter_parts())[1].get_content()
        plain = pysequoia.decrypt(decryptor=keys[number % len(keys)], bytes=sealed).bytes or b""
        contents = [part.get_content() for part in PARSER.parsebytes(plain).walk() if not part.is_multipart()]
        text = b"".join(one.encode() if isinstance(one, str) else one for one in contents)
        line.execute("begin immediate")
        line.execute("insert into letter (message_id, text) values (?, ?)", (letter["message-id"], text))
        line.execute("commit")
    print(time.process_time() - began, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
