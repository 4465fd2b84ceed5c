import time

from quiz.terminal.stopwatch import Stopwatch


def test_time_in_the_editor_does_not_count():
    watch = Stopwatch()
    time.sleep(0.05)
    with watch.stopped():
        time.sleep(0.5)
    assert 50 <= watch.milliseconds < 400
    watch.restart()
    assert watch.milliseconds < 50
