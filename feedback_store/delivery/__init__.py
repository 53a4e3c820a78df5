"""From this device to a collector: joining, sending with durable retry, and believing a receipt only after checking it.

Must not know how the collector works; docs/collector.md and docs/batch-format.md are all that both share.
"""
