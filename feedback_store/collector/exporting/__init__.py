"""What was delivered as Parquet files, for training: partitioned by project and day, never a byte more than stands.

`rows` says what a row is, `destination` where files lie, `run` brings both up to date. docs/exports.md is for users.
pyarrow and fsspec are imported only when an export runs.
"""
