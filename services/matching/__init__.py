"""Matching: recommendations with reasons, and placements from the proposal to what became of people a year later.

Owns      placements with their steps, claims, evidence, mismatches and follow-ups; what candidates wish for, can do and
          refuse; read models of candidates, openings and their seats.
Publishes matching.placement: proposed, offered, accepted, started, evidenced, ended, declined, withdrawn, expired, reversed,
          reopened, moved_to_person; matching.candidate: wishes, skills, parking, refusal of automation;
          matching.mismatch: found, resolved; matching.follow_up: due, answered, cancelled.
Listens   trainees.university, trainees.program, trainees.cohort, trainees.enrolment, trainees.person: who can be
          recommended, from when, for whom, with which skills, and who is one human;
          employers.company, employers.position, employers.seat: what is open, and whether an offer got its seat.
Personal data never comes here: persons are random ids.
"""
