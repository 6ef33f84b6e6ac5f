"""The follower turns the ledger's events into read models: one database transaction an event, with the checkpoint.

An event before the checkpoint changes nothing, so a stream may begin anywhere. It also reads whole blocks for the
explorer, with a checkpoint of their own.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from accounting.services import ledger as accounting
from django.db import transaction
from ingest.services import ledger as ingest
from kit import clock, outbox
from ledger.checkpoint import Checkpoint
from ledger.events import Block, ChaincodeEvent, LedgerEvent, read_event
from lexicon.terms import OutboxState
from market.services import chain, projection
from tenants.services import ledger as tenants

from tanheng.leader import DatabaseThread
from tanheng.relay import announce
