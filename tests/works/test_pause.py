"""What follows on letters waits for a pause between them, and not for ever."""

from meldpunt.works.pause import AT_MOST, EVERY, QUIET, SOON, Pause


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_without_letters_there_is_always_time():
    pause = Pause(Clock())
    assert pause.is_long_enough() and pause.is_long_enough()
    assert pause.look_again == EVERY


def test_after_a_letter_it_waits_for_a_little_quiet():
    pause = Pause(clock := Clock())
    pause.broken()
    assert not pause.is_long_enough() and pause.look_again == SOON
    clock.now += QUIET
    assert pause.is_long_enough() and pause.look_again == EVERY


def test_while_letters_keep_coming_it_waits_for_so_long_and_then_once():
    pause = Pause(clock := Clock())
    step, done = QUIET / 2, []
    while clock.now < 3 * AT_MOST:
        pause.broken()
        clock.now += step
        done += [clock.now] if pause.is_long_enough() else []
    assert 2 <= len(done) <= 3
    assert done[0] >= AT_MOST
