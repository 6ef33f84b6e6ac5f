"""Routes of applications: the public form and its state, the review, the steps to an account."""

from collections.abc import Sequence
from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit import audit
from kit.parsing import JsonParser
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from lexicon.terms import AccountKind, RegistrationState
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from tenants import selectors
from tenants.api import shapes
from tenants.models import Organisation, Registration, RegistrationDocument
from tenants.permissions import Anyone, Member, viewer_in, with_right
from tenants.services import documents, members, onboarding, registrations

Reviewer = with_right(Right.REVIEW_REGISTRATIONS)
_CODE = OpenApiParameter("code", str, required=True)


class Public(APIView):
    """Open to everybody, at a limited rate; a session does not matter here."""

    permission_classes = [Anyone]
    authentication_classes = []
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "registration"


class Draft(Public):
    """The beginning of an application."""

    @extend_schema(request=shapes.DraftOf, responses={201: shapes.Draft})
    def post(self, request: Request) -> Response:
        """Ids and challenge from which the page makes keys and proofs."""
        kind = shapes.read(shapes.DraftOf, request)["kind"]
        return Response(shapes.Draft(registrations.begin(AccountKind(kind))).data, status=201)


class Registrations(GenericAPIView[Any]):
    """All applications; sending one in."""

    parser_classes = [MultiPartParser, FormParser, JsonParser]
    serializer_class = shapes.Registration
    throttle_scope = "registration"

    def get_permissions(self) -> Sequence[Any]:
        return [Anyone()] if self.request.method == "POST" else [Reviewer()]

    def get_throttles(self) -> list[Any]:
        return [ScopedRateThrottle()] if self.request.method == "POST" else []

    @extend_schema(parameters=[OpenApiParameter("state", str)], responses=shapes.Registration(many=True))
    def get(self, request: Request) -> Response:
        """The queue, newest first; `?state=submitted` for those that wait."""
        rows = selectors.registrations(state=request.query_params.get("state", ""))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request={"multipart/form-data": shapes.Application}, responses={201: shapes.Applied})
    def post(self, request: Request) -> Response:
        """Send an application in; the answer's code shows its state later and is given once."""
        given = shapes.read(shapes.Application, request)
        form = registrations.Form(uploads=_uploads(given), **_without(given, "documents"))
        registration, code = registrations.submit(form)
        body = {"registration_id": str(registration.pk), "code": code, "state": registration.state}
        return Response(body, status=201)


class Status(Public):
    """An application, for who has its code."""

    @extend_schema(parameters=[_CODE], responses=shapes.RegistrationStatus)
    def get(self, request: Request) -> Response:
        """State, the administrator's remark and the steps done."""
        row = registrations.by_code(request.query_params.get("code", ""))
        return Response(_status(row))


class Supplement(Public):
    """More documents for an application."""

    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": shapes.Supplement}, responses=shapes.RegistrationStatus)
    def post(self, request: Request) -> Response:
        """Add what the administrator asked for."""
        given = shapes.read(shapes.Supplement, request)
        return Response(_status(registrations.supplement(given["code"], _uploads(given))))


class Invitation(Public):
    """An invitation, for who has its code."""

    @extend_schema(parameters=[_CODE], responses=shapes.InvitationDraft)
    def get(self, request: Request) -> Response:
        """Ids and challenge from which the invited colleague's page makes keys and proofs."""
        found = members.invitation_of(request.query_params.get("code", ""))
        return Response(shapes.InvitationDraft(found).data)

    @extend_schema(request=shapes.AcceptInvitation, responses=shapes.RegistrationStatus)
    def post(self, request: Request) -> Response:
        """Password and keys of the invited colleague; an administrator reviews it next."""
        given = shapes.read(shapes.AcceptInvitation, request)
        row = members.accept_invitation(given["code"], password=given["password"], keys=given["keys"])
        return Response(_status(row))


class Joining(APIView):
    """An invitation, for who signs in already."""

    permission_classes = [Member]

    @extend_schema(request=shapes.Join, responses=shapes.RegistrationStatus)
    def post(self, request: Request) -> Response:
        """Keys for a further organisation; an administrator reviews it next. A token joins nothing."""
        if request.auth is not None:
            refuse(Refusal.NO_PERMISSION, allowed="session")
        given = shapes.read(shapes.Join, request)
        return Response(_status(members.join(viewer_in(request).user, given["code"], keys=given["keys"])))


