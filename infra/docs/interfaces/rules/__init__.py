"""Which changes of an interface break those who rely on it."""
