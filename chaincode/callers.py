"""Who is calling: a person by a signed intent, or a program by its certificate."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from types import MappingProxyType

from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier
from lexicon import intents
from lexicon.codec import from_json
from lexicon.records import Account, BoundKey, NetworkRecord, Person, Request
from lexicon.refusals import Refusal, Refused
from lexicon.signature import check_key, fingerprint, verify
from lexicon.terms import AccountKind, AccountState, KeyUse, Msp, Role, ServiceRole
from lexicon.transactions import PROVE_KEY, NewKey, ProveKey, Transaction

from chaincode.state import Draft, Name, name

# Fabric's attribute extension: JSON {"attrs": {"role": ..., "account": ..., "person": ...}}.
ATTRIBUTES = ObjectIdentifier("1.2.3.4.5.6.7.8.1")

_OVERSEERS = ("regulator", ServiceRole.ADMINISTRATOR, ServiceRole.INGEST, ServiceRole.CLOCK)

# A recovery key may only bind and unbind keys.
RECOVERY_MAY = (Transaction.BIND_KEY, Transaction.UNBIND_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """The program that sent the proposal: its organisation and the attributes of its certificate."""

    msp: str
    attributes: Mapping[str, str]

    @property
    def role(self) -> str:
        """The certificate's role attribute, or nothing."""
        return self.attributes.get("role", "")


def reads_all(creator: Creator) -> bool:
    """Whether a certificate sees every account: an organisation's own service, and the regulator's side.

    Each organisation's peer holds the whole state, so its service is told nothing new. Any other role counts
    in the regulator's organisation only: another's authority can write what it likes into its certificates.
    """
    if creator.role == ServiceRole.SERVICE:
        return True
    return creator.msp == Msp.REGULATOR and creator.role in _OVERSEERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The person who acts, with the account and the intent she signed; args_digest is of its arguments."""

    person: str
    account: str
    kind: AccountKind
    role: Role
    intent_id: str
    intent_digest: str


@lru_cache(maxsize=256)
def creator_of(*, msp: str, certificate: bytes) -> Creator:
    """Organisation and attributes of a serialised identity; a certificate without attributes has none.

    Kept for the last callers: a relay sends thousands of calls under one certificate, and reading it was a
    quarter of a short call's time.
    """
    loaded = x509.load_pem_x509_certificate(certificate)
    try:
        extension = loaded.extensions.get_extension_for_oid(ATTRIBUTES).value
    except x509.ExtensionNotFound:
        return Creator(msp=msp, attributes=MappingProxyType({}))
    raw = extension.value if isinstance(extension, x509.UnrecognizedExtension) else b"{}"
    attributes = json.loads(raw).get("attrs", {})
    told = {str(key): str(value) for key, value in attributes.items()}
    return Creator(msp=msp, attributes=MappingProxyType(told))


def authenticate(
    draft: Draft,
    *,
    function: str,
    text: bytes,
    signature: str,
    key: str,
    named: Callable[[intents.Intent], Iterable[Name]],
) -> tuple[Caller, intents.Intent]:
    """The person behind a signed intent. `named`: what its arguments name, fetched in the same round.

    Raises Refused, in order: not_canonical, unsafe_text, bad_argument, not_initialised, network_mismatch,
    exists, exists_with_other_content, intent_expired, intent_valid_too_long, person_unknown, key_not_bound,
    key_use_wrong, signature_invalid, person_not_active, account_mismatch, account_not_active.
    """
    intent = draft.once(text, partial(intents.parse, text))
    if intent.name != function:
        raise Refused(Refusal.BAD_ARGUMENT, field="intent.name")
    draft.want(
        name(NetworkRecord),
        name(Request, intent.id),
        name(Person, intent.person),
        name(Account, intent.account),
        *named(intent),
    )
    network = draft.parameters(NetworkRecord).network
    if intent.network != network:
        raise Refused(Refusal.NETWORK_MISMATCH)
    digest = intents.digest(text)
    _refuse_repeated(draft.find(Request, intent.id), digest)
    intents.check(intent, network=network, now=draft.now)
    person = draft.need(Person, intent.person, refusal=Refusal.PERSON_UNKNOWN)
    bound = _bound_key(person, key, draft.now)
    if bound.use is not KeyUse.SIGN and not (bound.use is KeyUse.RECOVER and function in RECOVERY_MAY):
        raise Refused(Refusal.KEY_USE_WRONG, use=bound.use)
    verify(spki=bound.spki, message=text, signature=signature)
    account = _active_account(draft, intent, person)
    caller = Caller(
        person=person.person,
        account=account.account,
        kind=account.kind,
        role=person.role,
        intent_id=intent.id,
        intent_digest=digest,
    )
    return caller, intent


def check_proof(draft: Draft, *, person: str, new: NewKey, moment: datetime | None) -> str:
    """Fingerprint of a new key whose possession is proved; `moment` None: its expiry was checked before.

    A decryption key cannot sign; it counts because the intent that names it is signed.
    Raises Refused: key_invalid, key_proof_invalid, network_mismatch, intent_expired.
    """
    check_key(new.spki)
    if new.use is not KeyUse.DECRYPT:
        _check_signed_proof(draft, person=person, new=new, moment=moment)
    return fingerprint(new.spki)


def _check_signed_proof(draft: Draft, *, person: str, new: NewKey, moment: datetime | None) -> None:
    if new.proof is None:
        raise Refused(Refusal.KEY_PROOF_INVALID)
    text = new.proof.intent.encode("utf-8")
    intent = intents.parse(text)
    proved = from_json(ProveKey, intent.args)
    if (intent.name, intent.person, proved.use, proved.key) != (PROVE_KEY, person, new.use, new.spki):
        raise Refused(Refusal.KEY_PROOF_INVALID)
    network = draft.parameters(NetworkRecord).network
    if moment is not None:
        intents.check(intent, network=network, now=moment)
    elif intent.network != network:
        raise Refused(Refusal.NETWORK_MISMATCH)
    try:
        verify(spki=new.spki, message=text, signature=new.proof.signature)
    except Refused as refused:
        raise Refused(Refusal.KEY_PROOF_INVALID) from refused


def _refuse_repeated(used: Request | None, digest: str) -> None:
    if used is not None:
        same = used.digest == digest
        raise Refused(Refusal.EXISTS if same else Refusal.EXISTS_WITH_OTHER_CONTENT, tx=used.tx)


def _bound_key(person: Person, key: str, now: datetime) -> BoundKey:
    for bound in person.keys:
        ended = bound.valid_to is not None and intents.instant_from_text(bound.valid_to) <= now
        if bound.fingerprint == key and not ended:
            return bound
    raise Refused(Refusal.KEY_NOT_BOUND)


def _active_account(draft: Draft, intent: intents.Intent, person: Person) -> Account:
    if not person.active:
        raise Refused(Refusal.PERSON_NOT_ACTIVE)
    if person.account != intent.account:
        raise Refused(Refusal.ACCOUNT_MISMATCH)
    account = draft.need(Account, intent.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=intent.account)
    if account.state is not AccountState.ACTIVE:
        raise Refused(Refusal.ACCOUNT_NOT_ACTIVE, account=intent.account)
    return account