class OneRegistration(APIView):
    """One application."""

    permission_classes = [Reviewer]

    @extend_schema(responses=shapes.RegistrationDetail)
    def get(self, request: Request, registration_id: str) -> Response:
        """All of it, with what the administrator signs to approve it."""
        row = _found(registration_id)
        body = {
            **shapes.Registration(row).data,
            "documents": shapes.Document(row.documents, many=True).data,
            "steps": shapes.Step(selectors.steps_with_intents(row), many=True).data,
            "signing": _signing(row),
            "same_name": Organisation.objects.filter(name=row.organisation.name)
            .exclude(pk=row.organisation_id)
            .count(),
        }
        return Response(body)


class Document(APIView):
    """One file of an application."""

    permission_classes = [Reviewer]

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, registration_id: str, document_id: str) -> FileResponse:
        """The file, as an attachment that no browser runs; who looked is logged."""
        row = RegistrationDocument.objects.filter(pk=document_id, registration_id=registration_id).first()
        path = documents.path_of(row) if row else None
        if row is None or path is None or not path.exists():
            refuse(Refusal.NOT_FOUND)
        viewer = viewer_in(request)
        audit.record(
            "registration.look", person=viewer.person, account=viewer.account, subject=f"document:{row.pk}"
        )
        name = f"{row.id}.{row.media_type.rsplit('/', 1)[-1]}"
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=row.media_type)


class Decision(APIView):
    """The administrator's word."""

    permission_classes = [Reviewer]

    @extend_schema(request=shapes.Decision, responses=shapes.Steps)
    def post(self, request: Request, registration_id: str) -> Response:
        """Approve (with the signatures that `signing` asked for), ask for a supplement, or reject."""
        given = shapes.read(shapes.Decision, request)
        viewer = viewer_in(request)
        if given["decision"] == "approve":
            row = onboarding.approve(viewer, registration_id, given.get("signatures", {}))
        else:
            rejected = given["decision"] == "reject"
            state = RegistrationState.REJECTED if rejected else RegistrationState.SUPPLEMENT
            row = registrations.turn_down(viewer, registration_id, state=state, reason=given["reason"])
        return Response(_steps(row))


class Steps(APIView):
    """The way from approval to a working account."""

    permission_classes = [Reviewer]

    @extend_schema(responses=shapes.Steps)
    def get(self, request: Request, registration_id: str) -> Response:
        """Each step's state."""
        return Response(_steps(_found(registration_id)))

    @extend_schema(request=shapes.Retry, responses=shapes.Steps)
    def post(self, request: Request, registration_id: str) -> Response:
        """Retry what is not done: new signatures where the ledger refused, else the remaining local steps."""
        given = shapes.read(shapes.Retry, request)
        if given.get("signatures"):
            onboarding.sign_again(viewer_in(request), registration_id, given["signatures"])
        else:
            onboarding.run_local_steps(registration_id)
        return Response(_steps(_found(registration_id)))


def _found(registration_id: str) -> Registration:
    row = selectors.registration(registration_id)
    if row is None:
        refuse(Refusal.REGISTRATION_UNKNOWN)
    return row


def _uploads(given: dict[str, Any]) -> list[documents.Upload]:
    return [documents.Upload(title=file.name[:120], content=file.read()) for file in given["documents"]]


def _signing(row: Registration) -> dict[str, Any]:
    waiting = (RegistrationState.SUBMITTED, RegistrationState.APPROVED)
    return onboarding.signing_of(row) if row.state in waiting else {}


def _steps(row: Registration) -> dict[str, Any]:
    steps = shapes.Step(selectors.steps_with_intents(row), many=True).data
    return {"state": row.state, "results": steps, "signing": _signing(row)}


_SHOWN = ("id", "kind", "state", "remark", "created_at", "decided_at")


def _status(row: Registration) -> dict[str, Any]:
    steps = selectors.steps_with_intents(row)
    return shapes.RegistrationStatus(
        {
            **{
                name: getattr(row, name)
                for name in ("id", "kind", "state", "remark", "created_at", "decided_at")
            },
            "organisation": row.organisation,
            "steps": [{**step, "detail": ""} for step in steps],
        }
    ).data


def _without(given: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}
