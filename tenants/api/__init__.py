"""Routes of the tenants: who I am, applications, acts of two persons, members, tokens, keys, intents, the log."""
