"""What a peer answers itself: blocks and transactions (qscc), configuration (cscc), our own status."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from fabric_protos.common import common_pb2, ledger_pb2
from fabric_protos.peer import proposal_response_pb2, query_pb2, transaction_pb2

if TYPE_CHECKING:
    from localnet.node import Node

Answer = Callable[["Node", list[bytes]], bytes]


class QueryFailed(Exception):
    """A system query that has no answer; the text goes to the client as status 500."""


def query(node: "Node", chaincode: str, args: list[bytes]) -> proposal_response_pb2.Response:
    """The answer of a system chaincode, status 200 or 500."""
    name = args[0].decode("utf-8", "replace") if args else ""
    answer = _ANSWERS.get(f"{chaincode}/{name}")
    if answer is None:
        text = f"Requested function {name} not found."
        return proposal_response_pb2.Response(status=500, message=text)
    try:
        payload = answer(node, [bytes(arg) for arg in args[1:]])
    except QueryFailed as failed:
        return proposal_response_pb2.Response(status=500, message=str(failed))
    return proposal_response_pb2.Response(status=200, payload=payload)


def _channel(node: "Node", args: list[bytes], count: int) -> list[bytes]:
    """The arguments after the channel's name. Raises QueryFailed."""
    if len(args) != count:
        raise QueryFailed(f"Incorrect number of arguments {len(args)}")
    if args[0].decode("utf-8", "replace") != node.config.channel:
        raise QueryFailed("Invalid chain ID, " + args[0].decode("utf-8", "replace"))
    return args[1:]


def _chain_info(node: "Node", args: list[bytes]) -> bytes:
    _channel(node, args, 1)
    chain = node.chain
    last = chain.blocks.block(chain.height - 1).header
    info = ledger_pb2.BlockchainInfo(
        height=chain.height,
        currentBlockHash=chain.state.block_row(chain.height - 1)[0],
        previousBlockHash=last.previous_hash,
    )
    return bytes(info.SerializeToString())


def _block_by_number(node: "Node", args: list[bytes]) -> bytes:
    (text,) = _channel(node, args, 2)
    if not text.isdigit():
        raise QueryFailed("Failed to parse block number")
    return _block(node, int(text))


def _block_by_hash(node: "Node", args: list[bytes]) -> bytes:
    (digest,) = _channel(node, args, 2)
    number = node.chain.state.block_by_hash(digest)
    if number is None:
        raise QueryFailed(f"Failed to get block hash {digest.hex()}, error no such block hash")
    return _block(node, number)


def _block_by_tx_id(node: "Node", args: list[bytes]) -> bytes:
    (tx_id,) = _channel(node, args, 2)
    found = node.chain.find(tx_id.decode("utf-8", "replace"))
    if found is None:
        raise QueryFailed(f"Failed to get block for txID {tx_id.decode('utf-8', 'replace')}")
    return _block(node, found.block)


def _transaction_by_id(node: "Node", args: list[bytes]) -> bytes:
    (raw,) = _channel(node, args, 2)
    tx_id = raw.decode("utf-8", "replace")
    found, envelope = node.chain.find(tx_id), node.chain.envelope(tx_id)
    if found is None or envelope is None:
        raise QueryFailed(f"Failed to get transaction with id {tx_id}, error no such transaction ID")
    processed = transaction_pb2.ProcessedTransaction(
        transactionEnvelope=common_pb2.Envelope.FromString(envelope), validationCode=found.code
    )
    return bytes(processed.SerializeToString())


def _channels(node: "Node", args: list[bytes]) -> bytes:
    channel = query_pb2.ChannelInfo(channel_id=node.config.channel)
    return bytes(query_pb2.ChannelQueryResponse(channels=[channel]).SerializeToString())


def _config_block(node: "Node", args: list[bytes]) -> bytes:
    _channel(node, args, 1)
    return _block(node, node.channel.number)


def _status(node: "Node", args: list[bytes]) -> bytes:
    return json.dumps(node.status(), sort_keys=True).encode()


def _block(node: "Node", number: int) -> bytes:
    if number >= node.chain.height:
        raise QueryFailed(f"Failed to get block number {number}, error no such block number [{number}]")
    try:
        return node.chain.blocks.read(number)
    except OSError as error:
        raise QueryFailed(str(error)) from error


_ANSWERS: dict[str, Answer] = {
    "qscc/GetChainInfo": _chain_info,
    "qscc/GetBlockByNumber": _block_by_number,
    "qscc/GetBlockByHash": _block_by_hash,
    "qscc/GetBlockByTxID": _block_by_tx_id,
    "qscc/GetTransactionByID": _transaction_by_id,
    "cscc/GetChannels": _channels,
    "cscc/GetConfigBlock": _config_block,
    "localnet/Status": _status,
}
# Whoever may follow blocks may ask how the peer stands.
RESOURCES = {"localnet/Status": "qscc/GetChainInfo", "cscc/GetConfigBlock": "qscc/GetBlockByNumber"}
