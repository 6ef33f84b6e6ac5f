"""The body of a write that a person signed, as every route takes it. Unknown fields are refused."""

from collections.abc import Mapping
from typing import Any

from lexicon.refusals import Refusal, refuse
from rest_framework import serializers

# 256 KiB is the most a canonical text may have; a signature has 86 characters, a fingerprint 64 hex digits.
INTENT_MAX = 256 * 1024


class StrictSerializer(serializers.Serializer[Any]):
    """Takes what it names and nothing else: a total or a balance sent by a page is an error, not a wish."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            for name in sorted(set(data) - set(self.fields)):
                refuse(Refusal.FIELD_NOT_ACCEPTED, field=str(name)[:60])
        return super().to_internal_value(data)


class SignedBody(StrictSerializer):
    """The signed text, byte for byte, with its signature (base64url r||s) and the key's fingerprint (hex)."""

    intent = serializers.CharField(max_length=INTENT_MAX, trim_whitespace=False)
    signature = serializers.RegexField(r"\A[A-Za-z0-9_-]{86}\Z")
    fingerprint = serializers.RegexField(r"\A[0-9a-f]{64}\Z")


class QueuedAnswer(serializers.Serializer[Any]):
    """202: the intent is in the outbox; `state` is its state there."""

    intent_id = serializers.UUIDField()
    state = serializers.CharField()
