"""A plant that publishes like any device: it knows the broker and its own key, nothing of the platform."""
