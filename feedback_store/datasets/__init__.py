"""Judgements as fine-tuning data: one module a format, and around them selection, splits, card and manifest.

Every export is a pure function of its records and options: same records, same bytes. Must not know the store, the
engine or a tokenizer; `count_tokens` arrives as a callable.
"""
