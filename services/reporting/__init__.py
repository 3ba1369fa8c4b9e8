"""Reporting: how far the goals are, on any date, as known at any moment.

Owns: facts (one row per event of others, append-only), the cohorts, programs, universities and companies they are
about, indicator definitions, goal frameworks, and the sessions of people who look at its pages.
Publishes: nothing.
Listens to: everything that trainees, employers and matching publish about enrolments, placements, seats and positions,
and about the cohorts, programs, universities and companies they belong to. All of it is a projection: it can be dropped
and rebuilt from the log beside the running one.
"""
