"""A mail server that hands letters in over LMTP: ``python -m bench.sender HOST:PORT KINDS COUNT MARK``.

Connects, says ``ready``, waits for a line on its input, hands the letters in one after the other over one
connection, and says how many were stored.
"""

import smtplib
import sys

from bench.house import CONTACT
from bench.letters import stamped


def main(address: str, kinds: str, count: str, mark: str) -> int:
    host, _, port = address.rpartition(":")
    waiting = stamped(kinds, int(count), mark)
    with smtplib.LMTP(host, int(port), local_hostname="mail.example") as line:
        print("ready", flush=True)
        sys.stdin.readline()
        for number, letter in enumerate(waiting):
            line.sendmail(f"sender{number}@mail.example", [CONTACT], letter)
    print(count, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
