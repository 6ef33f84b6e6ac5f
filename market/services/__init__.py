"""What changes the market: signed intents queued for the ledger, and the projection of its events."""
