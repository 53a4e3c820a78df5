"""Records, their store, signing, delivery and datasets. Knows neither Qt nor an engine."""
