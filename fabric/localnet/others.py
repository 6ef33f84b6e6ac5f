"""The other organisations' peers as a gateway reaches them: one channel each, and who is away just now."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Any

import grpc
from fabric_protos.peer import peer_pb2_grpc, proposal_pb2, proposal_response_pb2

# A peer that has not endorsed by then is treated as away (peer.gateway.endorsementTimeout of Fabric).
ENDORSE_TIMEOUT_S = 30.0
# A peer that just started is connected within this; one that is down costs this once in a while.
CONNECT_S = 0.5
ABSENCE_S = 2.0


class PeerAway(Exception):
    """A peer that cannot be reached; the text says why."""


class OtherPeers:
    """Endorsers of the other organisations, by MSP id."""

    def __init__(self, channels: Mapping[str, Any]) -> None:
        self._channels = dict(channels)
        self._stubs = {msp: peer_pb2_grpc.EndorserStub(channel) for msp, channel in channels.items()}
        self._away_until: dict[str, float] = {}

    def msps(self) -> list[str]:
        """MSP ids, sorted."""
        return sorted(self._stubs)

    async def process(
        self, msp: str, signed: proposal_pb2.SignedProposal
    ) -> proposal_response_pb2.ProposalResponse:
        """The answer of one organisation's peer. Raises PeerAway."""
        if msp not in self._stubs:
            raise PeerAway(f"there is no peer of {msp}")
        await self._connect(msp)
        try:
            return await self._stubs[msp].ProcessProposal(signed, timeout=ENDORSE_TIMEOUT_S)
        except grpc.aio.AioRpcError as error:
            raise PeerAway(f"failed to reach the peer of {msp}: {error.details()}") from error

    async def _connect(self, msp: str) -> None:
        """Give a connection that is being made a moment: a call would fail at once meanwhile."""
        channel = self._channels[msp]
        if channel.get_state() is grpc.ChannelConnectivity.READY:
            return
        if time.monotonic() < self._away_until.get(msp, 0.0):
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(channel.channel_ready(), CONNECT_S)
            return
        self._away_until[msp] = time.monotonic() + ABSENCE_S
