"""The ingest application."""
