"""The part of ingest that lives in the shared schema."""
