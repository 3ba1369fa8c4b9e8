"""docker-compose.yml, booted for real and put through the story of the foundation: `make compose-test`."""
