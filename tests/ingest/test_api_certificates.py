"""Certificates of gateways by the API: shown once, ended, refused where they open nothing."""

import dataclasses
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from kit.models import AuditEntry, StoredAnswer

from ingest.hot.models import BrokerCertificate
from ingest.services.certificates import revoked
from tests.ingest.conftest import NOON
from tests.ingest.test_api import API, provision

pytestmark = pytest.mark.db
URL = f"{API}/gateways/gw-1/certificates/"


@pytest.fixture(autouse=True)
def _noon(frozen_clock: Any) -> None:
    assert frozen_clock == NOON


@pytest.fixture
def operator(client_of: Any, settings: Any, tmp_path: Any) -> Any:
    settings.TANHENG = dataclasses.replace(settings.TANHENG, home=tmp_path)
    client = client_of("alpha_operator")
    provision(client)
    return client


def test_a_certificate_and_its_key_are_shown_once_and_name_the_gateway(operator: Any) -> None:
    made = operator.post(URL, {}, format="json")
    assert made.status_code == 201, made.content
    told = made.json()
    certificate = x509.load_pem_x509_certificate(told["certificate"].encode())
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == told["username"] == "t_000001.gw-1"
    key = serialization.load_pem_private_key(told["key"].encode(), password=None)
    shape = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert key.public_key().public_bytes(*shape) == certificate.public_key().public_bytes(*shape)
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(told["authority"].encode()))
    listed = operator.get(URL)
    assert [row["state"] for row in listed.json()["results"]] == ["active"]
    assert "PRIVATE KEY" not in listed.content.decode()
    assert listed.json()["authority"] == told["authority"]


def test_the_lines_name_the_files_and_the_tls_port(operator: Any, settings: Any) -> None:
    told = operator.post(URL, {}, format="json").json()
    port = settings.TANHENG.mqtt_tls_port
    assert told["broker"] == {"host": "127.0.0.1", "port": port, "tls": True}
    line = told["lines"]["mosquitto_pub"]
    assert f"-p {port} --cafile tanheng-authority.pem" in line
    assert "--cert gw-1.pem --key gw-1.key" in line
    assert "-P" not in line
    assert "v1/t_000001.gw-1/plant-1/coal-1/r" in line
    assert 'tls_cert = "gw-1.pem"' in told["lines"]["telegraf"]
    assert 'certificate_file = "gw-1.pem"' in told["lines"]["agent"]
    assert '"tls": "tanheng-tls"' in told["lines"]["node_red"]


def test_a_second_one_lets_the_first_go_on_until_it_is_revoked(operator: Any) -> None:
    first, second = (operator.post(URL, {}, format="json").json()["row"]["serial"] for _ in range(2))
    assert [row["state"] for row in operator.get(URL).json()["results"]] == ["active", "active"]
    answer = operator.post(f"{URL}{first}/revocation/")
    states = {row["serial"]: row["state"] for row in answer.json()["results"]}
    assert states == {first: "revoked", second: "active"}
    assert revoked() == [(int(first, 16), "t_000001.gw-1")]
    assert operator.post(f"{URL}beef/revocation/").status_code == 404


def test_a_replacement_ends_all_before_it(operator: Any) -> None:
    old = [operator.post(URL, {}, format="json").json()["row"]["serial"] for _ in range(2)]
    new = operator.post(URL, {"replace": True}, format="json").json()["row"]["serial"]
    states = {row["serial"]: row["state"] for row in operator.get(URL).json()["results"]}
    assert states == dict.fromkeys(old, "revoked") | {new: "active"}
    acts = list(
        AuditEntry.objects.filter(act__startswith="gateway.certificate").values_list("act", flat=True)
    )
    assert acts.count("gateway.certificate") == 3
    assert acts.count("gateway.certificates.end") == 1


def test_an_ended_gateway_gets_none_and_its_own_let_nobody_in(operator: Any) -> None:
    serial = operator.post(URL, {}, format="json").json()["row"]["serial"]
    operator.post(f"{API}/gateways/gw-1/revocation/")
    assert operator.post(URL, {}, format="json").json()["refusal"] == "unknown_gateway"
    assert revoked() == [(int(serial, 16), "t_000001.gw-1")]


@pytest.mark.parametrize("changed", [{"mqtt_tls_port": 0}, {"mqtt_url": "mqtts://u:p@broker.example:8883"}])
def test_where_it_would_open_nothing_none_is_made(operator: Any, settings: Any, changed: Any) -> None:
    settings.TANHENG = dataclasses.replace(settings.TANHENG, **changed)
    refused = operator.post(URL, {}, format="json")
    assert refused.status_code == 409
    assert refused.json()["refusal"] == "broker_without_tls"
    assert BrokerCertificate.objects.count() == 0
    assert operator.get(URL).json()["broker"] is None


def test_a_broker_on_another_address_takes_passwords_by_tls_only(operator: Any, settings: Any) -> None:
    settings.TANHENG = dataclasses.replace(settings.TANHENG, mqtt_tls_hosts=("10.1.2.3",))
    told = operator.post(f"{API}/gateways/gw-1/password/").json()
    port = settings.TANHENG.mqtt_tls_port + 1
    assert told["broker"] == {"host": "10.1.2.3", "port": port, "tls": True}
    assert f"-h 10.1.2.3 -p {port} --cafile tanheng-authority.pem" in told["lines"]["mosquitto_pub"]
    assert 'tls_ca = "tanheng-authority.pem"' in told["lines"]["telegraf"]


def test_no_key_and_no_password_is_kept_for_who_asks_again(operator: Any) -> None:
    for url, body in ((URL, {}), (f"{API}/gateways/gw-1/password/", {})):
        first, again = (
            operator.post(url, body, format="json", headers={"Idempotency-Key": url}) for _ in "12"
        )
        assert first.status_code == 201
        assert again.json()["refusal"] == "idempotency_key_reused"
    assert set(StoredAnswer.objects.values_list("body", flat=True)) == {""}
