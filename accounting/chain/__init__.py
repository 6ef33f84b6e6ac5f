"""What the ledger says of statements and cases, in the shared schema: queues across enterprises, checks."""
