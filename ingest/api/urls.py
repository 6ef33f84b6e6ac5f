"""Routes of ingest under /api/v1/."""

from django.urls import URLPattern, path

from ingest.api import meters, plants

urlpatterns: list[URLPattern] = [
    path("plants/", plants.Plants.as_view()),
    path("plants/<str:plant>/today/", plants.Today.as_view()),
    path("gateways/", plants.Gateways.as_view()),
    path("gateways/<str:gateway>/password/", plants.GatewayPassword.as_view()),
    path("gateways/<str:gateway>/revocation/", plants.GatewayRevocation.as_view()),
    path("meters/", meters.Meters.as_view()),
    path("meters/<int:meter>/", meters.OneMeter.as_view()),
    path("meters/<int:meter>/arrival/", meters.Arrival.as_view()),
    path("meters/<int:meter>/signing/", meters.Signing.as_view()),
    path("meters/<int:meter>/registration/", meters.Registration.as_view()),
    path("meters/<int:meter>/series/", meters.Series.as_view()),
    path("meters/<int:meter>/hours/", meters.Hours.as_view()),
    path("meters/<int:meter>/declarations/", meters.Declarations.as_view()),
    path("quarantine/", meters.Quarantines.as_view()),
    path("quarantine/<int:entry>/release/", meters.Release.as_view()),
]
