"""The follower turns the ledger's events into read models: one database transaction an event, with the checkpoint.

An event before the checkpoint changes nothing, so a stream may begin anywhere. It also reads whole blocks for the
explorer, with a checkpoint of their own.
"""
