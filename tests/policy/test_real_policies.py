"""What real organisations promise can be written down as a policy, said on the page, and counted.

The table of what they promise is found beside the repository, when it is there.
"""

import json
import os
import re
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays as oracle
import pytest

from meldpunt.policy.default import default_text
from meldpunt.policy.document import read
from meldpunt.policy.page import page_words
from meldpunt.policy.preview import clocks
from meldpunt.policy.rules import Unit
from meldpunt.policy.words import due_in_words, term_in_words

ROOT = Path(__file__).parents[2]
TABLE = ROOT / os.environ.get("MELDPUNT_KNOWN_ANSWERS", "../shared") / "policies.jsonl"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
GOOD_FRIDAY = datetime(2026, 4, 3, 16, 30, tzinfo=AMSTERDAM)
ELSEWHERE = {
    "Zerocopter": "https://app.zerocopter.example",
    "CERT-WM": "https://cert-wm.example",
    "NCSC": "https://ncsc.example",
    "z-cert": "https://z-cert.example",
    "portaal": "https://portaal.example",
}
BOTH_ARE_CONTACTED = {"nl": "Wij hebben een afspraak met {to}.", "en": "We have an agreement with {to}."}


def rows():
    if not TABLE.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="the table of real policies is not here"))]
    found = [json.loads(line) for line in TABLE.read_text("utf-8").splitlines()]
    return [pytest.param(row, id=f"{n}-{row['url'].split('/')[2]}") for n, row in enumerate(found, 1)]


def as_policy(row):
    """The row as the text of a policy.toml."""
    languages = page_languages(row)
    host = row["url"].split("/")[2]
    policy = tomllib.loads(default_text(name=host, contact=f"cvd@{host}", languages=languages, prefix="RP"))
    policy["reports"] = {"languages": report_languages(row), "anonymous": True, "pseudonyms": True}
    policy["channels"] = channels(row, languages)
    write_terms(policy, row, languages)
    write_note(policy, row, languages)
    if "tutoyeert" in row.get("language", ""):
        policy["promises"]["P3"]["text"]["nl"] = "We delen je gegevens met niemand zonder jouw toestemming."
    return as_toml(policy)


def page_languages(row):
    spoken = re.split(r"[(,]", row.get("language", "nl+en"))[0]
    return re.findall(r"\b(nl|en)\b", spoken)


def report_languages(row):
    language = row.get("language", "")
    if "ENGELS" in language:
        return ["en"]
    return ["nl", "en"] if "melding nl of en" in language else page_languages(row)


def channels(row, languages):
    text = row.get("channel", "")
    found = [
        {"kind": "elsewhere", "url": url, "name": dict.fromkeys(languages, name)}
        for name, url in ELSEWHERE.items()
        if name in text
    ]
    if re.search("formulier|upload|link", text):
        found.append({"kind": "form"})
    if re.search("mail|@|PGP", text) and not found:
        found.append({"kind": "mail"})
    return found or [{"kind": "mail"}]


def term_of(promised):
    """``{"n": 3, "unit": "werkdagen"}`` as a term."""
    unit = promised["unit"].split("(")[0]
    return f"{promised['n']} {'working days' if re.search('werkdag|working', unit) else 'days'}"


def write_terms(policy, row, languages):
    p1, texts = policy["promises"]["P1"], policy["promises"]["P1"]["text"]
    if row.get("first_assessment"):
        p1["assessment"] = term_of(row["first_assessment"])
    else:
        p1["internal"] = ["assessment"]
        for language in languages:
            p1["title"][language] = {"nl": "Antwoord, zo snel mogelijk", "en": "An answer, as soon as we can"}[language]
            texts[language] = {"nl": "Een mens beoordeelt uw melding.", "en": "A person assesses it."}[language]
    if isinstance(row.get("acknowledge"), dict):
        p1["acknowledgement"] = term_of(row["acknowledge"])
        for language in languages:
            texts[language] += {
                "nl": " Binnen {acknowledgement} bevestigen wij de ontvangst.",
                "en": " Within {acknowledgement} we confirm that it has arrived.",
            }[language]
    p4 = policy["promises"]["P4"]
    p4["internal"] = ["longest_gap"]
    for language in languages:
        p4["text"][language] = {"nl": "Wij houden u op de hoogte.", "en": "We keep you informed."}[language]


