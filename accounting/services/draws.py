"""The draw of auditors: what administrator and regulator sign to commit to it and to open it.

The nonces are made here and rest encrypted until their side opens them: docs/adr/0023.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from kit import clock
from kit.outbox import OutboxRow
from lexicon.refusals import Refusal, refuse
from lexicon.terms import ReportState, Role
from lexicon.transactions import Transaction

from accounting.chain.models import ChainDraw, ChainReport, DrawNonce
from tenants.access import Viewer
from tenants.services import intents

Signing = dict[str, Any]
SUBJECT = "draws"


def wanted() -> list[str]:
    """Months and years from two years back to the next year: so nothing waits for a commitment."""
    this_year = clock.now().year
    return [
        period
        for year in range(this_year - 2, this_year + 2)
        for period in (*(f"{year}-{month:02d}" for month in range(1, 13)), str(year))
    ]


def rows(viewer: Viewer) -> dict[str, Any]:
    """How many periods lack the viewer's commitment, and the draws that statements wait for."""
    waiting: dict[str, int] = {}
    for period in ChainReport.objects.filter(state=ReportState.SUBMITTED).values_list("period", flat=True):
        waiting[period] = waiting.get(period, 0) + 1
    known = ChainDraw.objects.filter(pk__in=waiting, seed="").order_by("pk")
    return {
        "to_commit": len(_uncommitted(viewer)),
        "results": [
            {
                "period": draw.period,
                "round": draw.round,
                "waiting": waiting[draw.period],
                "administrator": _state(draw.administrator, draw.administrator_open),
                "regulator": _state(draw.regulator, draw.regulator_open),
                "mine_open": _is_open(draw, side_of(viewer)),
            }
            for draw in known
        ],
    }


@transaction.atomic
def commitments_of(viewer: Viewer) -> Signing:
    """Name and args of `commit_draws` for every wanted period without the viewer's side.

    The same nonces until they are on the ledger. Raises Refused: draw_committed.
    """
    due = _uncommitted(viewer)
    if not due:
        refuse(Refusal.DRAW_COMMITTED, period=wanted()[-1])
    kept = _nonces(viewer, due)
    draws = [{"period": period, "commitment": kept[period]} for period in due]
    return {"name": Transaction.COMMIT_DRAWS, "args": {"draws": draws}}


@transaction.atomic
def commit(viewer: Viewer, signed: Mapping[str, str]) -> OutboxRow:
    """Queue the viewer's signed commitments."""
    shown = commitments_of(viewer)
    return intents.accept(viewer, name=shown["name"], args=shown["args"], signed=signed, subject=SUBJECT)


def opening_of(viewer: Viewer, period: str) -> Signing:
    """Name and args with which the viewer's side opens a period's draw.

    Raises Refused: draw_missing, draw_already_open, not_found (no nonce here).
    """
    draw = ChainDraw.objects.filter(pk=period).first()
    if draw is None or not (draw.administrator and draw.regulator):
        refuse(Refusal.DRAW_MISSING, period=period)
    side = side_of(viewer)
    if _is_open(draw, side):
        refuse(Refusal.DRAW_ALREADY_OPEN, period=period)
    commitment = draw.regulator if side == Role.REGULATOR else draw.administrator
    row = DrawNonce.objects.filter(side=side, period=period, commitment=commitment).first()
    if row is None:
        refuse(Refusal.NOT_FOUND)
    return {"name": Transaction.OPEN_DRAW, "args": {"period": period, "nonce": _opened(row)}}


@transaction.atomic
def open_draw(viewer: Viewer, period: str, signed: Mapping[str, str]) -> OutboxRow:
    """Queue the opening of the viewer's side."""
    shown = opening_of(viewer, period)
    return intents.accept(viewer, name=shown["name"], args=shown["args"], signed=signed, subject=SUBJECT)


def require_committed(period: str) -> None:
    """Raises Refused (draw_missing) while no statement of this period can be submitted."""
    if not ChainDraw.objects.filter(pk=period).exclude(administrator="").exclude(regulator="").exists():
        refuse(Refusal.DRAW_MISSING, period=period)


def require_seed(period: str) -> None:
    """Raises Refused (draw_not_open) while no case of this period can be opened."""
    if not ChainDraw.objects.filter(pk=period).exclude(seed="").exists():
        refuse(Refusal.DRAW_NOT_OPEN, period=period)


def side_of(viewer: Viewer) -> str:
    """Which of the two sides the viewer stands on."""
    return str(Role.REGULATOR if viewer.role == Role.REGULATOR else Role.ADMINISTRATOR)


def _uncommitted(viewer: Viewer) -> list[str]:
    periods = wanted()
    done = ChainDraw.objects.filter(pk__in=periods).exclude(**{side_of(viewer): ""})
    committed = set(done.values_list("period", flat=True))
    return [period for period in periods if period not in committed]


def _nonces(viewer: Viewer, periods: list[str]) -> dict[str, str]:
    """Commitments of a side by period: to the nonce of the present round, made when it is first asked for."""
    rounds = dict(ChainDraw.objects.filter(pk__in=periods).values_list("period", "round"))
    side = side_of(viewer)
    there = _commitments(side, periods, rounds)
    missing = [period for period in periods if period not in there]
    if not missing:
        return there
    made = [_made(side, period, rounds.get(period, 1)) for period in missing]
    # Who asks at the same time may have been quicker: the nonce that stands is the one that counts.
    DrawNonce.objects.bulk_create(made, ignore_conflicts=True)
    return _commitments(side, periods, rounds)


def _commitments(side: str, periods: list[str], rounds: Mapping[str, int]) -> dict[str, str]:
    kept = DrawNonce.objects.filter(side=side, period__in=periods)
    return {row.period: row.commitment for row in kept if row.round == rounds.get(row.period, 1)}


def _made(side: str, period: str, number: int) -> DrawNonce:
    nonce = secrets.token_bytes(32)
    return DrawNonce(
        side=side,
        period=period,
        round=number,
        sealed=_sealer().encrypt(nonce.hex().encode()).decode(),
        commitment=hashlib.sha256(nonce).hexdigest(),
        created_at=clock.now(),
    )


def _opened(row: DrawNonce) -> str:
    return _sealer().decrypt(row.sealed.encode()).decode()


def _sealer() -> Fernet:
    secret = hashlib.sha256(b"tanheng/draw-nonces/1\n" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(secret))


def _is_open(draw: ChainDraw, side: str) -> bool:
    return draw.regulator_open if side == Role.REGULATOR else draw.administrator_open


def _state(commitment: str, is_open: bool) -> str:
    if not commitment:
        return "missing"
    return "open" if is_open else "committed"
