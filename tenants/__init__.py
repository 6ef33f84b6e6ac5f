"""Who you are: people, organisations, roles, keys, registration, and the schema of each enterprise."""
