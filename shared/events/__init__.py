"""Facts on their way from one service to the others: contracts, outbox, relay, inbox, dead letters."""
