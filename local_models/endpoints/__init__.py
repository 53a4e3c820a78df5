"""OpenAI-compatible servers as models: they answer with the events of a worker."""
