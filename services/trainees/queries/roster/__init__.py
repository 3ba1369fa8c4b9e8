"""What rosters brought, would bring, and are compared with."""
