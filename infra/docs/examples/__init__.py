"""Programs that use the API as a university's would."""
