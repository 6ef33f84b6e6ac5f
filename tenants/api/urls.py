"""The tenants' routes below /api/v1/."""

from django.urls import path

import tenants.openapi  # noqa: F401 (known to the schema by being imported)
from tenants.api import actions, people, recoveries, registrations, stuck

urlpatterns = [
    path("me/", people.Me.as_view()),
    path("me/organisation/", people.Choice.as_view()),
    path("members/", people.Members.as_view()),
    path("members/<str:person>/", people.MemberStatus.as_view()),
    path("people/", people.Everybody.as_view()),
    path("tokens/", people.Tokens.as_view()),
    path("tokens/<uuid:token_id>/", people.TokenEnd.as_view()),
    path("keys/", people.Keys.as_view()),
    path("recoveries/", recoveries.Recoveries.as_view()),
    path("recoveries/<uuid:recovery_id>/", recoveries.OneRecovery.as_view()),
    path("keys/draft/", people.KeyDraft.as_view()),
    path("keys/<str:fingerprint>/unbinding/", people.KeyEnd.as_view()),
    path("intents/", people.Intents.as_view()),
    path("intents/stuck/", stuck.StuckList.as_view()),
    path("intents/<uuid:intent_id>/retry/", stuck.Retry.as_view()),
    path("intents/<uuid:intent_id>/", people.OneIntent.as_view()),
    path("audit/", people.Audit.as_view()),
    path("registrations/", registrations.Registrations.as_view()),
    path("registrations/draft/", registrations.Draft.as_view()),
    path("registrations/status/", registrations.Status.as_view()),
    path("registrations/supplement/", registrations.Supplement.as_view()),
    path("registrations/invitation/", registrations.Invitation.as_view()),
    path("registrations/invitation/joining/", registrations.Joining.as_view()),
    path("registrations/<uuid:registration_id>/", registrations.OneRegistration.as_view()),
    path(
        "registrations/<uuid:registration_id>/documents/<uuid:document_id>/", registrations.Document.as_view()
    ),
    path("registrations/<uuid:registration_id>/decision/", registrations.Decision.as_view()),
    path("registrations/<uuid:registration_id>/steps/", registrations.Steps.as_view()),
    path("actions/", actions.Actions.as_view()),
    path("actions/<str:action_id>/", actions.OneAction.as_view()),
    path("actions/<str:action_id>/confirmation/", actions.Confirmation.as_view()),
    path("actions/<str:action_id>/withdrawal/", actions.Withdrawal.as_view()),
    path("actions/<str:action_id>/execution/", actions.Execution.as_view()),
]
