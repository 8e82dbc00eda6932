"""Letters per minute: who is over the limit, and who is not harmed by it."""

from hypothesis import given
from hypothesis import strategies as st

from meldpunt.works.allowance import WINDOW, Allowance, Limits, network_of


def test_one_sender_reaches_a_limit_and_another_does_not_notice():
    allowance = Allowance(Limits(sender=3, host=10, overall=100))
    assert [allowance.exceeded("A@a.example", "192.0.2.1", n) for n in range(4)] == ["", "", "", "sender"]
    assert allowance.exceeded("a@A.example", "192.0.2.1", 4) == "sender"
    assert allowance.exceeded("b@a.example", "192.0.2.1", 4) == ""


def test_a_forged_sender_does_not_use_up_the_true_ones_share():
    allowance = Allowance(Limits(sender=1, host=10, overall=100))
    assert allowance.exceeded("rui@r.example", "192.0.2.66", 0) == ""
    assert allowance.exceeded("rui@r.example", "192.0.2.66", 0) == "sender"
    assert allowance.exceeded("rui@r.example", "192.0.2.1", 0) == ""


def test_one_machine_under_many_names_is_one_machine():
    allowance = Allowance(Limits(sender=3, host=5, overall=100))
    said = [allowance.exceeded(f"{n}@a.example", f"2001:db8::{n}", 0) for n in range(6)]
    assert said == [""] * 5 + ["host"]
    assert allowance.exceeded("x@a.example", "2001:db8:0:1::1", 0) == ""


def test_what_was_refused_counts_for_nobody():
    allowance = Allowance(Limits(sender=1, host=2, overall=2))
    for _ in range(50):
        allowance.exceeded("flood@a.example", "192.0.2.66", 0)
    assert allowance.exceeded("rui@r.example", "192.0.2.1", 0) == ""
    assert allowance.exceeded("ann@r.example", "192.0.2.2", 0) == "overall"


def test_the_minute_slides():
    allowance = Allowance(Limits(sender=2, host=9, overall=9))
    assert [allowance.exceeded("a", "h", at) for at in (0, 30, 59, WINDOW, WINDOW + 1)] == [
        "",
        "",
        "sender",
        "",
        "sender",
    ]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.floats(0, 20)), max_size=60))
def test_no_minute_holds_more_than_the_limits_and_nothing_is_kept_for_longer(calls):
    limits = Limits(sender=2, host=3, overall=5)
    allowance, now, admitted = Allowance(limits), 0.0, []
    for sender, host, later in calls:
        now += later
        last = [one for one in admitted if one[2] > now - WINDOW]
        same = [one for one in last if one[:2] == (sender, host)]
        there = [one for one in last if one[1] == host]
        free = len(same) < limits.sender and len(there) < limits.host and len(last) < limits.overall
        assert (allowance.exceeded(sender, host, now) == "") is free
        if free:
            admitted.append((sender, host, now))
    assert len(allowance._admitted) <= limits.overall and len(allowance._counts) <= 2 * limits.overall + 2


def test_machines():
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("fe80::1%eth0") == "fe80::/64"
    assert network_of("") == ""
