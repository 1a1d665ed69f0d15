"""Adapters: each owns one library and hides it behind a Protocol of :mod:`analyzer.adapters.protocols`."""
