"""The draw of auditors: a pair of nonces for each period, of administrator and regulator, committed before.

Neither side can choose: each commits without knowing the other's nonce, before a statement of the period can
be submitted; candidates follow from the state by rule; nothing that an enterprise writes goes into the draw.
docs/adr/0023 says what is left open.
"""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from lexicon.evidence_arguments import CommitDraws, DrawCommitment, OpenDraw, VoidDraw
from lexicon.records import Draw, DrawSide
from lexicon.refusals import Refusal, Refused
from lexicon.terms import Role

from chaincode.callers import Caller
from chaincode.state import Draft, name

# Three years of months with their years, and some more.
DRAWS_MAX = 60
_SEED = b"tanheng-draw-2"


def commit_draws(draft: Draft, args: CommitDraws, caller: Caller) -> None:
    """Keeps the commitments of the signer's side.

    Raises Refused: bad_argument (no period), too_many_inputs, input_twice, draw_committed.
    """
    if not args.draws:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.draws")
    if len(args.draws) > DRAWS_MAX:
        raise Refused(Refusal.TOO_MANY_INPUTS, limit=DRAWS_MAX)
    periods = [one.period for one in args.draws]
    if len(set(periods)) != len(periods):
        raise Refused(Refusal.INPUT_TWICE)
    draft.want(*(name(Draw, period) for period in periods))
    for one in args.draws:
        _commit(draft, one, caller)


def open_draw(draft: Draft, args: OpenDraw, caller: Caller) -> None:
    """Opens the signer's side; with both the seed stands: SHA-256(tag, administrator's, regulator's nonce).

    Raises Refused: draw_missing, draw_already_open, nonce_mismatch.
    """
    draw = require_committed(draft, args.period)
    mine = _side(draw, caller.role)
    if mine is None or mine.nonce is not None:
        raise Refused(Refusal.DRAW_ALREADY_OPEN, period=args.period)
    if sha256(bytes.fromhex(args.nonce)).hexdigest() != mine.commitment:
        raise Refused(Refusal.NONCE_MISMATCH)
    opened = _with_side(draw, caller.role, replace(mine, nonce=args.nonce))
    draft.put(replace(opened, seed=_seed(opened)), args.period)


def check_void(draft: Draft, args: VoidDraw, _: Caller | None = None) -> None:
    """Raises Refused: draw_missing, draw_already_open."""
    if draft.find(Draw, args.period) is None:
        raise Refused(Refusal.DRAW_MISSING, period=args.period)
    _unseeded(draft, args.period)


def void_draw(draft: Draft, args: VoidDraw) -> None:
    """Both sides commit again, in the next round. Raises Refused as `check_void`."""
    check_void(draft, args)
    draw = _unseeded(draft, args.period)
    draft.put(Draw(period=args.period, round=draw.round + 1), args.period)


def require_committed(draft: Draft, period: str) -> Draw:
    """The draw of a period, if both sides committed. Raises Refused: draw_missing."""
    draw = draft.find(Draw, period)
    if draw is None or draw.administrator is None or draw.regulator is None:
        raise Refused(Refusal.DRAW_MISSING, period=period)
    return draw


def require_seed(draft: Draft, period: str) -> str:
    """The seed of a period. Raises Refused: draw_not_open."""
    draw = draft.find(Draw, period)
    if draw is None or draw.seed is None:
        raise Refused(Refusal.DRAW_NOT_OPEN, period=period)
    return draw.seed


def ranked(seed: str, account: str, candidates: Sequence[str]) -> list[str]:
    """Candidates in the order in which they are drawn for an account.

    Each has a weight of its own, so that one more or one fewer candidate changes no other's place.
    """

    def weight(candidate: str) -> bytes:
        return sha256(bytes.fromhex(seed) + f"{account}\x00{candidate}".encode()).digest()

    return sorted(candidates, key=weight)


def _commit(draft: Draft, one: DrawCommitment, caller: Caller) -> None:
    draw = draft.find(Draw, one.period) or Draw(period=one.period, round=1)
    if _side(draw, caller.role) is not None:
        raise Refused(Refusal.DRAW_COMMITTED, period=one.period)
    side = DrawSide(commitment=one.commitment, person=caller.person)
    draft.put(_with_side(draw, caller.role, side), one.period)


def _side(draw: Draw, role: Role) -> DrawSide | None:
    return draw.regulator if role is Role.REGULATOR else draw.administrator


def _with_side(draw: Draw, role: Role, side: DrawSide) -> Draw:
    return replace(draw, regulator=side) if role is Role.REGULATOR else replace(draw, administrator=side)


def _seed(draw: Draw) -> str | None:
    nonces = [side.nonce for side in (draw.administrator, draw.regulator) if side and side.nonce]
    return sha256(_SEED + bytes.fromhex("".join(nonces))).hexdigest() if len(nonces) == 2 else None


def _unseeded(draft: Draft, period: str) -> Draw:
    draw = draft.need(Draw, period, refusal=Refusal.DRAW_MISSING, period=period)
    if draw.seed is not None:
        raise Refused(Refusal.DRAW_ALREADY_OPEN, period=period)
    return draw
