"""Ready lines with which a device that is not ours publishes a meter's readings. Pure.

Each is shown with the real topic and sign-in, so that a person copies and runs it; tests run them, too.
"""

import json
from dataclasses import dataclass

# Where a line leaves the password to its user: it is shown once and never again.
PASSWORD_VARIABLE = "MQTT_PASSWORD"  # noqa: S105 (a name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where and as whom a meter publishes. password: None where it is not on this page any more."""

    host: str
    port: int
    tls: bool
    username: str
    password: str | None
    topic: str
    unit: str


def lines(way: Way) -> dict[str, str]:
    """By tool: a line for a shell, a part of telegraf.conf, a flow to import into Node-RED."""
    return {"mosquitto_pub": mosquitto_pub(way), "telegraf": telegraf(way), "node_red": node_red(way)}


def mosquitto_pub(way: Way) -> str:
    """One reading by the shell; the value is the register as it stands, decimal text."""
    reading = (
        f'{{\\"ts\\":$(date +%s%3N),\\"value\\":\\"0\\",\\"unit\\":\\"{way.unit}\\",\\"q\\":\\"good\\"}}'
    )
    secure = " --tls-use-os-certs" if way.tls else ""
    password = f'"${PASSWORD_VARIABLE}"' if way.password is None else f"'{way.password}'"
    return (
        f"mosquitto_pub -V mqttv5 -h {way.host} -p {way.port}{secure} -q 1 -i {way.username} "
        f'-u {way.username} -P {password} -t {way.topic} -m "{reading}"'
    )


def telegraf(way: Way) -> str:
    """An output for the metric named as the meter, whose field `value` is the register as it stands."""
    meter = way.topic.split("/")[3]
    scheme = "ssl" if way.tls else "tcp"
    password = f"${{{PASSWORD_VARIABLE}}}" if way.password is None else way.password
    shape = f'{{"ts": timestamp, "value": fields.value, "unit": "{way.unit}", "q": "good"}}'
    return "\n".join(
        [
            "[[outputs.mqtt]]",
            f'  servers = ["{scheme}://{way.host}:{way.port}"]',
            '  protocol = "5"',
            f'  client_id = "{way.username}"',
            f'  username = "{way.username}"',
            f'  password = "{password}"',
            "  qos = 1",
            '  layout = "non-batch"',
            f'  topic = "{way.topic}"',
            f'  namepass = ["{meter}"]',
            '  data_format = "json"',
            '  json_timestamp_units = "1ms"',
            f"  json_transformation = '''{shape}'''",
        ]
    )


def node_red(way: Way) -> str:
    """A flow: whatever puts the register's value into `msg.payload`, a function, the broker."""
    function = (
        "msg.payload = JSON.stringify({ts: Date.now(), value: String(msg.payload), "
        f'unit: "{way.unit}", q: "good"}});\nreturn msg;'
    )
    broker = {
        "id": "tanheng-broker", "type": "mqtt-broker", "name": "tanheng", "broker": way.host,
        "port": str(way.port), "clientid": way.username, "usetls": way.tls, "protocolVersion": "5",
        "keepalive": "60", "cleansession": True,
        "credentials": {"user": way.username, "password": way.password or ""},
    }  # fmt: skip
    flow = [
        {"id": "tanheng-in", "type": "inject", "name": "register", "payload": "0", "payloadType": "str",
         "repeat": "", "wires": [["tanheng-shape"]]},
        {"id": "tanheng-shape", "type": "function", "name": "reading", "func": function, "outputs": 1,
         "wires": [["tanheng-out"]]},
        {"id": "tanheng-out", "type": "mqtt out", "name": way.topic, "topic": way.topic, "qos": "1",
         "retain": "false", "broker": "tanheng-broker", "wires": []},
        broker,
    ]  # fmt: skip
    return json.dumps(flow, ensure_ascii=False, indent=1)
