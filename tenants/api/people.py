"""Routes about oneself and one's organisation: me, members, tokens, keys, intents, audit."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from drf_spectacular.utils import extend_schema
from kit.pagination import Pages
from kit.signed import QueuedAnswer, SignedBody
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right, may
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import selectors
from tenants.access import Viewer, choose, memberships_of
from tenants.api import shapes
from tenants.models import User
from tenants.network import network_hash
from tenants.permissions import Member, SignedIn, viewer_in, with_right
from tenants.services import binding, members, tokens


class Newest(Pages):
    """Pages of the log."""

    ordering = "-number"


class Me(APIView):
    """Who I am."""

    permission_classes = [SignedIn]

    @extend_schema(responses=shapes.Me)
    def get(self, request: Request) -> Response:
        """Person, role, organisation, rights, keys, second factor; also for who may do nothing yet."""
        return Response(shapes.Me(me_of(request, getattr(request._request, "viewer", None))).data)


class Choice(APIView):
    """In which of her organisations a person acts."""

    permission_classes = [Member]

    @extend_schema(request=shapes.Choice, responses=shapes.Me)
    def post(self, request: Request) -> Response:
        """Act in another organisation of mine in this session; its schema, rights and keys follow."""
        if request.auth is not None:
            refuse(Refusal.NO_PERMISSION, allowed="session")
        viewer = choose(request._request, shapes.read(shapes.Choice, request)["account"])
        return Response(shapes.Me(me_of(request, viewer)).data)


class Members(APIView):
    """Colleagues and invitations."""

    permission_classes = [with_right(Right.MANAGE_MEMBERS)]

    @extend_schema(responses=shapes.Members)
    def get(self, request: Request) -> Response:
        """The people of my organisation and those on their way in."""
        account = viewer_in(request).account
        body = {"results": selectors.members(account), "invitations": selectors.invitations(account)}
        return Response(shapes.Members(body).data)

    @extend_schema(request=shapes.Invite, responses={201: shapes.Invited})
    def post(self, request: Request) -> Response:
        """Invite a colleague; the code is shown once, for her to make her keys with."""
        given = shapes.read(shapes.Invite, request)
        registration, code = members.invite(viewer_in(request), **given)
        return Response({"registration_id": str(registration.pk), "code": code}, status=201)


class ByOrganisation(Pages):
    """Pages of people."""

    ordering = ("organisation_id", "id")


class Everybody(ListAPIView[Any]):
    """The people of all organisations, for whoever may suspend them."""

    permission_classes = [with_right(Right.REVIEW_REGISTRATIONS)]
    serializer_class = shapes.Peopled
    pagination_class = ByOrganisation

    def get_queryset(self) -> Any:
        """`?q=` part of a person's or an organisation's name, or an id."""
        words = self.request.query_params.get("q", "")[:100]
        return selectors.everybody(words="" if "\x00" in words else words.strip())


class MemberStatus(APIView):
    """One colleague."""

    permission_classes = [with_right(Right.MANAGE_MEMBERS)]

    @extend_schema(request=shapes.MemberStatus, responses=shapes.Membership)
    def patch(self, request: Request, person: str) -> Response:
        """Suspend a colleague's sign-in here, let her in again, or end her membership for good."""
        given = shapes.read(shapes.MemberStatus, request)
        member = members.set_status(viewer_in(request), person, status=given["status"])
        return Response(shapes.Membership(member).data)


class Tokens(APIView):
    """My programs' tokens."""

    permission_classes = [Member]

    @extend_schema(responses=shapes.Tokens)
    def get(self, request: Request) -> Response:
        """My tokens, without the secrets."""
        rows = selectors.tokens(viewer_in(request).person)
        return Response({"results": shapes.Token(rows, many=True).data, "next": None})

    @extend_schema(request=shapes.NewToken, responses={201: shapes.MadeToken})
    def post(self, request: Request) -> Response:
        """A new token; it is in this answer and nowhere else. A token cannot make tokens."""
        if request.auth is not None:
            refuse(Refusal.NO_PERMISSION, allowed="session")
        given = shapes.read(shapes.NewToken, request)
        row, text = tokens.create(viewer_in(request), **given)
        return Response({**shapes.Token(row).data, "token": text}, status=201)


