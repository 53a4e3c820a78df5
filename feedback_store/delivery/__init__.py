"""The trainer's side of delivery: joining a collector, sending sealed batches, and believing only verified receipts."""
