"""Shapes of the tenants' routes: what comes in is checked here, what goes out is listed here."""

import json
from typing import Any, TypeVar

from kit.outbox import OutboxRow
from kit.signed import QueuedAnswer, SignedBody
from lexicon.refusals import by_name, speak
from lexicon.terms import AccountKind, RegistrationState, Role, Sector
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

S = TypeVar("S", bound=serializers.Serializer[Any])


def accepted(row: OutboxRow) -> Response:
    """The 202 answer of a write that needs a signature."""
    return Response(QueuedAnswer({"intent_id": row.id, "state": row.state}).data, status=202)


PERSON_ID = r"^[a-z0-9][a-z0-9_-]{1,39}\Z"
CODE = r"^[A-Za-z2-7 -]{16,40}\Z"


def read(shape: type[S], request: Request) -> dict[str, Any]:
    """The checked input of a request. Raises the framework's ValidationError, which the handler words."""
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    data: dict[str, Any] = given.validated_data
    return data


class ToSign(serializers.Serializer[Any]):
    """What the page signs: the transaction's name and its arguments."""

    name = serializers.CharField()
    args = serializers.DictField()


class Key(serializers.Serializer[Any]):
    fingerprint = serializers.CharField()
    use = serializers.CharField()
    spki = serializers.CharField()
    status = serializers.CharField()
    valid_from = serializers.DateTimeField(allow_null=True)
    bound_tx = serializers.CharField()


class Keys(serializers.Serializer[Any]):
    results = Key(many=True)
    next = serializers.CharField(allow_null=True)


class SecondFactor(serializers.Serializer[Any]):
    totp = serializers.BooleanField()
    passkeys = serializers.IntegerField()
    recovery_codes = serializers.BooleanField()


class MyOrganisation(serializers.Serializer[Any]):
    account = serializers.CharField(source="organisation_id")
    name = serializers.CharField(source="organisation.name")
    kind = serializers.CharField(source="organisation.kind")
    role = serializers.CharField()
    person = serializers.CharField(source="person_id")


class Choice(serializers.Serializer[Any]):
    account = serializers.CharField(max_length=40)


class Me(serializers.Serializer[Any]):
    person = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    role = serializers.CharField()
    kind = serializers.CharField()
    account = serializers.CharField()
    organisation = serializers.CharField()
    organisations = MyOrganisation(many=True)
    tenant = serializers.CharField()
    rights = serializers.ListField(child=serializers.CharField())
    keys = Key(many=True)
    network = serializers.CharField()
    second_factor = SecondFactor()
    registration_state = serializers.CharField()
    signing_origin = serializers.CharField()


class Membership(serializers.Serializer[Any]):
    person = serializers.CharField(source="person_id")
    name = serializers.CharField(source="person.name")
    email = serializers.CharField(source="person.user.email")
    role = serializers.CharField()
    status = serializers.CharField()
    created_at = serializers.DateTimeField()


class Invitation(serializers.Serializer[Any]):
    registration_id = serializers.UUIDField(source="pk")
    name = serializers.CharField(source="person.name")
    email = serializers.CharField(source="person.user.email")
    role = serializers.CharField()
    state = serializers.CharField()
    created_at = serializers.DateTimeField()


class Members(serializers.Serializer[Any]):
    results = Membership(many=True)
    invitations = Invitation(many=True)


class Invite(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.choices())


class Invited(serializers.Serializer[Any]):
    registration_id = serializers.UUIDField()
    code = serializers.CharField()


class MemberStatus(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["active", "suspended", "ended"])


