"""What the steps of the walk of delivery (test_delivery_walk.py) draw from, and which are not about pauses."""

from __future__ import annotations

from hypothesis import strategies as st
from walked_way import LONGEST_PAUSE_S, Trouble

SEATS = 3
IMAGES = 3
WHO = st.integers(0, SEATS - 1)
WHICH = st.integers(0, 12)
LATER = st.integers(0, 5)  # requests that go well before the trouble
TROUBLES: tuple[Trouble, ...] = ("", "", "", "unheard", "unanswered", "crash_unheard", "crash_unanswered")
TROUBLE = st.sampled_from(TROUBLES)
PAUSE = st.sampled_from((0.0, 30.0, LONGEST_PAUSE_S))  # what a collector asks for, in seconds
TIME = st.sampled_from((1.0, 29.0, 31.0, 400.0, 3600.0))
STARTS = st.sampled_from(("", "program", "computer"))
NOT_OF_PAUSES = (
    "change hold send_again withdraw erase deliver_and_take_back back_up restore clone deliver_and_forget_all_of_it"
    " rotate heed revoke lose_the_key_and_recover lose_the_key_and_join revoke_at_the_collector back_the_collector_up"
    " decide_on_a_fork hand_over_a_file rotate_the_collectors_key restore_the_collector"
)
