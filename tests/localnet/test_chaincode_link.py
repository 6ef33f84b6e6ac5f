"""The peer's stream to its chaincode outlives every caller that gives up."""

import asyncio

import pytest
from fabric_protos.peer import chaincode_pb2, proposal_pb2
from localnet import chaincode_link
from localnet.chaincode_link import ChaincodeLink, ChaincodeUnavailable, Message


class Call:
    """A stream whose write takes its time, and which a cancelled write ends for good, as gRPC has it."""

    def __init__(self):
        self.going, self.cancelled, self.written = asyncio.Event(), False, []

    async def write(self, message):
        try:
            await self.going.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        self.written.append(message.txid)


async def execute(link, tx_id):
    return await link.execute(
        simulation=None,
        channel="carbon",
        tx_id=tx_id,
        call=chaincode_pb2.ChaincodeInput(args=[b"f"]),
        proposal=proposal_pb2.SignedProposal(),
    )


def test_a_caller_that_gives_up_while_its_request_is_written_leaves_the_stream_to_the_others():
    async def story():
        link, call = ChaincodeLink(name="carbon", address="127.0.0.1:1"), Call()
        link._call = call
        impatient = asyncio.create_task(execute(link, "one"))
        patient = asyncio.create_task(execute(link, "two"))
        await asyncio.sleep(0.01)
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        call.going.set()
        await asyncio.sleep(0.01)
        patient.cancel()
        return call.cancelled, call.written

    assert asyncio.run(story()) == (False, ["one", "two"])


@pytest.mark.parametrize("word", [asyncio.CancelledError, asyncio.InvalidStateError])
def test_a_stream_that_grpc_calls_cancelled_or_finished_is_dialled_again(monkeypatch, word):
    # Finished: the chaincode was killed between its question and the peer's answer.
    dialled = []

    class Ended:
        def __init__(self, channel):
            pass

        def Connect(self):
            return self

        async def read(self):
            dialled.append(1)
            raise word

    monkeypatch.setattr("localnet.chaincode_link.chaincode_shim_pb2_grpc.ChaincodeStub", Ended)

    async def story():
        running = asyncio.create_task(ChaincodeLink(name="carbon", address="127.0.0.1:1").run())
        await asyncio.sleep(0.5)
        assert not running.done()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(story())
    assert len(dialled) > 1


class Registering(Call):
    """A stream whose chaincode registers and then only listens."""

    def __init__(self):
        super().__init__()
        self.going.set()
        self.said = [Message(type=Message.REGISTER)]

    async def read(self):
        return self.said.pop() if self.said else await asyncio.Event().wait()


def test_a_call_of_a_peer_s_first_moments_waits_for_the_chaincode_that_starts_beside_it():
    async def story():
        link, call = ChaincodeLink(name="carbon", address="127.0.0.1:1"), Registering()
        early = asyncio.create_task(execute(link, "early"))
        await asyncio.sleep(0.05)
        assert not early.done()
        serving = asyncio.create_task(link._serve(call))
        await asyncio.sleep(0.05)
        early.cancel()
        serving.cancel()
        return call.written

    assert asyncio.run(story())[-1] == "early"


def test_a_chaincode_that_was_lost_or_does_not_come_is_absent(monkeypatch):
    monkeypatch.setattr(chaincode_link, "LAUNCH_S", 0.05)

    async def lost():
        link = ChaincodeLink(name="carbon", address="127.0.0.1:1")
        serving = asyncio.create_task(link._serve(Registering()))
        await asyncio.sleep(0.01)
        serving.cancel()
        link._lose()
        await execute(link, "after")

    async def never():
        await execute(ChaincodeLink(name="carbon", address="127.0.0.1:1"), "early")

    for story in (lost, never):
        with pytest.raises(ChaincodeUnavailable, match="could not launch chaincode carbon"):
            asyncio.run(story())
