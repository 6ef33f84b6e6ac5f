"""The hot tables of ingest in the shared schema: what every reading touches, each row with its tenant."""
