"""What a peer checks of a proposal before it runs anything, in Fabric's order."""

import datetime
from dataclasses import dataclass

from fabric_protos.common import common_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2
from google.protobuf.message import DecodeError
from ledger.identity import transaction_id

from localnet.config import ChannelConfig
from localnet.identity import AccessDenied, Caller, Roster, check_time

# peer.authentication.timewindow of Fabric.
TIME_WINDOW = datetime.timedelta(minutes=15)
# They belong to the peer, not to a channel: Fabric's command line asks them without naming one.
SYSTEM_CHAINCODES = frozenset({"qscc", "cscc", "localnet"})
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class ProposalRefused(Exception):
    """A proposal that does not pass; the text is what the client reads."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A proposal that passed: who asks for what."""

    signed: proposal_pb2.SignedProposal
    proposal: proposal_pb2.Proposal
    header: common_pb2.Header
    channel: str
    tx_id: str
    caller: Caller
    chaincode: str
    call: chaincode_pb2.ChaincodeInput


def check_proposal(
    signed: proposal_pb2.SignedProposal, *, config: ChannelConfig, roster: Roster, now: datetime.datetime
) -> Checked:
    """The proposal, if signature, transaction id and time hold. Raises ProposalRefused."""
    try:
        proposal = proposal_pb2.Proposal.FromString(signed.proposal_bytes)
        header = common_pb2.Header.FromString(proposal.header)
        channel = common_pb2.ChannelHeader.FromString(header.channel_header)
        signer = common_pb2.SignatureHeader.FromString(header.signature_header)
        extension = proposal_pb2.ChaincodeHeaderExtension.FromString(channel.extension)
        spec = _spec(proposal)
    except DecodeError as error:
        raise ProposalRefused("error unmarshalling the proposal") from error
    _check_headers(channel, signer, extension, spec)
    if not signed.signature:
        raise ProposalRefused("error validating proposal: empty signature bytes")
    chaincode = extension.chaincode_id.name
    caller = _check_creator(signed, signer, channel, config=config, roster=roster, now=now)
    expected = transaction_id(nonce=signer.nonce, creator=signer.creator)
    if channel.tx_id != expected:
        raise ProposalRefused(
            f"error validating proposal: incorrectly computed txid '{channel.tx_id}' -- expected '{expected}'"
        )
    if channel.channel_id != config.channel and (channel.channel_id or chaincode not in SYSTEM_CHAINCODES):
        raise ProposalRefused(f"channel '{channel.channel_id}' not found")
    return Checked(
        signed=signed,
        proposal=proposal,
        header=header,
        channel=channel.channel_id,
        tx_id=channel.tx_id,
        caller=caller,
        chaincode=chaincode,
        call=spec.input,
    )


def claimed_chaincode(signed: proposal_pb2.SignedProposal) -> str:
    """The chaincode a proposal names, before anything is checked. Raises ProposalRefused for no proposal."""
    if not signed.proposal_bytes:
        raise ProposalRefused("a signed proposal is required")
    try:
        proposal = proposal_pb2.Proposal.FromString(signed.proposal_bytes)
        header = common_pb2.Header.FromString(proposal.header)
        channel = common_pb2.ChannelHeader.FromString(header.channel_header)
        extension = proposal_pb2.ChaincodeHeaderExtension.FromString(channel.extension)
    except DecodeError as error:
        raise ProposalRefused("error unmarshalling Proposal: invalid wire-format data") from error
    if not channel.channel_id:
        raise ProposalRefused("failed to unpack transaction proposal: no channel id provided")
    return str(extension.chaincode_id.name)


def _spec(proposal: proposal_pb2.Proposal) -> chaincode_pb2.ChaincodeSpec:
    payload = proposal_pb2.ChaincodeProposalPayload.FromString(proposal.payload)
    return chaincode_pb2.ChaincodeInvocationSpec.FromString(payload.input).chaincode_spec


def _check_headers(
    channel: common_pb2.ChannelHeader,
    signer: common_pb2.SignatureHeader,
    extension: proposal_pb2.ChaincodeHeaderExtension,
    spec: chaincode_pb2.ChaincodeSpec,
) -> None:
    if channel.type != common_pb2.ENDORSER_TRANSACTION:
        raise ProposalRefused(f"invalid header type {channel.type}")
    if channel.epoch != 0:
        raise ProposalRefused(f"invalid epoch in the channel header: {channel.epoch}")
    if not extension.chaincode_id.name:
        raise ProposalRefused("ChaincodeHeaderExtension.ChaincodeId is nil")
    if extension.chaincode_id.name != spec.chaincode_id.name:
        raise ProposalRefused("the chaincode named in the header is not the one that is called")
    if not signer.nonce or not signer.creator:
        raise ProposalRefused("nil nonce or creator")


def _check_creator(
    signed: proposal_pb2.SignedProposal,
    signer: common_pb2.SignatureHeader,
    channel: common_pb2.ChannelHeader,
    *,
    config: ChannelConfig,
    roster: Roster,
    now: datetime.datetime,
) -> Caller:
    sent = EPOCH + datetime.timedelta(
        seconds=channel.timestamp.seconds, microseconds=channel.timestamp.nanos // 1000
    )
    if abs(now - sent) > TIME_WINDOW:
        raise ProposalRefused(
            f"request unauthorized due to incorrect timestamp {sent:%FT%TZ}, peer time {now:%FT%TZ}"
        )
    try:
        caller = roster.check(
            creator=signer.creator, signature=signed.signature, message=signed.proposal_bytes
        )
        check_time(caller, now)
    except AccessDenied as denied:
        msp = _claimed_msp(signer.creator)
        raise ProposalRefused(f"access denied: channel [{config.channel}] creator org [{msp}]") from denied
    if not config.writers([caller]):
        raise ProposalRefused(f"access denied: channel [{config.channel}] creator org [{caller.msp}]")
    return caller


def _claimed_msp(creator: bytes) -> str:
    try:
        return str(identities_pb2.SerializedIdentity.FromString(creator).mspid)
    except DecodeError:
        return "unknown"
