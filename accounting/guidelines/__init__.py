"""One folder a guideline, all of one shape: formulas.py, streams.toml, guide.zh.md, guide.en.md."""
