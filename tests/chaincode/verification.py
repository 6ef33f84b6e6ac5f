"""A verification in one call: statement, draw, case, steps, approval; and a year with its obligation."""

import hashlib

from lexicon.commitment import leaf_hash

from tests.chaincode.town import MONTH, Town, accepted, h

NONCES = {"enterprise": h("nonce e"), "regulator": h("nonce r")}
PLACE = {"account": "acc_a", "plant": "pl1", "period": "2026-05", "version": 1}
YEAR = [*MONTH[:4], "site_visit", *MONTH[4:]]
# Periods whose draw is committed and open in the town of these tests.
PERIODS = ("2026-05", "2022-05", "2023-05", "2024-05", "2026")


def committed(nonce):
    return hashlib.sha256(bytes.fromhex(nonce)).hexdigest()


def ready(town: Town | None = None) -> Town:
    """People, a day's anchor, and open draws; a second lead auditor is there for visits."""
    town = town or Town().found().people_arrive()
    town.welcome("lead_b", "aud", "lead_auditor")
    accepted(town.serve("ingest", "anchor_day", anchor()))
    commit(town, *PERIODS)
    for period in PERIODS:
        unseal(town, period)
    return town


def draw_nonce(side, period):
    """The nonce of a side for the draw of a period."""
    return h(f"draw {side} {period}")


def commitments(side, *periods):
    """Arguments of `commit_draws`."""
    draws = [{"period": period, "commitment": committed(draw_nonce(side, period))} for period in periods]
    return {"draws": draws}


def commit(town, *periods):
    """Both sides commit to the draws of these periods."""
    town.must("adm", "commit_draws", commitments("adm", *periods))
    town.must("reg1", "commit_draws", commitments("reg", *periods))


def unseal(town, period):
    """Both sides open the draw of a period."""
    town.must("adm", "open_draw", {"period": period, "nonce": draw_nonce("adm", period)})
    town.must("reg2", "open_draw", {"period": period, "nonce": draw_nonce("reg", period)})


def anchor(day="2026-05-01", n=0, root="root", previous=None, **changes):
    return {
        "account": "acc_a",
        "plant": "pl1",
        "day": day,
        "n": n,
        "root": h(root),
        "leaf_count": 96,
        "previous_root": h(previous) if previous else None,
    } | changes


def statement(**changes):
    return {
        "plant": "pl1",
        "period": "2026-05",
        "version": 1,
        "statement_digest": h("statement"),
        "figures_root": h("figures"),
        "figures_count": 4,
        "guideline": "ndrc-2013-power",
        "guideline_hash": h("guideline"),
        "factor_sets_hash": h("factors"),
        "anchors": [{"plant": "pl1", "day": "2026-05-01", "n": 0, "root": h("root")}],
        "total_boxes": [{"fingerprint": h("key"), "box": "AQ"}],
        "nonce_commitment": committed(NONCES["enterprise"]),
    } | changes


def case(**changes):
    return PLACE | {"nonce_commitment": committed(NONCES["regulator"])} | changes


APPROVAL = {"work_log_root": h("log"), "findings_root": h("none"), "verification_digest": h("verification")}


def verify(town, place=PLACE, steps=MONTH):
    """All steps of a verification up to the approval, which is left to the test."""
    town.must("reg1", "open_case", case() | place)
    town.must("lead", "commit_sampling_plan", place | {"plan_digest": h("plan")})
    town.must("head_a", "open_sample", place | {"nonce": NONCES["enterprise"]})
    town.must("reg2", "open_sample", place | {"nonce": NONCES["regulator"]})
    previous = None
    for step in steps:
        who = "tech" if step == "technical_review" else "lead"
        town.must(who, "record_step", place | {"step": step, "digest": h(step), "previous": previous})
        if step == "site_visit":
            town.must("lead_b", "attest_visit", place | {"digest": h(step)})
        previous = h(step)


def mint(town, **changes):
    town.must("head_a", "submit_statement", statement(**changes))
    place = PLACE | {key: changes[key] for key in ("period", "version", "plant") if key in changes}
    verify(town, place, MONTH if len(place["period"]) == 7 else YEAR)
    town.must("appr", "approve_and_mint", place | APPROVAL)


def figures(total_g, salt):
    """Root and audit path of a tree of four figures whose first is the total."""
    leaves = [leaf_hash(salt=bytes.fromhex(salt), name="total", value=total_g)]
    leaves += [hashlib.sha256(bytes([place])).digest() for place in (1, 2, 3)]
    left = hashlib.sha256(b"\x01" + leaves[0] + leaves[1]).digest()
    right = hashlib.sha256(b"\x01" + leaves[2] + leaves[3]).digest()
    root = hashlib.sha256(b"\x01" + left + right).hexdigest()
    return root, [leaves[1].hex(), right.hex()]


def obliged(town, total_g=500_400_000, salt="00" * 16):
    """A minted year of a few hundred tonnes with its obligation."""
    root, path = figures(total_g, salt)
    mint(town, period="2026", figures_root=root)
    opening = {"salt": salt, "value": str(total_g), "index": 0, "path": path}
    return {"account": "acc_a", "year": 2026, "plant_or_entity": "pl1", "version": 1, "opening": opening}
