"""The ledger's rules (chaincode `carbon`): pure decisions over state, served to a peer by its own runtime."""