def write_note(policy, row, languages):
    note = row.get("note", "")
    if re.search("60 dagen", note) and "MELDER" not in note:
        say(policy["promises"]["P6"], "fix", "60 days", languages)
    if "minstens 60 dagen" in note:
        say(policy["asks"]["A3"], "embargo", "60 days", languages)
    sharer = next((name for name in ("IBD", "Z-CERT") if name in note), None)
    if sharer:
        words = {language: BOTH_ARE_CONTACTED[language].format(to=sharer) for language in languages}
        policy["standing_shares"] = [{"what": "technical", "to": dict.fromkeys(languages, sharer), "ground": words}]
    if "beloning" in note:
        policy["reward"] = {"kind": "gift", "text": dict.fromkeys(languages, "Een t-shirt; a t-shirt.")}
    if "patches" in note:
        policy["non_qualifying"].append(dict.fromkeys(languages, "een patch van minder dan twee weken oud"))
    if note:  # whatever it is, it can be said in words of one's own
        own = {"id": "X1", "kind": "ask", "title": dict.fromkeys(languages, "Verder")}
        policy["clauses"] = [own | {"text": dict.fromkeys(languages, note)}]


def say(clause, name, term, languages):
    clause[name] = term
    for language in languages:
        clause["text"][language] += {"nl": f" Dat duurt hoogstens {{{name}}}.", "en": f" At most {{{name}}}."}[language]


def as_toml(value, path=()):
    """A dict as TOML, tables and lists of tables last."""
    plain, tables = [], []
    for key, inner in value.items():
        if isinstance(inner, dict):
            tables.append(f"[{'.'.join((*path, key))}]\n{as_toml(inner, (*path, key))}")
        elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
            tables += [f"[[{'.'.join((*path, key))}]]\n{as_toml(one, (*path, key))}" for one in inner]
        else:
            plain.append(f"{key} = {json.dumps(inner, ensure_ascii=False)}\n")
    return "".join([*plain, *tables])


def counted(term, start):
    """The day on which a term ends, counted day by day with another program's holidays."""
    off = oracle.NL(years=range(start.year, start.year + 2))
    day, left = start.date(), term.count
    while left:
        day += timedelta(days=1)
        free = day.weekday() >= 5 or day in off or (day.month, day.day) == (5, 5)
        left -= not (free and term.unit is Unit.WORKING_DAYS)
    return day


@pytest.mark.parametrize("row", rows())
def test_a_real_policy_is_read_said_and_counted(row):
    policy = read(as_policy(row))
    promised = {"assessment": row.get("first_assessment"), "acknowledgement": row.get("acknowledge")}
    for name, value in promised.items():
        if isinstance(value, dict):
            term = getattr(policy, name)
            assert term.count == value["n"]
            assert (term.unit is Unit.WORKING_DAYS) is ("working" in term_of(value))
            for language in policy.languages:
                said = " ".join(f"{one.title} {one.text}" for one in page_words(policy, language).promises)
                assert term_in_words(term, language) in said
    for clock in clocks(policy, GOOD_FRIDAY):
        assert clock.due.due_on == counted(clock.term, GOOD_FRIDAY)
        for language in policy.languages:
            assert due_in_words(clock.due.due_on, AMSTERDAM, language) in clock.words.said_in(language)
    if policy.asks[-1].own:
        assert page_words(policy, policy.languages[0]).asks[-1].text == row["note"]
        assert policy.asks[-1].enforced is False
    for share in policy.standing_shares:
        [p3] = [one for one in page_words(policy, "nl").promises if one.id == "P3"]
        assert share.to.said_in("nl") in " ".join(p3.more)


@pytest.mark.parametrize(
    ("host", "acknowledge", "assess", "fix", "says"),
    [
        ("www.goirle.nl", None, date(2026, 4, 8), None, "vijf dagen"),
        ("www.nieuwkoop.nl", None, date(2026, 4, 9), None, "drie werkdagen"),
        ("www.katwijk.nl", None, date(2026, 5, 1), None, "28 dagen"),
        ("www.schielandendekrimpenerwaard.nl", date(2026, 4, 9), date(2026, 5, 3), None, "30 dagen"),
        ("www.coa.nl", date(2026, 4, 7), date(2026, 4, 9), date(2026, 6, 2), "one working day"),
        ("bblcompany.com", None, date(2026, 4, 13), None, "five working days"),
    ],
)
def test_some_of_them_counted_by_hand(host, acknowledge, assess, fix, says):
    [row] = [one.values[0] for one in rows() if one.values[0] and host in one.values[0]["url"]] or [None]
    if row is None:
        pytest.skip("the table of real policies is not here")
    policy = read(as_policy(row))
    ends = {clock.kind: clock.due.due_on for clock in clocks(policy, GOOD_FRIDAY)}
    assert (ends.get("acknowledgement"), ends["assessment"], ends.get("fix")) == (acknowledge, assess, fix)
    assert says in " ".join(one.text for one in page_words(policy, "nl").promises)


def test_reports_in_another_language_than_the_page():
    text = default_text(name="X", contact="a@b.example", languages=("nl",)).replace(
        '# languages = ["en"]', 'languages = ["en"]'
    )
    policy = read(text)
    assert (policy.languages, policy.report_languages) == (("nl",), ("en",))
    assert page_words(policy, "nl").report_languages == "Schrijf in het Engels."
