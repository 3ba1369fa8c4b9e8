"""Employers: partner companies, their agreements and pledges, the positions they post and every seat in them.

Owns       companies, agreements, pledges, positions, seats
Publishes  employers.company, employers.agreement, employers.position, employers.seat
Listens to matching.placement: an offer reserves the named seat, a start fills it, a no or an end gives it back

Each seat is a row and an aggregate of its own, so that nothing about seats is ever counted twice or kept beside them.
"""
