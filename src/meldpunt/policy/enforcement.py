"""What the software does about each of the fourteen sentences.  Pure.

One line for each, for ``docs/promises.md``.  Whether it is done already is said by ``enforced`` in
the policy; a test with the sentence's id in its name shows it.
"""

from collections.abc import Mapping
from types import MappingProxyType

DOES: Mapping[str, str] = MappingProxyType(
    {
        "A1": "Takes a web form and PGP mail; publishes the key on the page, in security.txt and by WKD, and renews "
        "both before they expire.",
        "A2": "Shows the conditions at the form, keeps the accepted version of the policy with the report, and "
        "reviews the conduct of each case condition by condition.",
        "A3": "Keeps an embargo per case: who knows, until which date and hour, what happens at a leak; tells "
        "everyone involved the moment it ends, and refuses to publish before.",
        "A4": "Asks for the erasure when the fix lands, records what is attested on the page or by letter, reminds, "
        "and links the decision about a data breach.",
        "A5": "Names it among the excluded methods, and asks about it in the conduct review.",
        "A6": "Names it among the excluded methods, and asks about it in the conduct review.",
        "A7": "Asks for the system and a description first; more only where the kind of weakness needs it; a question "
        "for more is one step, and the clock of P1 goes on.",
        "P1": "Starts a clock at receipt. Only a person's letter with a verdict, and a date or the reason why there is "
        "none, keeps it; automatic mail never counts.",
        "P2": "Turns a conduct review into a signed statement that the reporter keeps and nobody can take back; "
        "records a dispute.",
        "P3": "Seals report and identity under different keys; lets nothing personal leave without a consent or a "
        "recorded ground; shows the reporter the register of what was shared.",
        "P4": "Guards the silence between two messages of a person; tells each change of the expected date with its "
        "reason; counts what a person promises in a letter.",
        "P5": "Records the wish (none, name, alias, link), asks again before publication, and undoes it when it is "
        "withdrawn.",
        "P6": "Keeps the expected date with every revision and its reason, asks the reporter to try the solution "
        "again, measures the time to a fix by severity, and puts overdue fixes first.",
        "P7": "Keeps a plan agreed on by both sides, shows the reporter the draft and takes their comments, keeps "
        "dates by hour and zone, and publishes nothing before.",
    }
)
