"""The ledger seen from outside: identities, material of a network, blocks, and the Gateway client."""
