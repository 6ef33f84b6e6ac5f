"""Routes of ingest under /api/v1/."""

from django.urls import URLPattern, path

from ingest.api import basis, certificates, meter_keys, meters, plants, quarantine, watching, worker

urlpatterns: list[URLPattern] = [
    path("reception/", watching.Taking.as_view()),
    path("plants/", plants.Plants.as_view()),
    path("plants/<str:plant>/today/", plants.Today.as_view()),
    path("plants/<str:plant>/storage/", plants.Storage.as_view()),
    path("plants/<str:plant>/hours/", watching.PlantHours.as_view()),
    path("gaps/", watching.Gaps.as_view()),
    path("gaps/<int:gap>/assignment/", watching.GapAssignment.as_view()),
    path("gaps/<int:gap>/closure/", watching.GapClosure.as_view()),
    path("alarms/", watching.Alarms.as_view()),
    path("alarms/<int:alarm>/handling/", watching.AlarmHandling.as_view()),
    path("adjustments/", watching.Adjustments.as_view()),
    path("gateways/", plants.Gateways.as_view()),
    path("gateways/<str:gateway>/password/", plants.GatewayPassword.as_view()),
    path("gateways/<str:gateway>/revocation/", plants.GatewayRevocation.as_view()),
    path("gateways/<str:gateway>/certificates/", certificates.Certificates.as_view()),
    path(
        "gateways/<str:gateway>/certificates/<str:serial>/revocation/",
        certificates.CertificateRevocation.as_view(),
    ),
    path("meters/", meters.Meters.as_view()),
    path("meters/<int:meter>/", meters.OneMeter.as_view()),
    path("meters/<int:meter>/arrival/", meters.Arrival.as_view()),
    path("meters/<int:meter>/signing/", meters.Signing.as_view()),
    path("meters/<int:meter>/registration/", meters.Registration.as_view()),
    path("meters/<int:meter>/series/", meters.Series.as_view()),
    path("meters/<int:meter>/proof/", meters.Proof.as_view()),
    path("meters/<int:meter>/hours/", meters.Hours.as_view()),
    path("meters/<int:meter>/declarations/", meters.Declarations.as_view()),
    path("meters/<int:meter>/replacement/", meters.Replacement.as_view()),
    path("meters/<int:meter>/place/", meters.Place.as_view()),
    path("meters/<int:meter>/key/", meter_keys.KeyRevocation.as_view()),
    path("meters/<int:meter>/consumption/", meters.Consumed.as_view()),
    path("ingest/worker/", worker.Worker.as_view()),
    path("basis/<str:plant>/", basis.OwnMeters.as_view()),
    path("basis/<str:plant>/<str:meter>/", basis.OwnBasis.as_view()),
    path("basis/<str:plant>/<str:meter>/proof/", basis.OwnReading.as_view()),
    path("cases/<str:case_id>/basis/<str:meter>/", basis.CaseBasis.as_view()),
    path("cases/<str:case_id>/basis/<str:meter>/proof/", basis.CaseReading.as_view()),
    path("quarantine/", quarantine.Quarantines.as_view()),
    path("quarantine/releases/", quarantine.Releases.as_view()),
    path("quarantine/<int:entry>/release/", quarantine.Release.as_view()),
]
