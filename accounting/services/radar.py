"""The forgery radar at work: reads stored files apart, keeps their traits encrypted, writes down what
it finds.

Run by the task worker inside a tenant's schema. Other enterprises are met through prints alone.
"""

import hmac
import json
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from kit import clock, schema

from accounting import extraction_apart, vault
from accounting.chain.models import EvidenceMatch, EvidencePrint
from accounting.domain.radar.examination import examine
from accounting.domain.radar.sameness import FIGURES_SHARE_MIN, Print, is_copy, likeness, print_of
from accounting.domain.radar.suspicions import Sign, Suspicion, is_suspect
from accounting.domain.radar.traits import ImagePrint, Paper, Traits, traits_from
from accounting.models import Evidence
from accounting.scan_models import EvidenceScan, EvidenceSign
from accounting.services.evidence import DATES
from tenants.models import Tenant

ATTEMPTS_MAX = 3
LEASE = timedelta(minutes=3)
# The newest of a kind are compared; a plant files some fifty a year of each.
COMPARED_MAX = 600


def scan_next() -> bool:
    """Put the tenant's next file before the radar; false when none waits."""
    row = _claim()
    if row is None:
        return False
    content = vault.load(str(row.pk), digest=row.sha256)
    traits = extraction_apart.read(content, row.media_type)
    text = json.dumps(traits.as_json())
    vault.store(traits_name(row), text.encode())
    found = _found(row, traits)
    with transaction.atomic():
        _keep(row, traits, digest=sha256(text.encode()).hexdigest(), found=found)
    return True


def signs_of(row: Evidence) -> list[dict[str, Any]]:
    """A file's signs with words, weight and the other place, which is always the same enterprise's."""
    return [_shown(one) for one in row.signs.select_related("twin__period").order_by("pk")]


def is_suspicious(row: Evidence) -> bool:
    """Whether the signs of a file together make it suspect."""
    return is_suspect([Suspicion(sign=Sign[one.sign]) for one in row.signs.all()])


def matches_between(limit: int) -> list[EvidenceMatch]:
    """The newest matches across enterprises with both places; for the regulator alone."""
    rows = EvidenceMatch.objects.select_related("one", "other").order_by("-found_at")
    return list(rows[:limit])


def paper_of(row: Evidence, traits: Traits) -> Paper:
    """A stored file as the radar sees it."""
    period = row.period
    stated = {name: day for name in DATES if (day := getattr(row, name)) is not None}
    return Paper(
        id=str(row.pk),
        tenant=row.tenant,
        kind=row.kind,
        plant=period.plant if period else "",
        period=period.period if period else "",
        stream=row.stream,
        title=row.title,
        stated=stated,
        traits=traits,
        laboratory=row.laboratory or row.accreditation,
    )


def _claim() -> Evidence | None:
    """The oldest file without a scan, leased to this worker."""
    now = clock.now()
    free = Q(scan=None) | Q(scan__scanned_at=None, scan__attempts__lt=ATTEMPTS_MAX, scan__lease_until__lt=now)
    with transaction.atomic():
        row = Evidence.objects.filter(free).select_related("period").order_by("created_at", "id").first()
        if row is None:
            return None
        scan, made = EvidenceScan.objects.select_for_update().get_or_create(
            evidence=row, defaults={"attempts": 1, "lease_until": now + LEASE}
        )
        if not made:
            if scan.scanned_at is not None or (scan.lease_until and scan.lease_until > now):
                return None
            scan.attempts, scan.lease_until = scan.attempts + 1, now + LEASE
            scan.save(update_fields=["attempts", "lease_until"])
    return row


def _found(row: Evidence, traits: Traits) -> list[Suspicion]:
    paper = paper_of(row, traits)
    return examine(paper, [paper_of(other, known) for other, known in _others(row)])


def _others(row: Evidence) -> Iterable[tuple[Evidence, Traits]]:
    """The tenant's scanned files of the same kind with their traits, newest first."""
    rows = Evidence.objects.filter(kind=row.kind, scan__scanned_at__isnull=False, scan__readable=True)
    for other in (
        rows.exclude(pk=row.pk).select_related("period", "scan").order_by("-created_at")[:COMPARED_MAX]
    ):
        yield other, traits_from(json.loads(vault.load(traits_name(other), digest=other.scan.traits_sha256)))


def _keep(row: Evidence, traits: Traits, *, digest: str, found: list[Suspicion]) -> None:
    """Signs, the print, and matches with other enterprises. Same facts twice are one row."""
    now = clock.now()
    for one in found:
        EvidenceSign.objects.update_or_create(
            evidence=row,
            sign=one.sign.name,
            twin_id=UUID(one.twin) if one.twin else None,
            defaults={"facts": dict(one.facts), "found_at": now},
        )
    if _match(row, traits):
        EvidenceSign.objects.update_or_create(
            evidence=row, sign=Sign.same_elsewhere.name, twin=None, defaults={"facts": {}, "found_at": now}
        )
    EvidenceScan.objects.filter(evidence=row).update(
        scanned_at=now, lease_until=None, readable=traits.readable, traits_sha256=digest
    )


def _match(row: Evidence, traits: Traits) -> bool:
    """Keep the file's print and its matches; whether there is one."""
    paper = paper_of(row, traits)
    own = print_of(paper, sealed=_sealed)
    if not own.images and not own.figures:
        return False
    tenant = schema.current()
    account = tenant.organisation_id if isinstance(tenant, Tenant) else None
    kept, _ = EvidencePrint.objects.update_or_create(
        evidence=row.pk,
        defaults={
            "tenant": row.tenant,
            "account": account or "",
            "plant": paper.plant,
            "period": paper.period,
            "kind": row.kind,
            "images": [[one.page, one.whole, list(one.tiles)] for one in own.images],
            "figures": dict(own.figures),
            "created_at": row.created_at,
        },
    )
    matched = False
    rivals = EvidencePrint.objects.filter(kind=row.kind).exclude(tenant=row.tenant)
    for other in rivals.iterator(chunk_size=200):
        theirs = _print(other)
        if is_copy(own, theirs):
            share = likeness(own.images, theirs.images) or FIGURES_SHARE_MIN
            EvidenceMatch.objects.get_or_create(
                one=kept, other=other, defaults={"percent": round(100 * share), "found_at": clock.now()}
            )
            matched = True
    return matched


def _print(row: EvidencePrint) -> Print:
    images = tuple(ImagePrint(page, whole, tuple(tiles)) for page, whole, tiles in row.images)
    return Print(images, row.figures)


def _sealed(figure: str) -> str:
    """A figure's keyed hash: equal figures are equal, and nobody can try them out without the master key."""
    key: str = settings.TANHENG.master_key
    return hmac.new(b"tanheng/figures/1" + key.encode(), figure.encode(), sha256).hexdigest()[:32]


def traits_name(row: Evidence) -> str:
    return f"traits-{row.pk}"


def _shown(one: EvidenceSign) -> dict[str, Any]:
    said = Suspicion(sign=Sign[one.sign], facts=one.facts)
    twin = one.twin
    return {
        "sign": one.sign,
        "weight": said.sign.weight,
        "words": {"zh": said.words("zh"), "en": said.words("en")},
        "twin": None
        if twin is None
        else {
            "id": str(twin.pk),
            "title": twin.title,
            "media_type": twin.media_type,
            "plant": twin.period.plant if twin.period else "",
            "period": twin.period.period if twin.period else "",
            "created_at": twin.created_at,
        },
    }
