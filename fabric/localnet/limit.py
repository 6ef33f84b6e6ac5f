"""So many Gateway calls at once and no more, as Fabric counts them: event streams and waits included."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import grpc
from fabric_protos.gateway import gateway_pb2_grpc

from localnet.transport import refuse

# peer.limits.concurrency.gatewayService of Fabric.
GATEWAY_CALLS = 500


class LimitedGateway(gateway_pb2_grpc.GatewayServicer):  # type: ignore[misc]
    """A Gateway service that refuses what comes while `limit` calls are under way."""

    def __init__(self, inner: Any, *, limit: int = GATEWAY_CALLS) -> None:
        self._inner = inner
        self._limit = limit
        self._under_way = 0

    async def Evaluate(self, request: Any, context: Any) -> Any:
        """As the inner service, within the limit."""
        async with self._place(context):
            return await self._inner.Evaluate(request, context)

    async def Endorse(self, request: Any, context: Any) -> Any:
        """As the inner service, within the limit."""
        async with self._place(context):
            return await self._inner.Endorse(request, context)

    async def Submit(self, request: Any, context: Any) -> Any:
        """As the inner service, within the limit."""
        async with self._place(context):
            return await self._inner.Submit(request, context)

    async def CommitStatus(self, request: Any, context: Any) -> Any:
        """As the inner service, within the limit."""
        async with self._place(context):
            return await self._inner.CommitStatus(request, context)

    async def ChaincodeEvents(self, request: Any, context: Any) -> AsyncIterator[Any]:
        """As the inner service, within the limit for as long as the stream is open."""
        async with self._place(context):
            async for answer in self._inner.ChaincodeEvents(request, context):
                yield answer

    @contextlib.asynccontextmanager
    async def _place(self, context: Any) -> AsyncIterator[None]:
        if self._under_way >= self._limit:
            text = f"too many requests for /gateway.Gateway, exceeding concurrency limit ({self._limit})"
            # Fabric's interceptor gives an error without a status, which gRPC calls UNKNOWN.
            await refuse(context, grpc.StatusCode.UNKNOWN, text)
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