class Token(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    hint = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class Tokens(serializers.Serializer[Any]):
    results = Token(many=True)
    next = serializers.CharField(allow_null=True)


class NewToken(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    days = serializers.IntegerField(default=90)


class MadeToken(Token):
    token = serializers.CharField()


class KeyProof(serializers.Serializer[Any]):
    intent = serializers.CharField(max_length=8192, trim_whitespace=False)
    signature = serializers.CharField(max_length=200)


class NewKey(serializers.Serializer[Any]):
    use = serializers.ChoiceField(["sign", "recover", "decrypt"])
    spki = serializers.CharField(max_length=200)
    proof = KeyProof(allow_null=True, required=False)


class BindKey(SignedBody):
    token = serializers.CharField(max_length=1000)
    key = NewKey()


class KeyDraft(serializers.Serializer[Any]):
    token = serializers.CharField()
    challenge = serializers.CharField()
    network = serializers.CharField()


class Intent(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    subject = serializers.CharField()
    person = serializers.CharField()
    state = serializers.CharField()
    tx_id = serializers.CharField()
    block_number = serializers.IntegerField(allow_null=True)
    refusal = serializers.CharField()
    words = serializers.SerializerMethodField()
    intent_text = serializers.CharField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    committed_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)

    def get_words(self, row: Any) -> dict[str, dict[str, str]] | None:
        """The refusal in both languages, three parts each; null when it was not refused."""
        refusal = by_name(row.refusal) if row.refusal else None
        if refusal is None:
            return None
        zh, en = speak(refusal, json.loads(row.refusal_facts or "{}"))
        return {
            part: {"zh": getattr(zh, part), "en": getattr(en, part)} for part in ("what", "meaning", "action")
        }


class AuditLine(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    person = serializers.CharField()
    account = serializers.CharField()
    act = serializers.CharField()
    subject = serializers.CharField()
    facts = serializers.CharField()
    digest = serializers.CharField()


class DraftOf(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(AccountKind.choices())


class Draft(serializers.Serializer[Any]):
    token = serializers.CharField()
    kind = serializers.CharField()
    person = serializers.CharField()
    account = serializers.CharField()
    challenge = serializers.CharField()
    network = serializers.CharField()


class _KeysText(serializers.JSONField):
    """The keys inside a form: a JSON list in a text field, since a form has no lists of objects."""

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        given = NewKey(data=value, many=True)
        given.is_valid(raise_exception=True)
        return value


class Application(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=2000)
    name = serializers.CharField(max_length=120)
    usci = serializers.CharField(max_length=18, required=False, allow_blank=True, default="")
    sector = serializers.ChoiceField(Sector.choices(), required=False, allow_blank=True, default="")
    contact = serializers.CharField(max_length=80)
    email = serializers.EmailField()
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    keys = _KeysText(binary=True)
    documents = serializers.ListField(child=serializers.FileField(allow_empty_file=True), allow_empty=True)


class Applied(serializers.Serializer[Any]):
    registration_id = serializers.UUIDField()
    code = serializers.CharField()
    state = serializers.CharField()


class CodeOf(serializers.Serializer[Any]):
    code = serializers.RegexField(CODE)


class Supplement(CodeOf):
    documents = serializers.ListField(child=serializers.FileField(allow_empty_file=True), allow_empty=True)


class InvitationDraft(Draft):
    """`joins`: the address signs in already, so the invitation is accepted from that session."""

    organisation = serializers.CharField()
    role = serializers.CharField()
    name = serializers.CharField()
    joins = serializers.BooleanField()


class Join(CodeOf):
    keys = NewKey(many=True)


class AcceptInvitation(CodeOf):
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    keys = NewKey(many=True)


class Document(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    media_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()


class Step(serializers.Serializer[Any]):
    name = serializers.CharField()
    state = serializers.CharField()
    detail = serializers.CharField()
    tx_id = serializers.CharField()
    done_at = serializers.DateTimeField(allow_null=True)
    intent_id = serializers.UUIDField(allow_null=True)
    intent_state = serializers.CharField()
    refusal = serializers.CharField()


class RegistrationStatus(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    organisation = serializers.CharField(source="organisation.name")
    remark = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    steps = Step(many=True)


class Registration(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    account = serializers.CharField(source="organisation_id")
    organisation = serializers.CharField(source="organisation.name")
    usci = serializers.CharField(source="organisation.usci")
    sector = serializers.CharField(source="organisation.sector")
    person = serializers.CharField(source="person_id")
    contact = serializers.CharField(source="person.name")
    email = serializers.CharField(source="person.user.email")
    phone = serializers.CharField(source="person.phone")
    role = serializers.CharField()
    remark = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class ToSignSteps(serializers.Serializer[Any]):
    register = ToSign(required=False)
    propose = ToSign(required=False)


class RegistrationDetail(Registration):
    documents = Document(many=True)
    steps = Step(many=True)
    signing = ToSignSteps()
    same_name = serializers.IntegerField()


class Signatures(serializers.Serializer[Any]):
    register = SignedBody(required=False)
    propose = SignedBody(required=False)


class Decision(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(["approve", RegistrationState.SUPPLEMENT, "reject"])
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    signatures = Signatures(required=False)


class Retry(serializers.Serializer[Any]):
    signatures = Signatures(required=False)


class Steps(serializers.Serializer[Any]):
    state = serializers.CharField()
    results = Step(many=True)
    signing = ToSignSteps()


class Action(serializers.Serializer[Any]):
    id = serializers.CharField()
    act = serializers.CharField()
    act_args = serializers.JSONField()
    digest = serializers.CharField()
    account = serializers.CharField()
    organisation = serializers.CharField()
    proposed_by = serializers.CharField()
    proposed_by_name = serializers.CharField()
    confirmed_by = serializers.CharField()
    confirmed_by_name = serializers.CharField()
    person_name = serializers.CharField()
    counterparty_name = serializers.CharField()
    reason = serializers.CharField()
    state = serializers.CharField()
    not_before = serializers.CharField()
    not_after = serializers.CharField()
    created_at = serializers.DateTimeField()
    may_confirm = serializers.BooleanField()
    may_withdraw = serializers.BooleanField()
    may_execute = serializers.BooleanField()
    signing = ToSign()


class Peopled(serializers.Serializer[Any]):
    """A person in an organisation, as an administrator sees her."""

    person = serializers.CharField(source="person_id")
    name = serializers.CharField(source="person.name")
    email = serializers.CharField(source="person.user.email")
    role = serializers.CharField()
    status = serializers.CharField()
    account = serializers.CharField(source="organisation_id")
    organisation = serializers.CharField(source="organisation.name")
    kind = serializers.CharField(source="organisation.kind")
    organisation_status = serializers.CharField(source="organisation.status")
    created_at = serializers.DateTimeField()


class Proposal(SignedBody):
    """A signed `propose_action`, with the reason in words where the act has one."""

    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class RecoveryRequest(serializers.Serializer[Any]):
    """New keys of a person who can sign no more: signing, recovery and decryption, with their proofs."""

    token = serializers.CharField(max_length=1000)
    keys = NewKey(many=True)
    reason = serializers.CharField(max_length=300)


class Recovery(serializers.Serializer[Any]):
    """A standing request: what helpers sign (`act` with `act_args`), and the act that follows from it."""

    id = serializers.UUIDField()
    person = serializers.CharField(source="person_id")
    person_name = serializers.CharField(source="person.name")
    account = serializers.CharField()
    organisation = serializers.CharField()
    reason = serializers.CharField()
    act_args = serializers.DictField()
    created_at = serializers.DateTimeField()
    own = serializers.BooleanField()
    act = serializers.CharField()
    action = serializers.CharField()
    action_state = serializers.CharField()
    not_before = serializers.CharField()


class Recoveries(serializers.Serializer[Any]):
    results = Recovery(many=True)
    next = serializers.CharField(allow_null=True)
