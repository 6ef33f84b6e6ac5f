"""A peer's whole settings (core.yaml) as a value."""

from pathlib import Path
from typing import Any

from network.builder import VARIABLE
from network.layout import Node

EXECUTE_TIMEOUT_S = 30
# Peers that meet before they have joined the channel turn each other away and try again only after 25 s.
GOSSIP_INTERVAL = "1s"


def core_yaml(
    node: Node, *, builder: Path, keys: Path, execute_timeout_s: int = EXECUTE_TIMEOUT_S
) -> dict[str, Any]:
    """The settings of one peer; builder: the chaincode builder's folder; keys: where its opened keys lie;
    execute_timeout_s: how long the chaincode may take over one call."""
    return {
        "peer": _peer(node, keys),
        "vm": {"endpoint": "", "docker": {"attachStdout": False, "hostConfig": {"NetworkMode": "host"}}},
        "chaincode": _chaincode(builder, execute_timeout_s),
        "ledger": {
            "blockchain": {},
            "state": {"stateDatabase": "goleveldb", "totalQueryLimit": 100000},
            "history": {"enableHistoryDatabase": True},
            "pvtdataStore": {"purgedKeyAuditLogging": True},
            "snapshots": {"rootDir": str(node.data / "snapshots")},
        },
        "operations": {"listenAddress": "127.0.0.1:0", "tls": {"enabled": False}},
        "metrics": {"provider": "disabled"},
    }


def _peer(node: Node, keys: Path) -> dict[str, Any]:
    host = node.address.rpartition(":")[0]
    tls = node.folder / "tls"
    return {
        "id": node.name,
        "networkId": "tanheng",
        "listenAddress": node.address,
        "address": node.address,
        "addressAutoDetect": False,
        # Two peers on one host would both take 7052; the chaincode never dials in, so any port will do.
        "chaincodeListenAddress": f"{host}:0",
        "gateway": {
            "enabled": True,
            "endorsementTimeout": "30s",
            "broadcastTimeout": "30s",
            "dialTimeout": "2m",
        },
        "keepalive": {
            "interval": "2h",
            "timeout": "20s",
            "minInterval": "10s",
            "client": {"interval": "60s", "timeout": "20s"},
            "deliveryClient": {"interval": "60s", "timeout": "20s"},
        },
        "gossip": _gossip(node),
        "tls": {
            "enabled": True,
            "clientAuthRequired": False,
            "cert": {"file": str(tls / "cert.pem")},
            "key": {"file": str(keys / "tls.pem")},
            "rootcert": {"file": str(tls / "ca.pem")},
        },
        "authentication": {"timewindow": "15m"},
        "fileSystemPath": str(node.data),
        "BCCSP": {"Default": "SW", "SW": {"Hash": "SHA2", "Security": 256}},
        "mspConfigPath": str(node.folder / "msp"),
        "localMspId": node.msp,
        "localMspType": "bccsp",
        "client": {"connTimeout": "3s"},
        "deliveryclient": {
            "blockGossipEnabled": False,
            "reconnectTotalTimeThreshold": "8760h",
            "connTimeout": "3s",
            # An orderer that was away is asked again within a second, not within the hour of the default.
            "reConnectBackoffThreshold": "1s",
        },
        "handlers": _handlers(),
        "discovery": {"enabled": True, "authCacheEnabled": True, "authCacheMaxSize": 1000},
        "limits": {
            "concurrency": {"endorserService": 2500, "deliverService": 2500, "gatewayService": 500},
        },
        "maxRecvMsgSize": 100 * 1024 * 1024,
        "maxSendMsgSize": 100 * 1024 * 1024,
    }


def _gossip(node: Node) -> dict[str, Any]:
    return {
        "bootstrap": node.address,
        "useLeaderElection": False,
        "orgLeader": True,
        "endpoint": node.address,
        "externalEndpoint": node.address,
        "membershipTrackerInterval": "5s",
        "aliveTimeInterval": GOSSIP_INTERVAL,
        "aliveExpirationTimeout": "5s",
        "reconnectInterval": GOSSIP_INTERVAL,
        "publishStateInfoInterval": GOSSIP_INTERVAL,
        "requestStateInfoInterval": GOSSIP_INTERVAL,
        "pvtData": {
            "pullRetryThreshold": "5s",
            "transientstoreMaxBlockRetention": 20000,
            "pushAckTimeout": "3s",
            "btlPullMargin": 10,
            "reconcileBatchSize": 10,
            "reconcileSleepInterval": "1m",
            "reconciliationEnabled": True,
            # Approvals of chaincode are private to each organisation, which has one peer.
            "implicitCollectionDisseminationPolicy": {"requiredPeerCount": 0, "maxPeerCount": 1},
        },
        "state": {"enabled": False},
    }


def _handlers() -> dict[str, Any]:
    return {
        "authFilters": [{"name": "DefaultAuth"}, {"name": "ExpirationCheck"}, {"name": "TimeWindowCheck"}],
        "decorators": [{"name": "DefaultDecorator"}],
        "endorsers": {"escc": {"name": "DefaultEndorsement"}},
        "validators": {"vscc": {"name": "DefaultValidation"}},
    }


def _chaincode(builder: Path, execute_timeout_s: int) -> dict[str, Any]:
    return {
        "mode": "net",
        "keepalive": 0,
        "executetimeout": f"{execute_timeout_s}s",
        "installTimeout": "60s",
        "startuptimeout": "60s",
        "externalBuilders": [
            {"name": "tanheng", "path": str(builder), "propagateEnvironment": [VARIABLE]},
        ],
        "system": {"_lifecycle": "enable", "cscc": "enable", "lscc": "enable", "qscc": "enable"},
        "logging": {"level": "info", "shim": "warning"},
        "runtimeParams": {
            "useWriteBatch": True,
            "maxSizeWriteBatch": 1000,
            "useGetMultipleKeys": True,
            "maxSizeGetMultipleKeys": 1000,
        },
    }
