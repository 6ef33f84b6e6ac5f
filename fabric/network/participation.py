"""An orderer's channel participation interface (REST, mutual TLS): join a channel, ask how it stands."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from network.layout import Node

CHANNELS = "/participation/v1/channels"
WITHIN_S = 10.0
JOINED, ALREADY_JOINED = 201, 405


class OrdererRefused(Exception):
    """An orderer that does not answer, or says no; the text holds its words."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an orderer stands in the channel: blocks it has, "active" or "onboarding", "consenter" or not."""

    height: int
    status: str
    relation: str


class Participation:
    """One orderer's interface; a context manager. certificate, key: of the node administrator's TLS."""

    def __init__(self, orderer: Node, *, certificate: Path, key: Path) -> None:
        context = ssl.create_default_context(cafile=str(orderer.tls_root))
        context.load_cert_chain(certificate, key)
        self._orderer = orderer
        self._client = httpx.Client(
            base_url=f"https://{orderer.administration}", verify=context, timeout=WITHIN_S, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def join(self, genesis: bytes) -> None:
        """Join the channel of this block; joining twice is no error. Raises OrdererRefused."""
        answer = self._ask("POST", CHANNELS, files={"config-block": ("genesis.block", genesis)})
        if answer.status_code not in (JOINED, ALREADY_JOINED):
            raise OrdererRefused(self._words(answer))

    def standing(self, channel: str) -> Standing | None:
        """How it stands in the channel; None when it has not joined. Raises OrdererRefused."""
        answer = self._ask("GET", f"{CHANNELS}/{channel}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.status_code != httpx.codes.OK:
            raise OrdererRefused(self._words(answer))
        told = answer.json()
        return Standing(int(told["height"]), str(told["status"]), str(told["consensusRelation"]))

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **more)
        except httpx.HTTPError as error:
            raise OrdererRefused(
                f"{self._orderer.name} at {self._orderer.administration}: {error}"
            ) from error

    def _words(self, answer: httpx.Response) -> str:
        return f"{self._orderer.name}: {answer.status_code} {answer.text.strip()[:500]}"
