"""Signed batches: envelopes, keys, manifests, bodies, and the rules by which anybody checks them. Pure bytes."""
