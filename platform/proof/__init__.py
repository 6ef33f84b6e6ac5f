"""Proofs that stand alone: Merkle trees, signed batches, bundles. Imports nothing of ours but the lexicon."""
