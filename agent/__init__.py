"""The edge agent: reads a plant's meters, signs, keeps and sends. Stands alone: of ours, lexicon and proof only."""
