"""The chaincode on a real channel: installed on each peer, approved by each organisation, committed.

Every step looks first what is there, so that a start of a network that has run before changes nothing.
Source: Fabric's _lifecycle chaincode.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from fabric_protos.peer import policy_pb2
from fabric_protos.peer.lifecycle import lifecycle_pb2 as messages
from ledger.errors import LedgerError
from ledger.gateway import Gateway
from ledger.proposal import Proposal, propose

from network.package import package, package_id
from network.proposals import PeerLine, PeerRefused, PeersDiffer, envelope

LIFECYCLE = "_lifecycle"
VERSION = "1"
# Two of three organisations: the channel's own rule for endorsements.
POLICY = "/Channel/Application/Endorsement"
NOT_DEFINED = "is not defined"
# The orderers elect a leader first; until then they refuse what is handed to them.
PATIENCE_S, AGAIN_S = 30.0, 0.1


class Lifecycle:
    """The chaincode `name` on `channel`, at these peers. gateways: one of each organisation, to submit by."""

    def __init__(self, *, channel: str, name: str, lines: Sequence[PeerLine]) -> None:
        self._channel = channel
        self._name = name
        self._lines = lines

    async def bring(self, gateways: Sequence[Gateway]) -> bool:
        """Install, approve, commit what is missing; whether anything was. Raises PeerRefused, LedgerError."""
        await asyncio.gather(*(self._install(line) for line in self._lines))
        there = await self._sequence()
        approved = await asyncio.gather(*(self._approved(line) for line in self._lines))
        if there and approved == [package_id()] * len(self._lines):
            return False
        sequence = there + 1
        waiting = [
            self._approve(line, gateway, sequence)
            for line, gateway in zip(self._lines, gateways, strict=True)
        ]
        await asyncio.gather(*waiting)
        await self._commit(gateways[0], sequence)
        return True

    async def _install(self, line: PeerLine) -> None:
        told = await line.ask(
            LIFECYCLE,
            "QueryInstalledChaincodes",
            messages.QueryInstalledChaincodesArgs().SerializeToString(),
        )
        there = messages.QueryInstalledChaincodesResult.FromString(told).installed_chaincodes
        if package_id() in [one.package_id for one in there]:
            return
        arguments = messages.InstallChaincodeArgs(chaincode_install_package=package())
        answer = await line.ask(LIFECYCLE, "InstallChaincode", arguments.SerializeToString())
        installed = messages.InstallChaincodeResult.FromString(answer).package_id
        if installed != package_id():
            raise PeerRefused(f"{line.peer.name} installed {installed}, not {package_id()}")

    async def _sequence(self) -> int:
        """How often the chaincode's definition was committed; 0 when it never was."""
        arguments = messages.QueryChaincodeDefinitionArgs(name=self._name).SerializeToString()
        try:
            told = await self._lines[0].ask(
                LIFECYCLE, "QueryChaincodeDefinition", arguments, channel=self._channel
            )
        except PeerRefused as refused:
            if NOT_DEFINED in str(refused):
                return 0
            raise
        return int(messages.QueryChaincodeDefinitionResult.FromString(told).sequence)

    async def _approved(self, line: PeerLine) -> str:
        """The package that an organisation runs for the committed definition; empty for none."""
        arguments = messages.QueryApprovedChaincodeDefinitionArgs(name=self._name).SerializeToString()
        try:
            told = await line.ask(
                LIFECYCLE, "QueryApprovedChaincodeDefinition", arguments, channel=self._channel
            )
        except PeerRefused:
            return ""
        source = messages.QueryApprovedChaincodeDefinitionResult.FromString(told).source
        return str(source.local_package.package_id)

    async def _approve(self, line: PeerLine, gateway: Gateway, sequence: int) -> None:
        source = messages.ChaincodeSource()
        source.local_package.package_id = package_id()
        arguments = messages.ApproveChaincodeDefinitionForMyOrgArgs(
            **self._definition(sequence), source=source
        )
        await self._transact(
            "ApproveChaincodeDefinitionForMyOrg", arguments.SerializeToString(), [line], gateway
        )

    async def _commit(self, gateway: Gateway, sequence: int) -> None:
        arguments = messages.CommitChaincodeDefinitionArgs(**self._definition(sequence))
        await self._transact("CommitChaincodeDefinition", arguments.SerializeToString(), self._lines, gateway)

    def _definition(self, sequence: int) -> dict[str, Any]:
        policy = policy_pb2.ApplicationPolicy(channel_config_policy_reference=POLICY)
        return {
            "sequence": sequence,
            "name": self._name,
            "version": VERSION,
            "endorsement_plugin": "escc",
            "validation_plugin": "vscc",
            "validation_parameter": policy.SerializeToString(),
        }

    async def _transact(
        self, name: str, arguments: bytes, lines: Sequence[PeerLine], gateway: Gateway
    ) -> None:
        """Endorse at these peers, submit, wait until it counts."""
        signer = lines[0].signer
        proposal = propose(signer, channel=self._channel, chaincode=LIFECYCLE, name=name, args=(arguments,))
        content = await self._endorsed(proposal, lines)
        await self._submit(gateway, content, proposal.tx_id)
        (await gateway.commit_status(proposal.tx_id, timeout_s=PATIENCE_S)).require_valid()

    async def _endorsed(self, proposal: Proposal, lines: Sequence[PeerLine]) -> bytes:
        """The signed transaction, as soon as all peers say the same of it.

        A peer that lacks the block with another organisation's approval reads what the others do not.
        """
        end = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            answers = await asyncio.gather(*(line.endorse(proposal) for line in lines))
            try:
                return envelope(lines[0].signer, proposal, answers)
            except PeersDiffer:
                if asyncio.get_running_loop().time() > end:
                    raise
                await asyncio.sleep(AGAIN_S)

    async def _submit(self, gateway: Gateway, content: bytes, tx_id: str) -> None:
        end = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            try:
                await gateway.submit(content, tx_id)
            except LedgerError:
                if asyncio.get_running_loop().time() > end:
                    raise
                await asyncio.sleep(AGAIN_S)
            else:
                return
