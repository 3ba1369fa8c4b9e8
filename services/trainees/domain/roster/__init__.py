"""What a roster file says: taken apart whatever its format, its columns recognised, each row read or refused."""
