"""The rules of trainees: pure, without a database and without HTTP."""
