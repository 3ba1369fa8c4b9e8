"""Trainees: who trains where, and how far they have come; the only service that knows who anybody is.

Owns       universities, programs, cohorts, persons with their personal data, enrolments with their history, roster syncs
Publishes  trainees.university, trainees.program, trainees.cohort, trainees.person, trainees.enrolment
Listens to matching.placement: a start is kept as employment and takes a participant out of the training early; from the
           acceptance on the company may know the person; employers.company: who may act for it

Personal data never leaves: other services know a person by a random id.
"""
