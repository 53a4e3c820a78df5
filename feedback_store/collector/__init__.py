"""The server side: receives signed batches of one or more projects, keeps them, and answers with signed receipts.

Imports batches, records, rubrics, canonical and errors, and nothing else of ours. It answers codes, never sentences.
"""