class TokenEnd(APIView):
    """One of my tokens."""

    permission_classes = [Member]

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, token_id: str) -> Response:
        """Revoke it."""
        tokens.revoke(viewer_in(request), token_id)
        return Response(status=204)


class Keys(APIView):
    """My keys."""

    permission_classes = [Member]

    @extend_schema(responses=shapes.Keys)
    def get(self, request: Request) -> Response:
        """My keys as the ledger has them."""
        rows = selectors.bound_keys(viewer_in(request).person)
        return Response({"results": shapes.Key(rows, many=True).data, "next": None})

    @extend_schema(request=shapes.BindKey, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Bind a further key: `bind_key`, signed by a key of mine that is bound (signing or recovery)."""
        given = shapes.read(shapes.BindKey, request)
        return shapes.accepted(binding.bind(viewer_in(request), **given))


class KeyDraft(APIView):
    """The challenge for a new key's proof."""

    permission_classes = [Member]

    @extend_schema(request=None, responses=shapes.KeyDraft)
    def post(self, request: Request) -> Response:
        """Challenge and the token that brings it back."""
        return Response(binding.begin(viewer_in(request)))


class KeyEnd(APIView):
    """One of my keys."""

    permission_classes = [Member]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, fingerprint: str) -> Response:
        """Unbind it: `unbind_key`, signed by another key of mine."""
        signed = shapes.read(SignedBody, request)
        return shapes.accepted(binding.unbind(viewer_in(request), fingerprint, signed))


class Intents(ListAPIView[Any]):
    """What my account has signed and where it stands, newest first."""

    permission_classes = [Member]
    serializer_class = shapes.Intent

    def get_queryset(self) -> Any:
        return selectors.intents(viewer_in(self.request))


class OneIntent(APIView):
    """One signed act of my account."""

    permission_classes = [Member]

    @extend_schema(responses=shapes.Intent)
    def get(self, request: Request, intent_id: str) -> Response:
        """Its state: waiting, sent, committed (with block), refused (with the reason), expired."""
        row = selectors.intents(viewer_in(request)).filter(pk=intent_id).first()
        if row is None:
            refuse(Refusal.INTENT_UNKNOWN)
        return Response(shapes.Intent(row).data)


class Audit(ListAPIView[Any]):
    """The log of acts: my organisation's; everybody's for regulator and administrator."""

    permission_classes = [with_right(Right.SEE_AUDIT)]
    serializer_class = shapes.AuditLine
    pagination_class = Newest

    def get_queryset(self) -> Any:
        return selectors.audit_entries(viewer_in(self.request))


def me_of(request: Request, viewer: Viewer | None) -> dict[str, Any]:
    """What `me/` answers for somebody acting as `viewer`."""
    person = selectors.person_of(request.user, viewer)
    waiting = selectors.registration_of(person.id) if person else None
    body: dict[str, Any] = {
        "person": person.id if person else "",
        "name": person.name if person else "",
        "email": getattr(request.user, "email", ""),
        "role": viewer.role if viewer else "",
        "kind": viewer.kind if viewer else "",
        "account": viewer.account if viewer else "",
        "organisation": viewer.organisation if viewer else "",
        "organisations": memberships_of(request.user) if isinstance(request.user, User) else [],
        "tenant": viewer.tenant.schema_name if viewer and viewer.tenant else "",
        "rights": [right for right in Right if viewer and may(viewer.role, right)],
        "keys": selectors.bound_keys(person.id) if person else [],
        "network": network_hash(),
        "second_factor": _factors(request),
        "registration_state": waiting.state if waiting else "",
        "signing_origin": settings.TANHENG.public_url,
    }
    return body


def _factors(request: Request) -> dict[str, Any]:
    kinds = list(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    return {
        "totp": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
    }
