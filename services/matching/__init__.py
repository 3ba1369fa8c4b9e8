"""Matching: recommendations with reasons, and placements from the proposal to the end of the employment.

Owns      placements with their steps and evidence; read models of candidates, openings and their seats.
Publishes matching.placement: proposed, offered, accepted, started, evidenced, ended, declined, withdrawn, expired.
Listens   trainees.university, trainees.cohort, trainees.enrolment: who can be recommended, from when, for whom;
          employers.company, employers.position, employers.seat: what is open, and whether an offer got its seat.
Personal data never comes here: persons are random ids.
"""
