"""Arguments of wrong type, size, sign and letters: refused by name, one line in the log, no payload in it.

On running peers with real chaincode processes, because the line is what an operator reads. Each organisation
that was asked has it once, in its own chaincode's log; nobody says it a second time.
"""

import grpc
import pytest
from lexicon.canonical import encode

from tests.localnet.test_endorsers_door import knock
from tests.operations.chain.traded import trading

SECRET = "never-to-be-logged"
LISTING = {
    "listing": SECRET,
    "side": "sell",
    "unit": "CEA",
    "vintage": 2026,
    "price_cents": "7000",
    "clips": [{"quantity": "100", "inputs": [{"serial_from": "101", "quantity": "100"}]}],
}
FORGED = f"{SECRET}\n2026-01-01 00:00:00,000 INFO forged line\r\x1b[2J"


def listing(**changes):
    return ("trader_a", "list", LISTING | changes)


# What is signed, and the name under which it is refused.
SIGNED = {
    "a number for a text": (listing(listing=7), "bad_argument"),
    "a text for a number": (listing(vintage=SECRET), "bad_argument"),
    "a number for an amount": (listing(price_cents=7000), "bad_argument"),
    "an object for a list": (listing(clips=SECRET), "bad_argument"),
    "nothing for something": (listing(unit=None), "bad_argument"),
    "a sign": (listing(price_cents="-7000"), "bad_argument"),
    "a sign of a quantity": (
        listing(clips=[{"quantity": "-1", "inputs": [{"serial_from": "101", "quantity": "-1"}]}]),
        "bad_argument",
    ),
    "a fraction": (listing(price_cents="70.5"), "bad_argument"),
    "an amount beyond all": (listing(price_cents="9" * 400), "bad_argument"),
    "a name too long": (listing(listing="x" * 5000), "bad_argument"),
    "a word that is none": (listing(side=SECRET), "bad_argument"),
    "a field too many": (listing(more=SECRET), "bad_argument"),
    "control characters in a name": (listing(listing=FORGED), "unsafe_text"),
    "a turned direction in a name": (listing(listing=SECRET + "\u202e"), "unsafe_text"),
}
# What is sent as it is: function and arguments.
RAW = {
    "no JSON": ([b"list", SECRET.encode(), b"a", b"b"], "not_canonical"),
    "JSON in another form": (
        [b"list", b'{ "v": 1, "x": "never-to-be-logged" }', b"a", b"b"],
        "not_canonical",
    ),
    "too few": ([b"list", SECRET.encode()], "bad_argument"),
    "too many": ([b"list", *[SECRET.encode()] * 7], "bad_argument"),
    "bytes that are no text": ([b"list", b"{}", b"\xff\xfe", b"\xff"], "bad_argument"),
    "twenty megabytes": ([b"list", SECRET.encode() * 1_200_000, b"a", b"b"], "not_canonical"),
    "a name of control characters": ([FORGED.removeprefix(SECRET).encode()], "unknown_transaction"),
    "a question of a wrong type": ([b"get_lot", encode({"unit": SECRET, "vintage": "x"})], "bad_argument"),
    "a service's act of a relay": ([b"anchor_day", encode({"account": SECRET})], "certificate_not_allowed"),
}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Three peers and chaincodes on which somebody trades."""
    with trading(tmp_path_factory.mktemp("arguments")) as contract:
        yield contract


def told(running, work):
    """The lines that each process wrote about a piece of work, which gives its answer and transaction: a
    chaincode's own lines name theirs, and one that was slow may still write of the work before."""
    before = {name: len(running.log(name)) for name in running.commands}
    answer, tx_id = running.run(work, name="relay")
    return answer, {
        name: [
            line
            for line in running.log(name)[before[name] :].splitlines()
            if ("in " in line or "efused" in line)
            and (tx_id[:12] in line or not name.startswith("chaincode-"))
        ]
        for name in running.commands
    }


def one_line_each(lines, name, *, own="chaincode-enterprise"):
    """Every chaincode that was asked says it once and by name; no other process says it again."""
    for process, said in lines.items():
        assert len(said) <= 1, (process, said)
        assert not said or process.startswith("chaincode-"), (process, said)
        # Where the first answer was a refusal its gateway gives the other peers' calls up: theirs end unsaid.
        words = (
            (f" refused {name} in ",) if process == own else (f" refused {name} in ", "'?' status 500 in ")
        )
        assert all(any(word in line for word in words) for line in said), said
        assert not any(SECRET in line or "\x1b" in line for line in said), said
    assert len(lines[own]) == 1


async def asked(client, args):
    """The gateway's refusal of a call, in its peers' words, and its transaction."""
    tx_id, signed = client.proposal(args[0].decode(), *args[1:])
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.endorse_signed(tx_id, signed, timeout=60)
    trailer = dict(caught.value.trailing_metadata() or ())
    return trailer["grpc-status-details-bin"].decode("utf-8", "replace"), tx_id


def check(running, args, name):
    answer, lines = told(running, lambda client: asked(client, args))
    assert f'"refusal":"{name}"' in answer
    one_line_each(lines, name)


@pytest.mark.parametrize("what", SIGNED)
def test_a_signed_argument_that_is_wrong_is_one_line_by_name(running, what):
    (who, function, args), name = SIGNED[what]
    check(running, [function.encode(), *running.town.signed(who, function, args)], name)


@pytest.mark.parametrize("what", RAW)
def test_a_call_that_is_wrong_is_one_line_by_name(running, what):
    args, name = RAW[what]
    check(running, args, name)


def test_a_question_is_one_line_too(running):
    async def ask(client):
        tx_id, signed = client.proposal("get_lot", encode({"unit": SECRET, "vintage": "x"}))
        with pytest.raises(grpc.aio.AioRpcError, match="bad_argument") as caught:
            await client.evaluate_signed(tx_id, signed)
        return caught.value.details(), tx_id

    _, lines = told(running, ask)
    one_line_each(lines, "bad_argument")


def test_a_wrong_argument_at_a_peer_s_own_door_is_one_line_too(running):
    async def ask(client):
        tx_id, signed = client.proposal("list", SECRET.encode())
        return await knock(client, signed), tx_id

    answer, lines = told(running, ask)
    assert '"refusal":"bad_argument"' in answer.message
    assert answer.signature == b""
    one_line_each(lines, "bad_argument")


def test_nothing_of_what_was_sent_stands_in_any_log_and_no_line_was_forged(running):
    for name in running.commands:
        log = running.log(name)
        assert SECRET not in log, name
        assert "\x1b" not in log
        assert not any(line.startswith("2026-01-01 00:00:00,000") for line in log.splitlines())
