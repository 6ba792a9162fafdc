"""Benches and recipes that come with qdlab, in TOML."""
