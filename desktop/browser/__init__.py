"""The way from a page in the browser to the desk: native host, channel, pairing; docs/bridge-protocol.md.

Must not know views. The native host is a program of its own and knows nothing but the standard library.
"""
