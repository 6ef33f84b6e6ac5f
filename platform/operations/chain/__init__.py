"""The chain seen from outside every service: the state its blocks leave, its sums, read models made again."""
