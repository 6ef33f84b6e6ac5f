"""Writes of ingest: storing readings, hours, anchors, plants, meters, gateways."""
