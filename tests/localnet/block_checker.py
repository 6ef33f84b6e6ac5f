"""An outsider's check of a chain of blocks, written from Fabric's format alone: it imports nothing of ours.

`check(blocks)` judges every transaction again with a state of its own and compares header hashes, data
hashes, signatures, transaction ids, validation codes and commit hashes with what the blocks say.
"""

import hashlib
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from fabric_protos.common import common_pb2, configtx_pb2, policies_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.msp import identities_pb2, msp_config_pb2, msp_principal_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2
from google.protobuf.message import DecodeError

HALF_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551 // 2
Code = transaction_pb2.TxValidationCode
CONFIG = common_pb2.HeaderType.CONFIG


class Wrong(Exception):
    """The first thing in a chain that does not hold."""


@dataclass
class Cell:
    value: bytes
    metadata: dict
    version: tuple


@dataclass
class Trust:
    roots: list
    revoked: set


@dataclass
class Book:
    """What the checker knows after some blocks."""

    trusts: dict = field(default_factory=dict)
    orderers: set = field(default_factory=set)
    members: list = field(default_factory=list)
    cells: dict = field(default_factory=dict)
    seen: set = field(default_factory=set)
    previous_hash: bytes = b""
    commit_hash: bytes = b""
    namespace: str = ""


def check(blocks):
    """Judge a whole chain from block 0; gives the book at its end. Raises Wrong."""
    book = Book()
    for number, block in enumerate(blocks):
        _check_header(block, number, book)
        if number:
            _check_orderer(block, book)
        codes = list(block.metadata.metadata[2])
        judged, changed = _judge(block, book)
        if judged != codes:
            raise Wrong(f"block {number}: its filter says {codes}, its transactions say {judged}")
        _check_commit_hash(block, bytes(judged), changed, book)
    return book


def _check_header(block, number, book):
    header = block.header
    if header.number != number:
        raise Wrong(f"block {number}: it calls itself {header.number}")
    if header.previous_hash != book.previous_hash:
        raise Wrong(f"block {number}: its previous hash is not that of block {number - 1}")
    if header.data_hash != hashlib.sha256(b"".join(block.data.data)).digest():
        raise Wrong(f"block {number}: its data hash is not that of its transactions")
    book.previous_hash = hashlib.sha256(_header(header)).digest()


def _header(header):
    number = header.number.to_bytes(9, "big").lstrip(b"\0") or b"\0"
    number = b"\0" + number if number[0] & 0x80 else number
    parts = (b"\x02", number), (b"\x04", header.previous_hash), (b"\x04", header.data_hash)
    body = b"".join(tag + bytes([len(content)]) + content for tag, content in parts)
    return b"\x30" + bytes([len(body)]) + body


def _check_orderer(block, book):
    metadata = common_pb2.Metadata.FromString(block.metadata.metadata[0])
    for one in metadata.signatures:
        signer = common_pb2.SignatureHeader.FromString(one.signature_header)
        who = _identity(signer.creator, book)
        signed = metadata.value + one.signature_header + _header(block.header)
        if who and who[0] in book.orderers and "orderer" in who[1] and _signed(who, one.signature, signed):
            return
    raise Wrong(f"block {block.header.number}: no orderer of the channel signed it")


def _judge(block, book):
    """Codes of a block's transactions, and the cells that it leaves (key -> cell or None)."""
    codes, changed, policies_changed = [], {}, set()
    for place, content in enumerate(block.data.data):
        version = (block.header.number, place)
        code, rwset = _code(content, book, changed, policies_changed)
        codes.append(code)
        if code == Code.VALID and rwset is not None:
            _write(rwset, version, book, changed, policies_changed)
    book.cells.update(changed)
    return codes, changed


class Refused(Exception):
    """A transaction that does not count; carries its code."""


def _code(content, book, changed, policies_changed):
    try:
        rwset = _admitted(content, book)
        if rwset is not None:
            _check_endorsements(rwset, book, changed, policies_changed)
            _check_versions(rwset[0], book, changed)
    except (DecodeError, IndexError):
        return Code.BAD_PAYLOAD, None
    except Refused as refused:
        return refused.args[0], None
    return Code.VALID, rwset and rwset[0]


