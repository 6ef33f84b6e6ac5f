"""The edge agent: reads a plant's meters, signs, keeps and sends. Of ours, lexicon and proof only."""
