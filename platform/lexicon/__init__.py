"""The words of the product: units, terms, refusals, transactions, events, topics. Owns spelling only."""