def _admitted(content, book):
    """Read-write set and endorsers of a transaction; None for a configuration, which is taken over."""
    envelope = common_pb2.Envelope.FromString(content)
    payload = common_pb2.Payload.FromString(envelope.payload)
    channel = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    signer = common_pb2.SignatureHeader.FromString(payload.header.signature_header)
    if channel.type == CONFIG:
        _configure(payload, book)
        return None
    if channel.tx_id != hashlib.sha256(signer.nonce + signer.creator).hexdigest():
        raise Refused(Code.BAD_PROPOSAL_TXID)
    try:
        action, answer, result = _action(payload)
    except (DecodeError, IndexError) as error:
        raise Refused(Code.INVALID_ENDORSER_TRANSACTION) from error
    asked = payload.header.channel_header + payload.header.signature_header
    if answer.proposal_hash != hashlib.sha256(asked + action.chaincode_proposal_payload).digest():
        raise Refused(Code.INVALID_ENDORSER_TRANSACTION)
    who = _identity(signer.creator, book)
    if not who or not _signed(who, envelope.signature, envelope.payload):
        raise Refused(Code.BAD_CREATOR_SIGNATURE)
    if channel.tx_id in book.seen:
        raise Refused(Code.DUPLICATE_TXID)
    book.seen.add(channel.tx_id)
    return _rwset(result, book), _endorsers(action, book)


def _action(payload):
    transaction = transaction_pb2.Transaction.FromString(payload.data)
    action = transaction_pb2.ChaincodeActionPayload.FromString(transaction.actions[0].payload)
    answer = proposal_response_pb2.ProposalResponsePayload.FromString(action.action.proposal_response_payload)
    return action, answer, proposal_pb2.ChaincodeAction.FromString(answer.extension)


def _configure(payload, book):
    root = configtx_pb2.ConfigEnvelope.FromString(payload.data).config.channel_group
    book.members = sorted(root.groups["Application"].groups)
    book.orderers = {
        name for name, group in root.groups["Orderer"].groups.items() if "Endpoints" in group.values
    }
    book.trusts = {}
    for part in ("Application", "Orderer"):
        for name, group in root.groups[part].groups.items():
            outer = msp_config_pb2.MSPConfig.FromString(group.values["MSP"].value)
            msp = msp_config_pb2.FabricMSPConfig.FromString(outer.config)
            roots = [x509.load_pem_x509_certificate(pem) for pem in msp.root_certs]
            lists = [x509.load_pem_x509_crl(pem) for pem in msp.revocation_list]
            held = [one for one in lists if any(one.is_signature_valid(r.public_key()) for r in roots)]
            book.trusts[name] = Trust(roots, {entry.serial_number for one in held for entry in one})


def _identity(creator, book):
    """(MSP, units, public key) of a creator whom a root of the channel vouches for; None for others."""
    try:
        serialised = identities_pb2.SerializedIdentity.FromString(creator)
        certificate = x509.load_pem_x509_certificate(serialised.id_bytes)
    except (DecodeError, ValueError):
        return None
    trust = book.trusts.get(serialised.mspid)
    if trust is None or certificate.serial_number in trust.revoked:
        return None
    for root in trust.roots:
        try:
            certificate.verify_directly_issued_by(root)
        except (InvalidSignature, ValueError, TypeError):
            continue
        names = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)
        return serialised.mspid, {one.value for one in names}, certificate.public_key()
    return None


def _signed(who, signature, message):
    try:
        _, s = utils.decode_dss_signature(signature)
        who[2].verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return s <= HALF_ORDER


def _rwset(result, book):
    outer = rwset_pb2.TxReadWriteSet.FromString(result.results)
    if not outer.ns_rwset:
        return kv_rwset_pb2.KVRWSet()
    book.namespace = outer.ns_rwset[0].namespace
    return kv_rwset_pb2.KVRWSet.FromString(outer.ns_rwset[0].rwset)


def _endorsers(action, book):
    found = {}
    for one in action.action.endorsements:
        who = _identity(one.endorser, book)
        if who and _signed(who, one.signature, action.action.proposal_response_payload + one.endorser):
            found[one.endorser] = who
    return list(found.values())


