"""The MQTT topic grammar: build and parse. Owns spelling; rights are the broker's ACL.

v1/<tenant>.<gateway>/<plant>/<meter>/r|b|e      reading, batch, event (device to platform)
ack|cmd|dlq/<tenant>.<gateway>/<plant>/<meter>   receipt, command (platform to device), dead letter
"""

import re
from dataclasses import dataclass
from enum import StrEnum

# One name of a topic: the same grammar as every id (account, plant, meter, gateway).
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{1,39}\Z")
# All data topics, shared by the ingest workers.
INGEST_SUBSCRIPTION = "$share/ingest/v1/#"
TOPIC_LENGTH_MAX = 200


class BadTopic(ValueError):
    """Not a topic of this grammar; `reason` says which part: length, levels, root, gateway, name, kind."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Kind(StrEnum):
    """What a device publishes."""

    READING = "r"
    BATCH = "b"
    EVENT = "e"


class Reply(StrEnum):
    """What the platform publishes."""

    RECEIPT = "ack"
    COMMAND = "cmd"
    DEAD_LETTER = "dlq"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterPath:
    """Where a meter lives; tenant, gateway, plant and meter are ids."""

    tenant: str
    gateway: str
    plant: str
    meter: str

    def __post_init__(self) -> None:
        """Raises BadTopic for a part that is no id."""
        for part in (self.tenant, self.gateway, self.plant, self.meter):
            if not NAME.match(part):
                raise BadTopic("name")

    @property
    def identity(self) -> str:
        """The broker user name of the gateway: `<tenant>.<gateway>`."""
        return f"{self.tenant}.{self.gateway}"

    @property
    def prefix(self) -> str:
        """The data topic without its last level, as a batch body names its meter."""
        return f"v1/{self.identity}/{self.plant}/{self.meter}"


def build(path: MeterPath, kind: Kind) -> str:
    """The topic on which a device publishes."""
    return f"{path.prefix}/{kind.value}"


def build_reply(path: MeterPath, reply: Reply) -> str:
    """The topic on which the platform answers that meter's gateway."""
    return f"{reply.value}/{path.identity}/{path.plant}/{path.meter}"


def parse(topic: str) -> tuple[MeterPath, Kind]:
    """Path and kind of a data topic. Raises BadTopic."""
    levels = _levels(topic, 5)
    if levels[0] != "v1":
        raise BadTopic("root")
    if levels[4] not in (kind.value for kind in Kind):
        raise BadTopic("kind")
    return _path(levels), Kind(levels[4])


def parse_reply(topic: str) -> tuple[MeterPath, Reply]:
    """Path and kind of a receipt, command or dead-letter topic. Raises BadTopic."""
    levels = _levels(topic, 4)
    if levels[0] not in (reply.value for reply in Reply):
        raise BadTopic("root")
    return _path(levels), Reply(levels[0])


def _levels(topic: str, count: int) -> list[str]:
    if len(topic) > TOPIC_LENGTH_MAX:
        raise BadTopic("length")
    levels = topic.split("/")
    if len(levels) != count:
        raise BadTopic("levels")
    return levels


def _path(levels: list[str]) -> MeterPath:
    tenant, separator, gateway = levels[1].partition(".")
    if not separator:
        raise BadTopic("gateway")
    return MeterPath(tenant=tenant, gateway=gateway, plant=levels[2], meter=levels[3])
