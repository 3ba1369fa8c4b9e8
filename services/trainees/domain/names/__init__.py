"""Names of one human in different spellings: Hangul, hanja, Latin letters."""
