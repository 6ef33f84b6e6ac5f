"""Routes of accounting under /api/v1/."""

from django.urls import URLPattern, path

from accounting.api import cases, evidence, guidelines, periods, reports

urlpatterns: list[URLPattern] = [
    path("guidelines/", guidelines.Guidelines.as_view()),
    path("guidelines/<str:guideline_id>/", guidelines.OneGuideline.as_view()),
    path("compute/", guidelines.Compute.as_view()),
    path("plant-models/<str:plant>/", periods.Models.as_view()),
    path("periods/", periods.Periods.as_view()),
    path("periods/<uuid:period_id>/", periods.OnePeriod.as_view()),
    path("periods/<uuid:period_id>/activity/", periods.Activity.as_view()),
    path("periods/<uuid:period_id>/answers/", periods.Answers.as_view()),
    path("periods/<uuid:period_id>/readiness/", periods.Readiness.as_view()),
    path("periods/<uuid:period_id>/signing/", periods.PeriodSigning.as_view()),
    path("periods/<uuid:period_id>/submission/", periods.Submission.as_view()),
    path("periods/<uuid:period_id>/withdrawal/", periods.Withdrawal.as_view()),
    path("periods/<uuid:period_id>/sample-nonce/", periods.SampleNonce.as_view()),
    path("periods/<uuid:period_id>/correction/", periods.Correction.as_view()),
    path("periods/<uuid:period_id>/findings/<int:number>/reply/", periods.FindingReply.as_view()),
    path("evidence/", evidence.Files.as_view()),
    path("evidence/<uuid:evidence_id>/content/", evidence.Content.as_view()),
    path("cases/", cases.Cases.as_view()),
    path("cases/<str:case_id>/", cases.OneCase.as_view()),
    path("cases/<str:case_id>/opening/", cases.Opening.as_view()),
    path("cases/<str:case_id>/plan/", cases.Plan.as_view()),
    path("cases/<str:case_id>/sample/", cases.Sample.as_view()),
    path("cases/<str:case_id>/steps/", cases.Steps.as_view()),
    path("cases/<str:case_id>/steps/<str:step>/", cases.StepSigning.as_view()),
    path("cases/<str:case_id>/findings/", cases.Findings.as_view()),
    path("cases/<str:case_id>/findings/<int:number>/closure/", cases.FindingClosure.as_view()),
    path("cases/<str:case_id>/return/", cases.Return.as_view()),
    path("cases/<str:case_id>/approval/", cases.Approval.as_view()),
    path("cases/<str:case_id>/evidence/<uuid:evidence_id>/content/", cases.CaseEvidence.as_view()),
    path("reports/", reports.Reports.as_view()),
    path("reports/<uuid:report_id>/", reports.OneReport.as_view()),
    path("reports/<uuid:report_id>/json/", reports.Json.as_view()),
    path("reports/<uuid:report_id>/html/", reports.Html.as_view()),
    path("reports/<uuid:report_id>/pdf/", reports.Pdf.as_view()),
    path("reports/<uuid:report_id>/receipt/", reports.Receipt.as_view()),
    path("verify/", reports.Verify.as_view()),
]
