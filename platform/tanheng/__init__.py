"""The Django project: composition only. Owns settings, routes, the servers' entries; no domain rule."""
