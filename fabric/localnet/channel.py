"""The configuration in force on a node, and who is trusted by it; a configuration block replaces both."""

from fabric_protos.common import common_pb2
from ledger.configuration import config_in

from localnet.config import ChannelConfig, read_config
from localnet.identity import Roster


class Channel:
    """One channel as a node knows it now."""

    def __init__(self, genesis: common_pb2.Block) -> None:
        self.config: ChannelConfig = read_config(genesis)
        self.roster = Roster(self.config.trusts)
        self.raw = config_in(genesis)
        # The configuration block that this comes from.
        self.number: int = genesis.header.number

    def adopt(self, block: common_pb2.Block) -> None:
        """Take a configuration block over. What was verified under the old one is forgotten."""
        self.config = read_config(block)
        self.raw = config_in(block)
        self.number = block.header.number
        self.roster.renew(self.config.trusts)
