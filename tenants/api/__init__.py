"""Routes of the tenants: me, applications, acts of two persons, members, tokens, keys, intents, the log."""
