"""Runs quantized models in child processes. Knows neither Qt nor storage."""
