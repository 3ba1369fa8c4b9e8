"""The rules of companies, agreements, positions and seats: pure, without database and without HTTP."""
