"""MQTT topics: what is built is parsed back, everything else is refused by the part that is wrong."""

import pytest
from lexicon.topics import BadTopic, Kind, MeterPath, Reply, build, build_reply, parse, parse_reply

PATH = MeterPath(tenant="acc_a", gateway="gw-1", plant="pl1", meter="coal_1")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_data_topic_is_built_and_parsed(kind):
    topic = build(PATH, kind)
    assert topic == f"v1/acc_a.gw-1/pl1/coal_1/{kind}"
    assert parse(topic) == (PATH, kind)


@pytest.mark.parametrize("reply", list(Reply))
def test_a_reply_topic_is_built_and_parsed(reply):
    assert build_reply(PATH, reply) == f"{reply}/acc_a.gw-1/pl1/coal_1"
    assert parse_reply(build_reply(PATH, reply)) == (PATH, reply)


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        ("v1/acc_a.gw/pl1/coal_1", "levels"),
        ("v1/acc_a.gw/pl1/coal_1/r/x", "levels"),
        ("v2/acc_a.gw/pl1/coal_1/r", "root"),
        ("v1/acc_a.gw/pl1/coal_1/z", "kind"),
        ("v1/acc_a/pl1/coal_1/r", "gateway"),
        ("v1/acc_a.gw/pl1/Coal/r", "name"),
        ("v1/acc_a.gw/+/coal_1/r", "name"),
        ("v1/acc_a.gw/pl1/coal_1\n/r", "name"),
        ("v1/acc_a.gw.x/pl1/coal_1/r", "name"),
        ("v1//pl1/coal_1/r", "gateway"),
        ("v1/" + "a" * 300, "length"),
    ],
)
def test_a_wrong_topic_is_refused_by_its_part(topic, reason):
    with pytest.raises(BadTopic) as refused:
        parse(topic)
    assert refused.value.reason == reason