def _check_endorsements(transaction, book, changed, policies_changed):
    """A majority of the organisations' peers must stand behind it, or those whom its keys name."""
    rwset, endorsers = transaction
    keys = {write.key for write in rwset.writes} | {write.key for write in rwset.metadata_writes}
    peers = {msp for msp, units, _ in endorsers if "peer" in units} & set(book.members)
    cells = [_cell(key, book, changed) for key in keys]
    own = [cell.metadata.get("VALIDATION_PARAMETER") if cell else None for cell in cells]
    majority = len(peers) > len(book.members) // 2
    named = [policies_pb2.SignaturePolicyEnvelope.FromString(policy) for policy in own if policy is not None]
    if (None in own or not keys) and not majority:
        raise Refused(Code.ENDORSEMENT_POLICY_FAILURE)
    if keys & policies_changed or not all(_rule_holds(policy, peers) for policy in named):
        raise Refused(Code.ENDORSEMENT_POLICY_FAILURE)


def _rule_holds(envelope, peers):
    """For policies of the form "n of these organisations' peers", which is all that the tests write."""
    names = []
    for principal in envelope.identities:
        role = msp_principal_pb2.MSPRole.FromString(principal.principal)
        names.append(role.msp_identifier)
    wanted = [names[rule.signed_by] for rule in envelope.rule.n_out_of.rules]
    return sum(name in peers for name in set(wanted)) >= envelope.rule.n_out_of.n


def _check_versions(rwset, book, changed):
    for read in rwset.reads:
        cell = _cell(read.key, book, changed)
        stated = (read.version.block_num, read.version.tx_num) if read.HasField("version") else None
        if (cell.version if cell else None) != stated:
            raise Refused(Code.MVCC_READ_CONFLICT)
    for query in rwset.range_queries_info:
        stated = [(one.key, (one.version.block_num, one.version.tx_num)) for one in query.raw_reads.kv_reads]
        if _range(query, book, changed) != stated:
            raise Refused(Code.PHANTOM_READ_CONFLICT)


def _range(query, book, changed):
    live = {**book.cells, **changed}
    end = query.end_key.encode()
    found = []
    for key in sorted(live, key=str.encode):
        raw = key.encode()
        before_end = not end or raw < end or (raw == end and not query.itr_exhausted)
        if live[key] is not None and raw >= query.start_key.encode() and before_end:
            found.append((key, live[key].version))
    return found


def _cell(key, book, changed):
    return changed[key] if key in changed else book.cells.get(key)


def _write(rwset, version, book, changed, policies_changed):
    for write in rwset.writes:
        old = _cell(write.key, book, changed)
        metadata = old.metadata if old else {}
        changed[write.key] = None if write.is_delete else Cell(write.value, metadata, version)
    for change in rwset.metadata_writes:
        policies_changed.add(change.key)
        old = _cell(change.key, book, changed)
        if old is not None:
            entries = {entry.name: entry.value for entry in change.entries}
            changed[change.key] = Cell(old.value, entries, version)


def _check_commit_hash(block, codes, changed, book):
    """The running hash: length and codes, then each change in key order, then the hash before."""
    said = common_pb2.Metadata.FromString(block.metadata.metadata[4]).value
    digest = hashlib.sha256(len(codes).to_bytes(4, "big") + codes)
    for key in sorted(changed, key=str.encode):
        cell = changed[key]
        left = [b"\0"] if cell is None else [b"\1", cell.value, _metadata(cell.metadata)]
        for part in [book.namespace.encode(), key.encode(), *left]:
            digest.update(len(part).to_bytes(8, "big") + part)
    digest.update(book.commit_hash)
    if said != digest.digest():
        raise Wrong(f"block {block.header.number}: its commit hash is not that of its codes and writes")
    book.commit_hash = said


def _metadata(entries):
    if not entries:
        return b""
    rows = [kv_rwset_pb2.KVMetadataEntry(name=name, value=value) for name, value in sorted(entries.items())]
    return kv_rwset_pb2.KVMetadataWrite(entries=rows).SerializeToString()
