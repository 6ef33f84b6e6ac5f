"""What two inspectors record on site: the place, seals as they were seen, photographs."""

from django.db import models

from accounting.models import Evidence, VerificationCase


class VisitRecord(models.Model):
    """The record of a case's site visit until its step is signed. seals: by meter, as read off the device.

    captured_at: when it was written on site, by the inspector's device; at: when it came here.
    """

    case = models.OneToOneField(VerificationCase, on_delete=models.PROTECT, related_name="visit_record")
    place = models.CharField(max_length=200)
    seals = models.JSONField(default=dict)
    captured_at = models.DateTimeField()
    person = models.CharField(max_length=40)
    at = models.DateTimeField()


class VisitPhoto(models.Model):
    """A photograph of a site visit; the file is evidence, encrypted as all of it."""

    case = models.ForeignKey(VerificationCase, on_delete=models.PROTECT, related_name="photos")
    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="photo_of")
    captured_at = models.DateTimeField()
    person = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["captured_at", "pk"]
