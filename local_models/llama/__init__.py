"""Everything that touches llama.cpp: library, model, context, samplers, and the engine that decodes with them.

The only importer of llama_cpp; imported by the worker process alone (docs/engine.md walks through it).
"""
