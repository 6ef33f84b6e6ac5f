"""Ready lines with which a device that is not ours publishes a meter's readings. Pure.

Each is shown with the real topic and sign-in, so that a person copies and runs it; tests run them, too.
"""

import json
from dataclasses import dataclass

# The authority's file, as the page names it when it is downloaded.
AUTHORITY_FILE = "tanheng-authority.pem"
# Where a line leaves the password to its user: it is shown once and never again.
PASSWORD_VARIABLE = "MQTT_PASSWORD"  # noqa: S105 (a name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where and as whom a meter publishes. password: None where it is not on this page any more.

    own_authority: the broker's certificate is of the home's authority, whose file lies beside the line.
    certificate: stem of the files of a certificate and its key that are the sign-in; empty: by password.
    """

    host: str
    port: int
    tls: bool
    username: str
    password: str | None
    topic: str
    unit: str
    own_authority: bool = False
    certificate: str = ""


def lines(way: Way) -> dict[str, str]:
    """By tool: a line for a shell, parts of telegraf.conf and agent.toml, a Node-RED flow."""
    return {
        "mosquitto_pub": mosquitto_pub(way),
        "telegraf": telegraf(way),
        "node_red": node_red(way),
        "agent": agent(way),
    }


def mosquitto_pub(way: Way) -> str:
    """One reading by the shell; the value is the register as it stands, decimal text."""
    reading = (
        f'{{\\"ts\\":$(date +%s%3N),\\"value\\":\\"0\\",\\"unit\\":\\"{way.unit}\\",\\"q\\":\\"good\\"}}'
    )
    secure = f" --cafile {AUTHORITY_FILE}" if way.own_authority else " --tls-use-os-certs" if way.tls else ""
    password = f'"${PASSWORD_VARIABLE}"' if way.password is None else f"'{way.password}'"
    who = f"-u {way.username} -P {password}"
    if way.certificate:
        who = f"--cert {way.certificate}.pem --key {way.certificate}.key"
    return (
        f"mosquitto_pub -V mqttv5 -h {way.host} -p {way.port}{secure} -q 1 "
        f'{who} -t {way.topic} -m "{reading}"'
    )


def telegraf(way: Way) -> str:
    """An output for the metric named as the meter, whose field `value` is the register as it stands."""
    meter = way.topic.split("/")[3]
    scheme = "ssl" if way.tls else "tcp"
    shape = f'{{"ts": timestamp, "value": fields.value, "unit": "{way.unit}", "q": "good"}}'
    return "\n".join(
        [
            "[[outputs.mqtt]]",
            f'  servers = ["{scheme}://{way.host}:{way.port}"]',
            '  protocol = "5"',
            *_telegraf_sign_in(way),
            "  qos = 1",
            '  layout = "non-batch"',
            f'  topic = "{way.topic}"',
            f'  namepass = ["{meter}"]',
            '  data_format = "json"',
            '  json_timestamp_units = "1ms"',
            f"  json_transformation = '''{shape}'''",
        ]
    )


def _telegraf_sign_in(way: Way) -> list[str]:
    authority = [f'  tls_ca = "{AUTHORITY_FILE}"'] if way.own_authority else []
    if way.certificate:
        return [
            *authority,
            f'  tls_cert = "{way.certificate}.pem"',
            f'  tls_key = "{way.certificate}.key"',
        ]
    password = f"${{{PASSWORD_VARIABLE}}}" if way.password is None else way.password
    return [*authority, f'  username = "{way.username}"', f'  password = "{password}"']


def node_red(way: Way) -> str:
    """A flow: whatever puts the register's value into `msg.payload`, a function, the broker."""
    function = (
        "msg.payload = JSON.stringify({ts: Date.now(), value: String(msg.payload), "
        f'unit: "{way.unit}", q: "good"}});\nreturn msg;'
    )
    broker = {
        "id": "tanheng-broker", "type": "mqtt-broker", "name": "tanheng", "broker": way.host,
        "port": str(way.port), "clientid": "", "usetls": way.tls, "protocolVersion": "5",
        "keepalive": "60", "cleansession": True,
    }  # fmt: skip
    if not way.certificate:
        broker["credentials"] = {"user": way.username, "password": way.password or ""}
    if way.own_authority:
        broker["tls"] = "tanheng-tls"
    flow = [
        {"id": "tanheng-in", "type": "inject", "name": "register", "payload": "0", "payloadType": "str",
         "repeat": "", "wires": [["tanheng-shape"]]},
        {"id": "tanheng-shape", "type": "function", "name": "reading", "func": function, "outputs": 1,
         "wires": [["tanheng-out"]]},
        {"id": "tanheng-out", "type": "mqtt out", "name": way.topic, "topic": way.topic, "qos": "1",
         "retain": "false", "broker": "tanheng-broker", "wires": []},
        *([_node_red_tls(way)] if way.own_authority else []),
        broker,
    ]  # fmt: skip
    return json.dumps(flow, ensure_ascii=False, indent=1)


def _node_red_tls(way: Way) -> dict[str, object]:
    own = {"cert": f"{way.certificate}.pem", "key": f"{way.certificate}.key"} if way.certificate else {}
    return {
        "id": "tanheng-tls", "type": "tls-config", "name": "tanheng", "ca": AUTHORITY_FILE,
        "servername": way.host, "verifyservercert": True, **own,
    }  # fmt: skip


def agent(way: Way) -> str:
    """The part of agent.toml by which the edge agent signs in."""
    scheme = "mqtts" if way.tls else "mqtt"
    lines_ = ["[broker]", f'url = "{scheme}://{way.host}:{way.port}"']
    if way.own_authority:
        lines_.append(f'ca_file = "{AUTHORITY_FILE}"')
    if way.certificate:
        lines_ += [
            f'certificate_file = "{way.certificate}.pem"',
            f'certificate_key_file = "{way.certificate}.key"',
        ]
    else:
        lines_.append('password_file = "broker.password"')
    return "\n".join(lines_)
