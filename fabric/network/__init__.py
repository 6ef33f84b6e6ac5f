"""Real Hyperledger Fabric: the official `peer` and `orderer` on the material of `ledger.material`."""
