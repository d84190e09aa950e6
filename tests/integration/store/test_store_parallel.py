"""What many writers at once must not be able to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from store_samples import CHANGE, CLAIM, CODE, COMPLAINT, HAND_OFF, INVITATION, NOW, TODAY, together

from bot.services.errors import DuplicateKeyError


def test_numbers_are_prefix_day_and_six_digits_counted_for_each_day_and_prefix(unit_of_work):
    with unit_of_work() as work:
        assert work.numbers.next("C", TODAY) == "C20261123000001"
        assert work.numbers.next("C", TODAY) == "C20261123000002"
        assert work.numbers.next("T", TODAY) == "T20261123000001"
        assert work.numbers.next("C", date(2026, 11, 24)) == "C20261124000001"
        work.commit()
    with unit_of_work() as work:
        assert work.numbers.next("C", TODAY) == "C20261123000003"


def test_twenty_threads_never_get_the_same_number(unit_of_work):
    def take_five(_):
        taken = []
        for _ in range(5):
            with unit_of_work() as work:
                taken.append(work.numbers.next("C", TODAY))
                work.commit()
        return taken

    numbers = [number for taken in together(20, take_five) for number in taken]
    assert sorted(numbers) == [f"C20261123{count:06d}" for count in range(1, 101)]


def _add_in_parallel(unit_of_work, name, case_of):
    def add(n):
        with unit_of_work() as work:
            try:
                getattr(work, name).add(case_of(n))
            except DuplicateKeyError:
                return False
            work.commit()
            return True

    return together(8, add)


def test_same_key_at_once_makes_one_claim(unit_of_work):
    written = _add_in_parallel(unit_of_work, "claims", lambda n: replace(CLAIM, claim_no=f"C{n}"))
    assert sum(written) == 1
    with unit_of_work() as work:
        stored = work.claims.by_key(CLAIM.idempotency_key)
        assert stored.claim_no == f"C{written.index(True)}"
        assert work.claims.of_conversation("conversation-1") == (stored,)
        assert len(stored.steps) == 2


def test_same_key_at_once_makes_one_complaint_one_endorsement_and_one_hand_off(unit_of_work):
    complaints = _add_in_parallel(unit_of_work, "complaints", lambda n: replace(COMPLAINT, complaint_no=f"T{n}"))
    changes = _add_in_parallel(unit_of_work, "endorsements", lambda n: replace(CHANGE, endorsement_no=f"E{n}"))
    hand_offs = _add_in_parallel(unit_of_work, "hand_offs", lambda n: replace(HAND_OFF, idempotency_key=f"h{n}"))
    assert (sum(complaints), sum(changes), sum(hand_offs)) == (1, 1, 1)


def test_loser_of_a_race_reads_the_winners_row_in_its_own_transaction(unit_of_work):
    def report(n):
        with unit_of_work() as work:
            try:
                work.claims.add(replace(CLAIM, claim_no=f"C{n}"))
                number = f"C{n}"
            except DuplicateKeyError:
                number = work.claims.by_key(CLAIM.idempotency_key).claim_no
            work.commit()
            return number

    assert len(set(together(8, report))) == 1


def test_parallel_tries_of_a_code_are_each_counted(unit_of_work):
    with unit_of_work() as work:
        work.identities.save_code(replace(CODE, tries=0))
        work.commit()

    def try_once(_):
        with unit_of_work() as work:
            count = work.identities.count_try(CODE)
            work.commit()
            return count

    assert sorted(together(12, try_once)) == list(range(1, 13))


def test_right_code_sent_ten_times_at_once_is_accepted_once(unit_of_work):
    with unit_of_work() as work:
        work.identities.save_code(CODE)
        work.commit()

    def use(_):
        with unit_of_work() as work:
            code = work.identities.current_code("conversation-1")
            if code.used:
                return False
            work.identities.save_code(replace(code, used=True))
            work.commit()
            return True

    assert sum(together(10, use)) == 1


def test_parallel_guesses_in_many_conversations_stop_at_the_limit(unit_of_work):
    def guess(_):
        with unit_of_work() as work:
            if work.identities.failures("id:1", NOW - timedelta(minutes=30)) >= 3:
                return False
            work.identities.add_failure(["id:1"], NOW)
            work.commit()
            return True

    assert sum(together(10, guess)) == 3


def test_notes_added_to_a_claim_at_once_are_all_kept(unit_of_work):
    with unit_of_work() as work:
        work.claims.add(CLAIM)
        work.commit()

    def add_note(n):
        with unit_of_work() as work:
            claim = work.claims.get(CLAIM.claim_no)
            work.claims.save(replace(claim, notes=(*claim.notes, f"note {n}")))
            work.commit()

    together(8, add_note)
    with unit_of_work() as work:
        assert set(work.claims.get(CLAIM.claim_no).notes) == {*CLAIM.notes, *(f"note {n}" for n in range(8))}


def test_consent_is_answered_once_when_yes_and_no_come_together(unit_of_work):
    with unit_of_work() as work:
        for n in range(10):
            work.endorsements.add(replace(CHANGE, endorsement_no=f"E{n}", idempotency_key=f"key-{n}"))
            unanswered = replace(
                INVITATION, endorsement_no=f"E{n}", code_hash=f"hash-{n}", answered_at=None, agreed=None
            )
            work.endorsements.invite(unanswered)
        work.commit()

    def answer(code_hash, agreed):
        with unit_of_work() as work:
            invitation = work.endorsements.invitation_by_code(code_hash)
            if invitation.answered_at:
                return False
            work.endorsements.save_invitation(replace(invitation, answered_at=NOW, agreed=agreed))
            work.commit()
            return True

    answered = together(6, lambda thread: sum(answer(f"hash-{n}", thread % 2 == 0) for n in range(10)))
    assert sum(answered) == 10


def test_customer_waiting_in_the_queue_is_taken_by_one_person(unit_of_work):
    with unit_of_work() as work:
        work.hand_offs.add(replace(HAND_OFF, taken_by=""))
        work.commit()

    def take(n):
        with unit_of_work() as work:
            hand_off = work.hand_offs.open_for("conversation-1")
            if hand_off.taken_by:
                return False
            work.hand_offs.save(replace(hand_off, taken_by=f"agent-{n}"))
            work.commit()
            return True

    assert sum(together(6, take)) == 1
