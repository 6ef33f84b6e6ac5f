"""The market application."""
