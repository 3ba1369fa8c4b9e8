"""Reconciliation: every figure computed a second time, another way, from the services' own tables, and compared.

It looks into all four databases, as only an operator may, and shares no formula with services/reporting.
"""
