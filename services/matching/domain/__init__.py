"""The rules of placements, seats and recommendations: pure, without database and without HTTP."""
